import { QueueEmptyError, QueueFullError } from "../contracts/errors.js";
import type { Queue as QueueContract } from "../contracts/queue.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { checkSignal, checkTimeout } from "../kernel/arguments.js";
import { frame, unframe } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  LINE_A,
  LINE_B,
  NODE_FREE,
  NODE_LINE,
  NODE_STATE,
  OUTCOME_GRANTED,
  QUEUE_COUNT,
  QUEUE_MAX_SIZE,
  QUEUE_PROMISED_ITEMS,
  QUEUE_PROMISED_PLACES,
} from "../kernel/layout.js";
import type { Gate } from "../kernel/parking.js";
import { SharedObject } from "../sync/shared-object.js";
import { ItemBuffer } from "./buffer.js";

/** Getters wait in one line, putters in the other. */
const GETTERS = LINE_A;
const PUTTERS = LINE_B;

/**
 * A ring of frames and two lines of waiters under one latch. A getter that must wait is promised the next item, which stays
 * in the queue until the getter takes it: if the getter has died or given up by then, the promise goes to the next one
 * and nothing is lost. Likewise a putter is promised a place.
 */
export class Queue<T = unknown> extends SharedObject implements QueueContract<T> {
  readonly maxSize: number;
  readonly #items: ItemBuffer;
  readonly #getGate: Gate<Uint8Array>;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "Queue");
    this.maxSize = kernel.region.i32[cell + QUEUE_MAX_SIZE] as number;
    this.#items = new ItemBuffer(kernel, cell);
    this.#getGate = {
      cell,
      line: GETTERS,
      label: this.label,
      claim: () => (this.#available > 0 ? this.#take() : undefined),
      collect: (node) => this.#collectItem(node),
      handOn: (node) => this.handOn(node),
    };
  }

  async put(item: T, options?: WaitOptions): Promise<void> {
    const timeout = checkTimeout(options?.timeout);
    const signal = checkSignal(options?.signal);
    signal?.throwIfAborted();
    const deadline = performance.now() + timeout;
    const packet = this.kernel.packWhole(item, "item");
    try {
      let bytes = frame(packet);
      if (this.#putNow(bytes)) return;
      bytes = bytes.slice();
      for (;;) {
        const patience = { timeout: Math.max(0, deadline - performance.now()), signal };
        const outcome = await this.kernel.parking.wait(this.#putGate(bytes), patience);
        if (outcome === undefined) throw this.#full(timeout);
        if (outcome === "put" || this.#putNow(bytes)) return;
      }
    } catch (error) {
      this.kernel.dispose(packet);
      throw error;
    }
  }

  putSync(item: T, options?: SyncWaitOptions): void {
    const timeout = checkTimeout(options?.timeout);
    const deadline = performance.now() + timeout;
    const packet = this.kernel.packWhole(item, "item");
    try {
      const bytes = frame(packet);
      while (!this.#putNow(bytes)) {
        const patience = { timeout: Math.max(0, deadline - performance.now()) };
        const outcome = this.kernel.parking.waitSync(this.#putGate(bytes), patience);
        if (outcome === undefined) throw this.#full(timeout);
        if (outcome === "put") return;
      }
    } catch (error) {
      this.kernel.dispose(packet);
      throw error;
    }
  }

  putNowait(item: T): void {
    this.putSync(item, { timeout: 0 });
  }

  async get(options?: WaitOptions): Promise<T> {
    const timeout = checkTimeout(options?.timeout);
    const signal = checkSignal(options?.signal);
    const bytes = await this.kernel.parking.wait(this.#getGate, { timeout, signal });
    if (bytes === undefined) throw this.#empty(timeout);
    return this.#open(bytes);
  }

  getSync(options?: SyncWaitOptions): T {
    const timeout = checkTimeout(options?.timeout);
    const bytes = this.kernel.parking.waitSync(this.#getGate, { timeout });
    if (bytes === undefined) throw this.#empty(timeout);
    return this.#open(bytes);
  }

  getNowait(): T {
    return this.getSync({ timeout: 0 });
  }

  get size(): number {
    return Atomics.load(this.kernel.region.i32, this.cell + QUEUE_COUNT);
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get isFull(): boolean {
    return this.maxSize > 0 && this.size >= this.maxSize;
  }

  // ── for the sweeper, and for the cells' end ──

  /** Under the latch: `node`'s owner will not use what it was promised. */
  handOn(node: number): void {
    const { section } = this.kernel;
    const isGetter = section.read(node + NODE_LINE) === GETTERS;
    const promised = this.cell + (isGetter ? QUEUE_PROMISED_ITEMS : QUEUE_PROMISED_PLACES);
    section.write(node + NODE_STATE, NODE_FREE);
    section.write(promised, section.read(promised) - 1);
    this.#promise();
  }

  /** Nobody refers to the queue any more: what is in it gives back what it refers to. */
  destroy(): void {
    this.#items.destroy();
  }

  // ── under the latch ──

  /** Items that are not promised to anybody. */
  get #available(): number {
    const { section } = this.kernel;
    return section.read(this.cell + QUEUE_COUNT) - section.read(this.cell + QUEUE_PROMISED_ITEMS);
  }

  /** Whether there is a place that is not promised to anybody. */
  get #hasPlace(): boolean {
    if (this.maxSize === 0) return true;
    const { section } = this.kernel;
    const taken = section.read(this.cell + QUEUE_COUNT) + section.read(this.cell + QUEUE_PROMISED_PLACES);
    return taken < this.maxSize;
  }

  #take(): Uint8Array {
    const { section } = this.kernel;
    const bytes = this.#items.takeFirst();
    section.write(this.cell + QUEUE_COUNT, section.read(this.cell + QUEUE_COUNT) - 1);
    this.#promise();
    return bytes;
  }

  #append(bytes: Uint8Array): void {
    const { section } = this.kernel;
    this.#items.append(bytes);
    section.write(this.cell + QUEUE_COUNT, section.read(this.cell + QUEUE_COUNT) + 1);
    this.#promise();
  }

  /** Promises what there is to those who wait for it longest. */
  #promise(): void {
    this.#promiseTo(GETTERS, QUEUE_PROMISED_ITEMS, () => this.#available > 0);
    this.#promiseTo(PUTTERS, QUEUE_PROMISED_PLACES, () => this.#hasPlace);
  }

  #promiseTo(line: number, promised: number, hasSome: () => boolean): void {
    const { section, waiters } = this.kernel;
    const node = waiters.first(this.cell, line);
    if (node === 0 || !hasSome()) return;
    waiters.grant(node, OUTCOME_GRANTED);
    section.write(this.cell + promised, section.read(this.cell + promised) + 1);
  }

  // ── outside the latch ──

  #putNow(bytes: Uint8Array): boolean {
    for (;;) {
      const outcome = this.inside(() => this.#claimPlace(bytes));
      if (outcome !== "grow") return outcome === "put";
      this.#items.grow(bytes.length);
    }
  }

  /** Under the latch. */
  #claimPlace(bytes: Uint8Array): "put" | "grow" | undefined {
    if (!this.#hasPlace) return undefined;
    if (!this.#items.hasRoomFor(bytes.length)) return "grow";
    this.#append(bytes);
    return "put";
  }

  #putGate(bytes: Uint8Array): Gate<"put" | "grow"> {
    return {
      cell: this.cell,
      line: PUTTERS,
      label: this.label,
      claim: () => this.#claimPlace(bytes),
      collect: (node) => {
        while (!this.inside(() => this.#usePromisedPlace(node, bytes))) this.#items.grow(bytes.length);
        this.kernel.waiters.putBack(node);
        return "put";
      },
      handOn: (node) => this.handOn(node),
    };
  }

  /** Under the latch. */
  #usePromisedPlace(node: number, bytes: Uint8Array): boolean {
    if (!this.#items.hasRoomFor(bytes.length)) return false;
    const { section } = this.kernel;
    section.write(node + NODE_STATE, NODE_FREE);
    const promised = this.cell + QUEUE_PROMISED_PLACES;
    section.write(promised, section.read(promised) - 1);
    this.#append(bytes);
    return true;
  }

  #collectItem(node: number): Uint8Array {
    const { section } = this.kernel;
    const bytes = this.inside(() => {
      section.write(node + NODE_STATE, NODE_FREE);
      const promised = this.cell + QUEUE_PROMISED_ITEMS;
      section.write(promised, section.read(promised) - 1);
      return this.#take();
    });
    this.kernel.waiters.putBack(node);
    return bytes;
  }

  #open(bytes: Uint8Array): T {
    if (this.isEmpty && this.#items.isLarge) this.#items.shrink();
    const { body, blobs, handles } = unframe(bytes);
    return this.kernel.unpack(body, blobs, handles, undefined) as T;
  }

  #full(timeout: number): QueueFullError {
    return new QueueFullError(
      `${this.label} is full (${this.maxSize} items), and no place came free within ${timeout} ms`,
    );
  }

  #empty(timeout: number): QueueEmptyError {
    return new QueueEmptyError(`${this.label} is empty, and nothing came within ${timeout} ms`);
  }
}
