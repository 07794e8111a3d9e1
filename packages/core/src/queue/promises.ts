import type { Kernel } from "../kernel/kernel.js";
import {
  NODE_FREE,
  NODE_OUTCOME,
  NODE_STATE,
  NODE_WAIT_QUEUE,
  NODE_WOKEN,
  OUTCOME_GRANTED,
  OUTCOME_SHUT_DOWN,
  QUEUE_COUNT,
  QUEUE_FAIR,
  QUEUE_JOINERS,
  QUEUE_MAX_SIZE,
  QUEUE_PROMISED_ITEMS,
  QUEUE_PROMISED_PLACES,
  QUEUE_SHUTDOWN,
  SHUTDOWN_DISCARDS,
  WAIT_QUEUE_A,
  WAIT_QUEUE_B,
} from "../kernel/layout.js";

/** Getters, putters and joiners wait in a queue each. */
export const GETTERS = WAIT_QUEUE_A;
export const PUTTERS = WAIT_QUEUE_B;
export const JOINERS = QUEUE_JOINERS;

/**
 * Which items and places of a queue are whose; under the latch. An item belongs to nobody until a getter takes it. A put while getters wait
 * wakes the first, which stays in the wait queue. Until that one has looked, any worker that runs takes items, and no further getter is
 * woken. The woken getter is promised an item if one is left. If more are left, it wakes the next. So a wake-up is for all items that were
 * put while its worker woke up. Places are given to putters likewise. See sync/mutex.ts.
 *
 * In four cases the item is promised to the first at once. These are a first that was woken in vain for a millisecond, one that is this
 * worker's own, and a fair queue. The fourth is more than one item for a first whose worker computes. A promised item stays in the queue
 * until its getter takes it. If the getter has died or given up by then, it is somebody else's.
 *
 * A worker does not overtake its own waits. While one of its gets is in the line, or has not yet taken what it was promised, it takes no item
 * past it.
 *
 * The invariant: where somebody waits and something is there that is not promised, the first in the line is WOKEN. Or a worker has queued
 * itself behind its own wait that was promised something. That one wakes the first of the line as it redeems its promise, or passes it on.
 *
 * | word | changed by | to |
 * |---|---|---|
 * | `QUEUE_PROMISED_ITEMS`, `QUEUE_PROMISED_PLACES` | a promise, in the commit of its grant; its owner, in that which frees the node | one more; one less |
 * | `QUEUE_MAX_SIZE`, `QUEUE_FAIR` | the maker, before anybody else knows the cell | constant |
 */
export class Promises {
  readonly #kernel: Kernel;
  readonly #cell: number;
  /** How many waits this worker has in each line; one that was granted counts until it ends. */
  readonly #own = new Map<number, number>();

  constructor(kernel: Kernel, cell: number) {
    this.#kernel = kernel;
    this.#cell = cell;
  }

  /** Whether there is an item that is not promised to anybody. */
  get hasItem(): boolean {
    return this.#items > 0;
  }

  /** Whether there is a place that is not promised to anybody. */
  get hasSpace(): boolean {
    return this.#places > 0;
  }

  /** How many items are not promised to anybody. */
  get #items(): number {
    if (this.#read(QUEUE_SHUTDOWN) === SHUTDOWN_DISCARDS) return 0;
    return this.#read(QUEUE_COUNT) - this.#read(QUEUE_PROMISED_ITEMS);
  }

  /** How many places are not promised to anybody. */
  get #places(): number {
    const maxSize = this.#read(QUEUE_MAX_SIZE);
    if (maxSize === 0) return Number.POSITIVE_INFINITY;
    return maxSize - this.#read(QUEUE_COUNT) - this.#read(QUEUE_PROMISED_PLACES);
  }

  /** Whether nobody waits for an item or a place, or is about to take one that was promised. */
  get isUndisputed(): boolean {
    const mayWait = this.#first(GETTERS) !== 0 || this.#first(PUTTERS) !== 0;
    return !mayWait && this.#read(QUEUE_PROMISED_ITEMS) === 0;
  }

  /**
   * Whether this worker would overtake a wait, and so has to wait behind it, though something is there. That is a wait of its own that has
   * not ended; in a fair queue it is any.
   */
  isOvertaking(waitQueue: number): boolean {
    return this.#ownIn(waitQueue) > 0 || (this.#isFair && this.#first(waitQueue) !== 0);
  }

  /** Outside the latch: so many waits more of this worker are in that line. */
  countOwn(waitQueue: number, change: number): void {
    this.#own.set(waitQueue, this.#ownIn(waitQueue) + change);
  }

  /** How many waits of this worker are in that line, or have not yet taken what they were promised. */
  #ownIn(waitQueue: number): number {
    return this.#own.get(waitQueue) ?? 0;
  }

  /** Outside the latch: this worker's own waits that were woken or promised something take it. */
  takeOwn(waitQueue: number): void {
    // To take one may give this worker's next wait its turn.
    for (let before = Number.POSITIVE_INFINITY; this.#ownIn(waitQueue) > 0 && this.#ownIn(waitQueue) < before; ) {
      before = this.#ownIn(waitQueue);
      this.#kernel.waiters.onGrantHere();
    }
  }

  get #isFair(): boolean {
    return this.#kernel.region.i32[this.#cell + QUEUE_FAIR] !== 0;
  }

  /** As {@link Gate.claimWoken}. No lease is under way. */
  claimWoken(node: number, isOverdue: boolean): boolean {
    const { section, waiters } = this.#kernel;
    // Another worker has promised it something since, or the end has come.
    if (!waiters.isWoken(node)) return waiters.isGranted(node);
    const isGetter = section.read(node + NODE_WAIT_QUEUE) === GETTERS;
    if (!(isGetter ? this.hasItem : this.hasSpace)) {
      waiters.wokenInVain(node, isOverdue);
      return false;
    }
    waiters.grantHere(node, OUTCOME_GRANTED);
    this.#count(node, 1);
    this.serve();
    return true;
  }

  /** The owner of `node` redeems its promise. */
  redeem(node: number): void {
    this.#kernel.section.write(node + NODE_STATE, NODE_FREE);
    this.#count(node, -1);
  }

  /** The owner of `node` will not use its promise, if it has one. */
  passGrant(node: number): void {
    const { section } = this.#kernel;
    if (section.read(node + NODE_WAIT_QUEUE) === JOINERS || section.read(node + NODE_OUTCOME) === OUTCOME_SHUT_DOWN) {
      section.write(node + NODE_STATE, NODE_FREE);
      return;
    }
    this.redeem(node);
    this.serve();
  }

  /** Something may be there for those that wait: the first of them is woken, or is promised it. */
  serve(): void {
    this.#serve(GETTERS, () => this.#items);
    this.#serve(PUTTERS, () => this.#places);
  }

  #serve(waitQueue: number, countLeft: () => number): void {
    for (let promised = 0; this.#first(waitQueue) !== 0; promised++) {
      const left = countLeft();
      if (left <= 0 || !this.#isHandedOver(waitQueue, left)) return;
      // There may be more promises than a journal has room for.
      if (promised > 0) this.#kernel.section.commit();
      this.#promise(waitQueue);
    }
  }

  /** Nothing more will be put in: those that wait longest are promised what is left. */
  promiseAll(): void {
    for (; this.#first(GETTERS) !== 0 && this.hasItem; this.#kernel.section.commit()) this.#promise(GETTERS);
  }

  /** Whether the first of that line is to be promised what is there; if not, it is woken, or has been. */
  #isHandedOver(waitQueue: number, left: number): boolean {
    const { section, waiters } = this.#kernel;
    const node = this.#first(waitQueue);
    if (waiters.isHandedOver(node, this.#isFair, left)) return true;
    if (section.read(node + NODE_STATE) !== NODE_WOKEN) waiters.wakeFirst(node);
    return false;
  }

  #promise(waitQueue: number): void {
    const node = this.#first(waitQueue);
    this.#kernel.waiters.grant(node, OUTCOME_GRANTED);
    this.#count(node, 1);
  }

  /** So many promises more of what `node` waits for. */
  #count(node: number, change: number): void {
    const { section } = this.#kernel;
    const isGetter = section.read(node + NODE_WAIT_QUEUE) === GETTERS;
    const word = this.#cell + (isGetter ? QUEUE_PROMISED_ITEMS : QUEUE_PROMISED_PLACES);
    section.write(word, section.read(word) + change);
  }

  #first(waitQueue: number): number {
    return this.#kernel.waiters.first(this.#cell, waitQueue);
  }

  #read(word: number): number {
    return this.#kernel.section.read(this.#cell + word);
  }
}
