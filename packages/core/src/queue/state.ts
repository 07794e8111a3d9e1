import type { Kernel } from "../kernel/kernel.js";
import {
  NODE_FREE,
  NODE_OUTCOME,
  NODE_STATE,
  NODE_WAIT_QUEUE,
  OUTCOME_GRANTED,
  OUTCOME_SHUT_DOWN,
  QUEUE_COUNT,
  QUEUE_JOINERS,
  QUEUE_MAX_SIZE,
  QUEUE_PROMISED_ITEMS,
  QUEUE_PROMISED_PLACES,
  QUEUE_SHUTDOWN,
  QUEUE_UNFINISHED,
  SHUTDOWN_DISCARDS,
  SHUTDOWN_NONE,
  WAIT_QUEUE_A,
  WAIT_QUEUE_B,
} from "../kernel/layout.js";

/** Getters, putters and joiners wait in a queue each. */
export const GETTERS = WAIT_QUEUE_A;
export const PUTTERS = WAIT_QUEUE_B;
export const JOINERS = QUEUE_JOINERS;

/**
 * A queue's state, all of it kept under its latch: how many items there are, how many are promised, how many are not done yet, and
 * whether the queue was shut down.
 *
 * A getter that must wait is promised the next item, which stays in the queue until the getter takes it: if the getter has
 * died or given up by then, the promise goes to the next one and nothing is lost. Likewise a putter is promised a place.
 * A shutdown breaks promises of places, and one that discards breaks those of items too; a getter or a putter
 * finds out when it redeems its promise.
 *
 * All of them change under the latch, by commits:
 *
 * | word | changed by | to |
 * |---|---|---|
 * | `QUEUE_COUNT` | {@link added}; {@link removed}, {@link discarded}; the worker that ends a lease | one more; less |
 * | `QUEUE_PROMISED_ITEMS`, `QUEUE_PROMISED_PLACES` | a promise, in the commit of its grant; {@link redeem}, in that which frees the node | one more; one less |
 * | `QUEUE_UNFINISHED` | {@link added}; {@link markDone}, {@link discarded} | one more; one less |
 * | `QUEUE_SHUTDOWN` | {@link shutDown}: NONE, then DRAINS, then DISCARDS; read without the latch, too | a later one |
 * | `QUEUE_MAX_SIZE` | constant | |
 */
export class QueueState {
  readonly #kernel: Kernel;
  readonly #cell: number;

  constructor(kernel: Kernel, cell: number) {
    this.#kernel = kernel;
    this.#cell = cell;
  }

  get count(): number {
    return this.#read(QUEUE_COUNT);
  }

  /** Whether there is an item that is not promised to anybody. */
  get hasItem(): boolean {
    return this.#read(QUEUE_COUNT) > this.#read(QUEUE_PROMISED_ITEMS) && !this.isDiscarding;
  }

  /** Whether nobody waits for an item or a place, or is about to take one that was promised. */
  get isUndisputed(): boolean {
    const { waiters } = this.#kernel;
    const mayWait = waiters.first(this.#cell, GETTERS) !== 0 || waiters.first(this.#cell, PUTTERS) !== 0;
    return !mayWait && this.#read(QUEUE_PROMISED_ITEMS) === 0;
  }

  /** Whether there is a place that is not promised to anybody. */
  get hasSpace(): boolean {
    const maxSize = this.#read(QUEUE_MAX_SIZE);
    return maxSize === 0 || this.#read(QUEUE_COUNT) + this.#read(QUEUE_PROMISED_PLACES) < maxSize;
  }

  get isShutDown(): boolean {
    return this.#read(QUEUE_SHUTDOWN) !== SHUTDOWN_NONE;
  }

  get isDiscarding(): boolean {
    return this.#read(QUEUE_SHUTDOWN) === SHUTDOWN_DISCARDS;
  }

  get isDone(): boolean {
    return this.#read(QUEUE_UNFINISHED) === 0;
  }

  added(): void {
    this.#change(QUEUE_COUNT, 1);
    this.#change(QUEUE_UNFINISHED, 1);
    this.#promise();
  }

  removed(): void {
    this.#change(QUEUE_COUNT, -1);
    this.#promise();
  }

  /** An item was taken that nobody will process. */
  discarded(): void {
    this.#change(QUEUE_COUNT, -1);
    this.markDone();
  }

  /** One item less to wait for; false if there was none. */
  markDone(): boolean {
    const unfinished = this.#read(QUEUE_UNFINISHED);
    if (unfinished === 0) return false;
    this.#change(QUEUE_UNFINISHED, -1);
    if (unfinished === 1) this.#wakeAll(JOINERS, OUTCOME_GRANTED);
    return true;
  }

  /** The owner of `node` redeems its promise. */
  redeem(node: number): void {
    const { section } = this.#kernel;
    const promised = section.read(node + NODE_WAIT_QUEUE) === GETTERS ? QUEUE_PROMISED_ITEMS : QUEUE_PROMISED_PLACES;
    section.write(node + NODE_STATE, NODE_FREE);
    this.#change(promised, -1);
  }

  /** The owner of `node` will not use its promise, if it has one. */
  passGrant(node: number): void {
    const { section } = this.#kernel;
    if (section.read(node + NODE_WAIT_QUEUE) === JOINERS || section.read(node + NODE_OUTCOME) === OUTCOME_SHUT_DOWN) {
      section.write(node + NODE_STATE, NODE_FREE);
      return;
    }
    this.redeem(node);
    this.#promise();
  }

  /** A shutdown is never taken back, and a gentler one that comes later changes nothing. */
  shutDown(how: number): void {
    if (how > this.#read(QUEUE_SHUTDOWN)) this.#kernel.section.write(this.#cell + QUEUE_SHUTDOWN, how);
    this.finishWaking();
  }

  /** Wakes all whose waits are at an end. Doing it again finishes what a death has cut short. */
  finishWaking(): void {
    if (this.isShutDown) {
      this.#wakeAll(PUTTERS, OUTCOME_SHUT_DOWN);
      this.#wakeAll(GETTERS, OUTCOME_SHUT_DOWN);
    }
    if (this.isDone) this.#wakeAll(JOINERS, OUTCOME_GRANTED);
  }

  /** Promises what there is to those who wait for it longest. */
  #promise(): void {
    const { waiters } = this.#kernel;
    const getter = waiters.first(this.#cell, GETTERS);
    if (getter !== 0 && this.hasItem) {
      waiters.grant(getter, OUTCOME_GRANTED);
      this.#change(QUEUE_PROMISED_ITEMS, 1);
    }
    const putter = waiters.first(this.#cell, PUTTERS);
    if (putter !== 0 && this.hasSpace) {
      waiters.grant(putter, OUTCOME_GRANTED);
      this.#change(QUEUE_PROMISED_PLACES, 1);
    }
  }

  /** Commits what was written before, and then each waking: a wait queue may be longer than a journal. */
  #wakeAll(waitQueue: number, outcome: number): void {
    const { section, waiters } = this.#kernel;
    for (let node = waiters.first(this.#cell, waitQueue); node !== 0; node = waiters.first(this.#cell, waitQueue)) {
      section.commit();
      waiters.grant(node, outcome);
    }
    section.commit();
  }

  #read(word: number): number {
    return this.#kernel.section.read(this.#cell + word);
  }

  #change(word: number, by: number): void {
    this.#kernel.section.write(this.#cell + word, this.#read(word) + by);
  }
}
