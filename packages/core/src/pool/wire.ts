import type { TaskRef } from "../contracts/task.js";
import type { Handle } from "../kernel/cells.js";
import { frameAll, unframe } from "../kernel/frame.js";
import type { Arrived, Packet } from "../kernel/message/index.js";

/*
 * What goes over a link. Each frame is a JSON list of entries, a batch of calls or of answers, with the bundles and blobs of
 * all of them after one another; an entry says how many of each are its own, if any, and whether a parcel was posted for it.
 *
 *     call      [number, ref, mode, body, bundle?, blobs?, parcel?]     ref: an index, or [module, name] the first time
 *     control   [-1, number, body, …]                                    abort the signal of a call, with that reason
 *     answer    [number, how, micros, body, bundle?, blobs?, parcel?]   how: 0 returned, 1 threw, 2 stopped; how long it ran
 *     pace      [-1, milliseconds]                                       what a call has taken on average of late
 *     start     [-2, number]                                             a call that asked for it has started
 */

/** Whether a call's arguments are those of one call, or the items of many. */
export const MODE_CALL = 0;
export const MODE_MAP = 1;
/** As MODE_MAP; what comes before a failure is not lost. */
export const MODE_ATTEMPT = 2;
/** The arguments are those of a generator, and then the queue for what it yields. */
export const MODE_ITERATE = 3;
/** Runs alone and before all others; if it fails, nothing runs after it. */
export const MODE_INITIALIZE = 8;
/** Added to any of them: the pool wants to know when it starts. */
export const TELLS_START = 16;

export const RETURNED = 0;
export const THREW = 1;
/** It was asked to stop, and threw the reason. */
export const STOPPED = 2;

export const CONTROL = -1;
export const START = -2;

export type WireRef = number | readonly [module: string, name: string];

/** The last parts of an entry, left out from the right where they are 0. */
type Extras = [bundle?: number, blobs?: number, parcel?: number];

export type CallEntry = [number: number, ref: WireRef, mode: number, body: unknown, ...Extras];
export type AbortEntry = [control: number, number: number, body: unknown, ...Extras];
export type AnswerEntry = [number: number, how: number, micros: number, body: unknown, ...Extras];
export type PaceEntry = [control: number, milliseconds: number];
export type StartEntry = [start: number, number: number];

/** A packet as it came: its parts are taken out of the frame's in order, whether or not it is opened. */
export interface ArrivedEntry extends Arrived {
  readonly hasParcel: boolean;
}

/** Gathers entries into one frame. */
export class Batch {
  #texts: string[] = [];
  #bundles: Handle[] = [];
  #blobs: Uint8Array[] = [];

  get isEmpty(): boolean {
    return this.#texts.length === 0;
  }

  get length(): number {
    return this.#texts.length;
  }

  /** `head` is the JSON text of the entry's first elements, ending in a comma. */
  add(head: string, packet: Packet): void {
    const { text, bundle, blobs, parcel } = packet;
    if (bundle === undefined && blobs === undefined && parcel === undefined) {
      this.#texts.push(`[${head}${text}]`);
      return;
    }
    if (bundle !== undefined) this.#bundles.push(bundle);
    if (blobs !== undefined) this.#blobs.push(...blobs);
    const extras = `${bundle === undefined ? 0 : 1},${blobs?.length ?? 0},${parcel === undefined ? 0 : 1}`;
    this.#texts.push(`[${head}${text},${extras}]`);
  }

  addPlain(text: string): void {
    this.#texts.push(text);
  }

  /** The frame of all of them, valid until the next frame is made; the batch is empty again. */
  take(): Uint8Array {
    const bytes = frameAll(`[${this.#texts.join(",")}]`, this.#bundles, this.#blobs);
    this.#texts = [];
    this.#bundles = [];
    this.#blobs = [];
    return bytes;
  }
}

/** Calls `visit` with each entry of a frame; `bodyAt` is where in an entry its body stands, and its extras after. */
export function eachEntry<E extends readonly unknown[]>(
  bytes: Uint8Array,
  bodyAt: (entry: E) => number,
  visit: (entry: E, arrived: ArrivedEntry) => void,
): void {
  const { body, bundles, blobs } = unframe(bytes);
  let bundle = 0;
  let blob = 0;
  for (const entry of body as E[]) {
    const at = bodyAt(entry);
    const hasBundle = entry[at + 1] === 1;
    const blobCount = (entry[at + 2] as number | undefined) ?? 0;
    visit(entry, {
      body: entry[at],
      bundle: hasBundle ? bundles[bundle] : undefined,
      blobs: blobCount === 0 ? undefined : blobs.slice(blob, blob + blobCount),
      hasParcel: entry[at + 3] === 1,
    });
    if (hasBundle) bundle++;
    blob += blobCount;
  }
}

/** Writes each task's module and name once a link, and its index from then on. */
export class RefWriter {
  /** By the reference itself: to put module and name together for each call would cost more than all else about it. */
  readonly #indices = new Map<TaskRef, string>();

  write(ref: TaskRef): string {
    const index = this.#indices.get(ref);
    if (index !== undefined) return index;
    this.#indices.set(ref, String(this.#indices.size));
    return JSON.stringify([ref.module, ref.name]);
  }
}

export class RefReader {
  readonly #refs: TaskRef[] = [];

  read(ref: WireRef): { readonly index: number; readonly ref: TaskRef } {
    if (typeof ref !== "number") {
      this.#refs.push({ module: ref[0], name: ref[1] });
      return { index: this.#refs.length - 1, ref: this.#refs.at(-1) as TaskRef };
    }
    return { index: ref, ref: this.#refs[ref] as TaskRef };
  }
}
