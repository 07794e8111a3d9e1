import type { Kernel } from "../kernel/kernel.js";
import {
  OUTCOME_GRANTED,
  OUTCOME_SHUT_DOWN,
  QUEUE_COUNT,
  QUEUE_LEASE,
  QUEUE_MAX_SIZE,
  QUEUE_SHUTDOWN,
  QUEUE_UNFINISHED,
  SHUTDOWN_DISCARDS,
  SHUTDOWN_NONE,
} from "../kernel/layout.js";
import { GetBackoff } from "./get-backoff.js";
import type { Entry, Items } from "./items.js";
import { GETTERS, JOINERS, Promises, PUTTERS } from "./promises.js";

export const SHUT_DOWN = Symbol("shut down");
export type ShutDown = typeof SHUT_DOWN;
/** A getter has looked for as long as that pays. */
export const NOTHING_SEEN = Symbol("nothing seen");
/** How a put goes: `grow` if the buffer has to grow first, which takes a step of its own outside the latch. */
export type PutOutcome = "put" | "grow" | ShutDown;

/**
 * A queue's items and counts: how many items there are, and how many are not done yet. Also whether the queue was shut down. A method that
 * needs the exact count ends the lease first. {@link Promises} gives items and places to those that wait.
 *
 * A shutdown breaks promises of places, and one that discards breaks those of items too. A getter or a putter finds out when it redeems its
 * promise. A shutdown that lets items drain first promises them to the getters that wait, as many as there are items.
 *
 * All of them change by commits:
 *
 * | word | changed by | to |
 * |---|---|---|
 * | `QUEUE_COUNT` | the worker that puts; that takes, discards, or ends a lease | one more; less |
 * | `QUEUE_UNFINISHED` | the worker that puts; {@link markDone}, {@link discardOne} | one more; one less |
 * | `QUEUE_SHUTDOWN` | {@link shutDown}: NONE, then DRAINS, then DISCARDS; read without the latch, too | a later one |
 * | `QUEUE_JOINERS` | a wait queue's head and tail, as kernel/waiters.ts tells them | |
 */
export class QueueState {
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #items: Items;
  readonly #promises: Promises;
  readonly #backoff: GetBackoff;
  /** Whether this worker has taken the last item that there was. */
  #removedLast = false;

  constructor(kernel: Kernel, cell: number, items: Items) {
    this.#kernel = kernel;
    this.#cell = cell;
    this.#items = items;
    this.#promises = new Promises(kernel, cell);
    kernel.region.reach(cell + QUEUE_MAX_SIZE);
    this.#backoff = new GetBackoff(this.#load(QUEUE_MAX_SIZE));
  }

  /** As {@link Promises.countOwn}. */
  countOwn(waitQueue: number, change: number): void {
    this.#promises.countOwn(waitQueue, change);
  }

  /** As {@link Promises.takeOwn}. A call that blocks leaves this out: it takes over what its worker's async waits were promised. */
  takeOwn(waitQueue: number): void {
    this.#promises.takeOwn(waitQueue);
  }

  // ── getting, outside the latch ──

  /** The result of a try; undefined if it looks as if there were nothing, or there is. */
  getNow(): Entry | ShutDown | undefined {
    this.takeOwn(GETTERS);
    return (
      this.#items.takeLeased() ??
      (this.#mayHaveItem ? this.#kernel.waiters.inSection(this.#cell, this.claimItem) : undefined)
    );
  }

  /** As {@link getNow}, looking for as long as that pays; {@link NOTHING_SEEN} if nothing came meanwhile. */
  getSoon(): Entry | ShutDown | typeof NOTHING_SEEN | undefined {
    const leased = this.#items.takeLeased();
    if (leased !== undefined) return leased;
    const { spin } = this.#kernel.parking;
    // Queueing, being granted and redeeming take three sections. A getter that only looks does not get in the putter's way.
    if (!this.#mayHaveItem && !spin.until(this.#isItemSeen)) return NOTHING_SEEN;
    if (spin.mayPay) this.#backOff();
    return this.#kernel.waiters.inSection(this.#cell, this.claimItem);
  }

  /** Undefined, which ends the spin, where others wait already: the next item is for them. */
  readonly #isItemSeen = (): boolean | undefined => this.#mayHaveItem || (this.isAwaited(GETTERS) ? undefined : false);

  /** A guess: somebody waits in that line. */
  isAwaited(waitQueue: number): boolean {
    return this.#load(waitQueue) !== 0;
  }

  /** Lets more items come where that has paid. Looks at the lease, which putters leave alone. */
  #backOff(): void {
    const { i32 } = this.#kernel.region;
    for (let looks = this.#backoff.looksBefore(this.#countGuess); looks > 0; looks--) {
      Atomics.load(i32, this.#cell + QUEUE_LEASE);
    }
  }

  /** A guess: an item is there or the end has come. */
  get #mayHaveItem(): boolean {
    return this.#countGuess > 0 || this.#load(QUEUE_SHUTDOWN) !== SHUTDOWN_NONE;
  }

  get #countGuess(): number {
    return this.#load(QUEUE_COUNT) - this.#items.uncounted;
  }

  /** After an item was taken: frees memory that an empty queue does not need. Looks at shared words only if the queue was empty. */
  shrink(): void {
    if (!this.#removedLast) return;
    this.#removedLast = false;
    this.#items.shrink();
  }

  // ── getting, under the latch like all that follows ──

  /** The next item, if it is promised to nobody. */
  readonly claimItem = (): Entry | ShutDown | undefined => {
    const isNextAgain = this.#items.endLease();
    if (!this.#promises.hasItem) return this.#isShutDown ? SHUT_DOWN : undefined;
    // Nobody waits at a queue that is at its end: nothing comes that could end the wait.
    if (!this.#isShutDown && this.#promises.isOvertaking(GETTERS)) return undefined;
    const entry = this.#removeItem();
    const spare = isNextAgain && this.#promises.isUndisputed ? this.#read(QUEUE_COUNT) : 0;
    this.#items.lease(spare);
    this.#backoff.learn(spare);
    return entry;
  };

  /** The item that was promised to the wait at `node`, which is free from then on. */
  redeemItem(node: number): Entry | ShutDown {
    this.#items.endLease();
    this.#promises.redeem(node);
    return this.#isDiscarding ? SHUT_DOWN : this.#removeItem();
  }

  /** As {@link Gate.claimWoken}, of a getter or a putter. */
  claimWoken(node: number, isOverdue: boolean): boolean {
    this.#items.endLease();
    return this.#promises.claimWoken(node, isOverdue);
  }

  /** Whether a get would not have to wait. */
  claimPoll(): true | undefined {
    this.#items.endLease();
    return this.#promises.hasItem || this.#isShutDown || undefined;
  }

  /** Of a queue that discards what is left in it: takes out an item that nobody will process. */
  discardOne(): Entry | undefined {
    this.#items.endLease();
    if (this.#read(QUEUE_COUNT) === 0) return undefined;
    const entry = this.#removeFirst();
    this.markDone();
    return entry;
  }

  #removeItem(): Entry {
    const entry = this.#removeFirst();
    this.#promises.serve();
    return entry;
  }

  /** An entry, and what it refers to, is from now on this worker's. */
  #removeFirst(): Entry {
    const count = this.#read(QUEUE_COUNT);
    const entry = this.#items.removeFirst(count);
    if (count === 1) this.#removedLast = true;
    const references = this.#items.referencesOf(entry);
    if (references !== 0) this.#kernel.allocator.own(references);
    this.#change(QUEUE_COUNT, -1);
    return entry;
  }

  // ── putting ──

  /** Puts an entry if there is a place that is promised to nobody. */
  claimSpace(entry: Entry): PutOutcome | undefined {
    if (this.#isShutDown) return SHUT_DOWN;
    // The space that leased items have left counts only once they are recorded as taken.
    if (!this.#promises.hasSpace) this.#items.endLease();
    if (!this.#promises.hasSpace || this.#promises.isOvertaking(PUTTERS)) return undefined;
    return this.#add(entry) ? "put" : "grow";
  }

  /** Puts an entry in the place that was promised to the wait at `node`. The node is free from then on, unless the buffer has to grow. */
  redeemSpace(node: number, entry: Entry): PutOutcome {
    this.#items.endLease();
    if (!this.#isShutDown && !this.#items.hasRoomFor(entry)) return "grow";
    this.#promises.redeem(node);
    if (this.#isShutDown) return SHUT_DOWN;
    this.#add(entry);
    return "put";
  }

  #add(entry: Entry): boolean {
    if (!this.#items.hasRoomFor(entry)) this.#items.endLease();
    if (!this.#items.hasRoomFor(entry)) return false;
    this.#items.add(entry, this.#read(QUEUE_COUNT));
    const references = this.#items.referencesOf(entry);
    if (references !== 0) this.#kernel.allocator.disown(references);
    this.#change(QUEUE_COUNT, 1);
    this.#change(QUEUE_UNFINISHED, 1);
    this.#promises.serve();
    return true;
  }

  // ── counts ──

  /** How many items there are. Without the latch it is a guess. */
  get count(): number {
    return this.#read(QUEUE_COUNT) - this.#items.uncounted;
  }

  /** The same, with no lease under way. */
  exactCount(): number {
    this.#items.endLease();
    return this.#read(QUEUE_COUNT);
  }

  get isDone(): boolean {
    return this.#read(QUEUE_UNFINISHED) === 0;
  }

  /** One item less to wait for; false if there was none. */
  markDone(): boolean {
    const unfinished = this.#read(QUEUE_UNFINISHED);
    if (unfinished === 0) return false;
    this.#change(QUEUE_UNFINISHED, -1);
    if (unfinished === 1) this.#wakeAll(JOINERS, OUTCOME_GRANTED);
    return true;
  }

  // ── for those that wait, and do not any more ──

  /** The owner of `node` will not use its promise, if it has one. */
  passGrant(node: number): void {
    this.#items.endLease();
    this.#promises.passGrant(node);
  }

  /** A wait has left its line. If it was woken, the next one is. */
  onCancel(): void {
    this.#items.endLease();
    this.#promises.serve();
  }

  // ── the end ──

  get #isShutDown(): boolean {
    return this.#read(QUEUE_SHUTDOWN) !== SHUTDOWN_NONE;
  }

  get #isDiscarding(): boolean {
    return this.#read(QUEUE_SHUTDOWN) === SHUTDOWN_DISCARDS;
  }

  /** A shutdown is never taken back, and a gentler one that comes later changes nothing. */
  shutDown(how: number): void {
    if (how > this.#read(QUEUE_SHUTDOWN)) this.#kernel.section.write(this.#cell + QUEUE_SHUTDOWN, how);
    this.finishInterrupted();
  }

  /** Wakes all whose waits are at an end. Doing it again finishes what a death has cut short. */
  finishInterrupted(): void {
    this.#items.endLease();
    if (this.#isShutDown) {
      this.#wakeAll(PUTTERS, OUTCOME_SHUT_DOWN);
      this.#promises.promiseAll();
      this.#wakeAll(GETTERS, OUTCOME_SHUT_DOWN);
    } else this.#promises.serve();
    if (this.isDone) this.#wakeAll(JOINERS, OUTCOME_GRANTED);
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

  #load(word: number): number {
    return Atomics.load(this.#kernel.region.i32, this.#cell + word);
  }

  #change(word: number, by: number): void {
    this.#kernel.section.write(this.#cell + word, this.#read(word) + by);
  }
}
