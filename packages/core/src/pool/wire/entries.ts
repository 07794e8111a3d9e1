import type { TaskRef } from "../../contracts/task.js";
import type { Handle } from "../../kernel/cells.js";
import type { Kernel } from "../../kernel/kernel.js";
import { readLarge, sizeOfPacket, writeLarge } from "../../kernel/large.js";
import { CLAIMS } from "../../kernel/layout.js";
import type { Arrived, Items, Packet } from "../../kernel/message/index.js";
import { partsOf } from "../../kernel/message/packet.js";
import { bytesOf } from "../../kernel/message/unwritten.js";
import type { Frames, RingWriter } from "../../kernel/ring.js";

/*
 * The entries of a link. Each entry is a frame of its ring, whose text is a JSON list:
 *
 *     call      [number, task, mode, body, extras?]     task: an index
 *     task      [-3, index, 0, body, extras?]             what an index stands for from now on: [module, name, fingerprint?, isCommonJs?]
 *     control   [-1, number, 0, body, extras?]           abort the signal of a call, with that reason
 *     answer    [number, how, micros, body, extras?]    how: 0 returned, 1 threw, 2 stopped; how long it ran
 *     start     [-2, number]                             a call that asked for it has started
 *
 * Extras are left out where an entry has none. They are the number of the frame's blobs that are its own, 1 if transferables were posted
 * for it, its reference set and its cell. The last two are each [kind, address, generation] or 0. A packet that is not small lies, text and
 * blobs, in a cell of its own (kernel/large.ts), and its body here is 0.
 */

/** A packet up to this size goes through the ring. */
export const MOST_INLINE = 4096;
/** Calls that a worker is given ahead of what it runs, at most. */
export const MOST_AHEAD = CLAIMS / 2;
/** The most bytes that a start, and an answer that lies in a cell, take in the ring. */
const START_BYTES = 24;
const ANSWER_BYTES = 112;
/**
 * Room in the ring of answers that is kept for those of all calls that may be under way, an initializer among them. So an answer can always
 * be published at once, if need be by way of a cell.
 */
export const RESERVED_FOR_ANSWERS = (MOST_AHEAD + 1) * (START_BYTES + ANSWER_BYTES);
/** Eleven days, which is as long as an answer can say that it took. */
export const MOST_MICROS = 1e12;

/** Whether a call's arguments are those of one call, or the items of many. */
export const MODE_CALL = 0;
export const MODE_MAP = 1;
/** As MODE_MAP; the results before a failure are not lost. */
export const MODE_ATTEMPT = 2;
/** The arguments are those of a generator, and then the queue for what it yields. */
export const MODE_ITERATE = 3;
/** As MODE_MAP; each item is an array of the arguments of one call. */
export const MODE_STARMAP = 4;
/** Runs alone and before all others; if it fails, nothing runs after it. */
export const MODE_INITIALIZE = 8;
/** Runs no function, and is answered in its turn: its worker serves. */
export const MODE_READY = 9;
/** Added to any of them: the pool wants to know when it starts. */
export const TELLS_START = 16;
/** Added to any of them: the last of the arguments is not the task's, but the carrier that goes with it. */
export const HAS_CARRIER = 32;

/** Added to any of them so many times: one more than the place of the first item in the iterable of a map. Not added to other calls. */
const PLACE = 64;

/** Whether a call is the pool's own, and nobody's task. */
export const isOwn = ({ mode }: { readonly mode: number }): boolean => mode === MODE_INITIALIZE || mode === MODE_READY;

/** The mode without what is added to it. */
export const modeOf = (told: number): number => told & 15;
/** The number to add to a mode for the place of a call's first item. */
export const toldOfPlace = (place: number): number => (place + 1) * PLACE;
/** The place of the call's first item in the iterable of a map; undefined if it is no map's. */
export const placeOf = (told: number): number | undefined => (told < PLACE ? undefined : Math.floor(told / PLACE) - 1);

export const RETURNED = 0;
export const THREW = 1;
/** It was asked to stop, and threw the reason. */
export const STOPPED = 2;

export const CONTROL = -1;
export const START = -2;
export const TASK = -3;

type Triple = readonly [kind: number, address: number, generation: number];
type Extras = readonly [blobs: number, transferables: number, references: Triple | 0, cell: Triple | 0];

/** The first three numbers of an entry, its body, and its extras. */
export type Entry = readonly [first: number, second: number, third: number, body: unknown, extras?: Extras];

/** A packet as it came: its parts are taken out of the frames' in order, whether or not it is opened. */
export interface ArrivedEntry extends Arrived {
  readonly hasTransferables: boolean;
  /** Where its text and blobs lie, if not in the ring. */
  readonly cell: Handle | undefined;
}

/** The text of an entry, from its body on. */
export function bodyText(packet: Packet, cell: Handle | undefined): string {
  const { text, references, blobs, transferables } = packet;
  if (cell === undefined && references === undefined && blobs === undefined && transferables === undefined) return text;
  const count = cell === undefined ? (blobs?.length ?? 0) : 0;
  const extras = `${count},${transferables === undefined ? 0 : 1},${triple(references)},${triple(cell)}`;
  return `${cell === undefined ? text : 0},[${extras}]`;
}

const triple = (handle: Handle | undefined): string =>
  handle === undefined ? "0" : `[${handle.kind},${handle.address},${handle.generation}]`;

const handleOf = (triple: Triple | 0): Handle | undefined =>
  triple === 0 ? undefined : { kind: triple[0], address: triple[1], generation: triple[2] };

/** Publishes an entry that lies in `cell`, or is small enough for the ring. */
export function writeEntry(
  ring: RingWriter,
  first: number,
  second: number,
  third: number,
  packet: Packet,
  cell: Handle | undefined,
): void {
  const body = bodyText(packet, cell);
  if (cell !== undefined || packet.blobs === undefined) ring.writeEntry(first, second, third, body);
  else ring.write(`[${first},${second},${third},${body}]`, packet.blobs.map(bytesOf));
}

/** Whether it is nothing but a short text. */
export const isBare = ({ text, blobs, references, transferables }: Packet): boolean =>
  text.length <= MOST_INLINE && blobs === undefined && references === undefined && transferables === undefined;

export const isSmall = (packet: Packet): boolean =>
  packet.text.length <= MOST_INLINE && (packet.blobs === undefined || hasSmallBlobs(packet));

/** Many empty ones are not small, either. */
const hasSmallBlobs = (packet: Packet): boolean =>
  sizeOfPacket(packet) + 4 * (packet.blobs?.length ?? 0) <= MOST_INLINE;

/** A cell of this worker's for a packet that is not small. Throws SendError if it cannot be had. */
export const cellFor = (kernel: Kernel, packet: Packet): Handle | undefined =>
  isSmall(packet) ? undefined : writeLarge(kernel.blobs, packet);

/** Calls `visit` with each entry of some frames. */
export function eachEntry({ text, blobs }: Frames, visit: (entry: Entry, arrived: ArrivedEntry) => void): void {
  const entries = JSON.parse(text) as Entry[];
  let blob = 0;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as Entry;
    const extras = entry[4];
    if (extras === undefined) {
      visit(entry, {
        body: entry[3],
        blobs: undefined,
        references: undefined,
        hasTransferables: false,
        cell: undefined,
      });
      continue;
    }
    const [count, transferables, references, cell] = extras;
    visit(entry, {
      body: entry[3],
      blobs: count === 0 ? undefined : blobs.slice(blob, blob + count),
      references: handleOf(references),
      hasTransferables: transferables === 1,
      cell: handleOf(cell),
    });
    blob += count;
  }
}

/** The value of an entry. Its sender keeps the reference set and the cell. */
export function openEntry(kernel: Kernel, arrived: ArrivedEntry, transferables?: readonly unknown[]): unknown {
  return kernel.codec.open(contents(kernel, arrived), transferables);
}

/** The value of an entry. Frees its reference set and its cell, which this worker holds, also if it throws. */
export function consumeEntry(kernel: Kernel, arrived: ArrivedEntry, transferables?: readonly unknown[]): unknown {
  return consumed(kernel, arrived, () => openEntry(kernel, arrived, transferables));
}

/** As {@link consumeEntry}, of something thrown: without the parts that cannot be made here. */
export function consumeThrown(kernel: Kernel, arrived: ArrivedEntry, transferables?: readonly unknown[]): unknown {
  return consumed(kernel, arrived, () => kernel.codec.openThrown(contents(kernel, arrived), transferables));
}

/** As {@link openEntry}, of a list whose items are of use without one another. */
export function openItems(kernel: Kernel, arrived: ArrivedEntry, transferables?: readonly unknown[]): Items {
  return kernel.codec.openItems(contents(kernel, arrived), transferables);
}

/** As {@link consumeEntry}, of a list whose items are of use without one another. */
export function consumeItems(kernel: Kernel, arrived: ArrivedEntry, transferables?: readonly unknown[]): Items {
  return consumed(kernel, arrived, () => openItems(kernel, arrived, transferables));
}

function consumed<T>(kernel: Kernel, arrived: ArrivedEntry, open: () => T): T {
  try {
    return open();
  } finally {
    dropEntry(kernel, arrived);
  }
}

/** Frees the reference set and the cell of an entry that is not read. This worker holds them. */
export function dropEntry(kernel: Kernel, { references, cell }: ArrivedEntry): void {
  if (references !== undefined) kernel.referenceSets.drop(references);
  if (cell !== undefined) kernel.blobs.drop(cell);
}

function contents(kernel: Kernel, arrived: ArrivedEntry): Arrived {
  const { references, cell } = arrived;
  return cell === undefined ? arrived : { ...readLarge(kernel.blobs.bytesOf(cell)), references };
}

/** Tasks that a link knows by an index at the same time. */
const MOST_TASKS = 256;
const keyOf = (ref: TaskRef): string => partsOf(ref).join("\n");

/**
 * Has each task written out once a link, and its index from then on. With more than {@link MOST_TASKS} of them, the index of the one
 * that was not used for longest goes to the next.
 */
export class TaskWriter {
  /** By the reference itself as well: to put module and name together for each call would cost more than all else about it. */
  #byRef = new WeakMap<TaskRef, { readonly key: string; readonly index: number }>();
  /** The one that was used last comes last. */
  readonly #indices = new Map<string, number>();
  #last: TaskRef | undefined;
  #lastIndex = 0;

  /** The task's index; `define` tells the reader of a new one. If it throws, nothing has changed. */
  indexOf(ref: TaskRef, define: (index: number, text: string) => void): number {
    if (ref === this.#last) return this.#lastIndex;
    let known = this.#byRef.get(ref);
    if (known === undefined || this.#indices.get(known.key) !== known.index) {
      known = this.#find(ref, define);
      this.#byRef.set(ref, known);
    } else {
      this.#indices.delete(known.key);
      this.#indices.set(known.key, known.index);
    }
    this.#last = ref;
    this.#lastIndex = known.index;
    return known.index;
  }

  #find(ref: TaskRef, define: (index: number, text: string) => void): { readonly key: string; readonly index: number } {
    const key = keyOf(ref);
    let index = this.#indices.get(key);
    if (index === undefined) {
      const [oldest] = this.#indices;
      const isFull = this.#indices.size === MOST_TASKS && oldest !== undefined;
      index = isFull ? oldest[1] : this.#indices.size;
      define(index, JSON.stringify([partsOf(ref)]));
      if (isFull) this.#indices.delete(oldest[0]);
    } else this.#indices.delete(key);
    this.#indices.set(key, index);
    return { key, index };
  }
}
