import type { Kernel } from "../kernel/kernel.js";
import {
  LINE_A,
  LINE_B,
  NODE_FREE,
  NODE_LINE,
  NODE_OUTCOME,
  NODE_STATE,
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
} from "../kernel/layout.js";

/** Getters wait in one line, putters in another, and in a third those who wait until all is done. */
export const GETTERS = LINE_A;
export const PUTTERS = LINE_B;
export const JOINERS = QUEUE_JOINERS;

/**
 * A queue's books, all of them kept under its latch: how many items there are, to whom they are promised, how many are not
 * done yet, and whether the queue was shut down.
 *
 * A getter that must wait is promised the next item, which stays in the queue until the getter takes it: if the getter has
 * died or given up by then, the promise goes to the next one and nothing is lost. Likewise a putter is promised a place.
 * A shutdown breaks promises of places, and one that discards breaks those of items too; who was promised something
 * finds that out when it comes for it.
 *
 * All of them change under the latch, by commits:
 *
 * | word | changed by | to |
 * |---|---|---|
 * | `QUEUE_COUNT` | {@link added}; {@link taken}, {@link discarded}; who books what was lent | one more; less |
 * | `QUEUE_PROMISED_ITEMS`, `QUEUE_PROMISED_PLACES` | a promise, in the commit of its grant; {@link redeem}, in that which frees the node | one more; one less |
 * | `QUEUE_UNFINISHED` | {@link added}; {@link markDone}, {@link discarded} | one more; one less |
 * | `QUEUE_SHUTDOWN` | {@link shutDown}: NONE, then DRAINS, then DISCARDS; read without the latch, too | a later one |
 * | `QUEUE_MAX_SIZE` | constant | |
 */
export class Ledger {
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
  get hasPlace(): boolean {
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

  taken(): void {
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

  /** `node`'s owner comes for what it was promised. */
  redeem(node: number): void {
    const { section } = this.#kernel;
    const promised = section.read(node + NODE_LINE) === GETTERS ? QUEUE_PROMISED_ITEMS : QUEUE_PROMISED_PLACES;
    section.write(node + NODE_STATE, NODE_FREE);
    this.#change(promised, -1);
  }

  /** `node`'s owner will not use what it was promised, if it was promised something. */
  handOn(node: number): void {
    const { section } = this.#kernel;
    if (section.read(node + NODE_LINE) === JOINERS || section.read(node + NODE_OUTCOME) === OUTCOME_SHUT_DOWN) {
      section.write(node + NODE_STATE, NODE_FREE);
      return;
    }
    this.redeem(node);
    this.#promise();
  }

  /** A shutdown is never taken back, and a gentler one that comes later changes nothing. */
  shutDown(how: number): void {
    if (how > this.#read(QUEUE_SHUTDOWN)) this.#kernel.section.write(this.#cell + QUEUE_SHUTDOWN, how);
    this.settle();
  }

  /** Wakes all whose waits are at an end. Doing it again finishes what a death has cut short. */
  settle(): void {
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
    if (putter !== 0 && this.hasPlace) {
      waiters.grant(putter, OUTCOME_GRANTED);
      this.#change(QUEUE_PROMISED_PLACES, 1);
    }
  }

  /** Commits what was written before, and then each waking: a line may be longer than a journal. */
  #wakeAll(line: number, outcome: number): void {
    const { section, waiters } = this.#kernel;
    for (let node = waiters.first(this.#cell, line); node !== 0; node = waiters.first(this.#cell, line)) {
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
