import type { Kernel } from "../kernel/kernel.js";
import { OUTCOME_SHUT_DOWN, QUEUE_COUNT, QUEUE_LEASE, QUEUE_MAX_SIZE, QUEUE_SHUTDOWN } from "../kernel/layout.js";
import type { Gate } from "../kernel/waiting.js";
import { inSection } from "../sync/shared-object.js";
import { GetBackoff } from "./get-backoff.js";
import type { Entry, Items, OwnedEntry } from "./items.js";
import { GETTERS, JOINERS, PUTTERS, QueueState } from "./state.js";

export const SHUT_DOWN = Symbol("shut down");
export type ShutDown = typeof SHUT_DOWN;
export const NOTHING_SEEN = Symbol("nothing seen");
export type PutOutcome = "put" | "grow" | ShutDown;

/** Whose channel it is: the object that keeps its cell, and what traces and errors call it. */
export interface Owner {
  readonly object: object;
  readonly label: string;
}

/** The gates of a channel, at which getters, putters, pollers and joiners wait. */
export class QueueGates {
  readonly state: QueueState;
  readonly getGate: Gate<Entry | ShutDown>;
  readonly pollGate: Gate<true>;
  readonly joinGate: Gate<true>;
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #items: Items;
  readonly #owner: Owner;
  readonly #backoff: GetBackoff;
  /** Whether this worker has taken the last item that there was. */
  #removedLast = false;

  constructor(kernel: Kernel, cell: number, items: Items, owner: Owner) {
    this.#kernel = kernel;
    this.#cell = cell;
    this.#items = items;
    this.#owner = owner;
    kernel.region.reach(cell + QUEUE_MAX_SIZE);
    this.#backoff = new GetBackoff(kernel.region.i32[cell + QUEUE_MAX_SIZE] as number);
    this.state = new QueueState(kernel, cell);
    this.getGate = this.#gate(GETTERS, {
      claim: this.#claimItemHere,
      redeem: (node) => this.#redeemItem(node),
    });
    // A poller waits as a getter does, and passes its promise on as a getter that gave up.
    this.pollGate = this.#gate(GETTERS, {
      claim: () => {
        this.#items.endLease();
        return this.state.hasItem || this.state.isShutDown || undefined;
      },
      redeem: (node) => {
        this.#inSection(() => this.passGrant(node));
        kernel.waiters.freeNode(node);
        return true;
      },
    });
    this.joinGate = this.#gate(JOINERS, {
      // A joiner that came after more was put must not use an earlier grant.
      isPerWait: true,
      claim: () => this.state.isDone || undefined,
      redeem: (node) => {
        kernel.waiters.acknowledge(node);
        return true;
      },
    });
  }

  putGate(entry: OwnedEntry): Gate<PutOutcome> {
    return this.#gate(PUTTERS, {
      claim: () => this.claimSpace(entry),
      redeem: (node) => this.#redeemSpace(node, entry),
    });
  }

  // ── under the latch ──

  #claimItem(): Entry | ShutDown | undefined {
    const isNextAgain = this.#items.endLease();
    if (this.state.hasItem) {
      const entry = this.#removeItem();
      const spare = isNextAgain && this.state.isUndisputed ? this.state.count : 0;
      this.#items.lease(spare);
      this.#backoff.learn(spare);
      return entry;
    }
    return this.state.isShutDown ? SHUT_DOWN : undefined;
  }

  #removeItem(): Entry {
    const entry = this.#removeFirst();
    this.state.removed();
    return entry;
  }

  /** An entry, and what it refers to, is from now on this worker's. */
  #removeFirst(): Entry {
    const { count } = this.state;
    const entry = this.#items.removeFirst(count);
    if (count === 1) this.#removedLast = true;
    const references = this.#items.referencesOf(entry);
    if (references !== 0) this.#kernel.allocator.own(references);
    return entry;
  }

  claimSpace(entry: Entry): PutOutcome | undefined {
    if (this.state.isShutDown) return SHUT_DOWN;
    // The space that leased items have left counts only once they are recorded as taken.
    if (!this.state.hasSpace) this.#items.endLease();
    if (!this.state.hasSpace) return undefined;
    return this.#add(entry) ? "put" : "grow";
  }

  #add(entry: Entry): boolean {
    if (!this.#items.hasRoomFor(entry)) this.#items.endLease();
    if (!this.#items.hasRoomFor(entry)) return false;
    this.#items.add(entry, this.state.count);
    const references = this.#items.referencesOf(entry);
    if (references !== 0) this.#kernel.allocator.disown(references);
    this.state.added();
    return true;
  }

  #usePromisedSpace(node: number, entry: Entry): PutOutcome {
    this.#items.endLease();
    if (!this.state.isShutDown && !this.#items.hasRoomFor(entry)) return "grow";
    this.state.redeem(node);
    if (this.state.isShutDown) return SHUT_DOWN;
    this.#add(entry);
    return "put";
  }

  /** Of a queue that discards what is left in it. */
  discardOne(): Entry | undefined {
    this.#items.endLease();
    if (this.state.count === 0) return undefined;
    const entry = this.#removeFirst();
    this.state.discarded();
    return entry;
  }

  /** The owner of the wait at `node` will not use its promise. */
  passGrant(node: number): void {
    this.#items.endLease();
    this.state.passGrant(node);
  }

  /** How many items there are. */
  get count(): number {
    return this.state.count - this.#items.uncounted;
  }

  exactCount(): number {
    this.#items.endLease();
    return this.state.count;
  }

  shutDown(how: number): void {
    this.#items.endLease();
    this.state.shutDown(how);
  }

  /** Finishes a shutdown or a wake-up that a death may have cut short. */
  finishInterrupted(): void {
    this.#items.endLease();
    this.state.finishWaking();
  }

  // ── outside the latch ──

  /** What can be had without waiting; undefined if it looks as if there were nothing, or there is. */
  getNow(): Entry | ShutDown | undefined {
    return this.#items.takeLeased() ?? (this.#mayHaveItem ? this.#claimItemNow() : undefined);
  }

  /** As {@link getNow}, looking for as long as that pays; {@link NOTHING_SEEN} if nothing came meanwhile. */
  getSoon(): Entry | ShutDown | typeof NOTHING_SEEN | undefined {
    const leased = this.#items.takeLeased();
    if (leased !== undefined) return leased;
    const { spin } = this.#kernel.parking;
    // Queueing, being granted and redeeming take three sections. A getter that only looks does not get in the putter's way.
    if (!this.#mayHaveItem && !spin.until(this.#isItemSeen)) return NOTHING_SEEN;
    if (spin.mayPay) this.#backOff();
    return this.#claimItemNow();
  }

  readonly #isItemSeen = (): boolean => this.#mayHaveItem;

  #claimItemNow(): Entry | ShutDown | undefined {
    return this.#inSection(this.#claimItemHere);
  }

  readonly #claimItemHere = (): Entry | ShutDown | undefined => this.#claimItem();

  /** Lets more items come where that has paid. Looks at the lease, which putters leave alone. */
  #backOff(): void {
    const { i32 } = this.#kernel.region;
    for (let looks = this.#backoff.looksBefore(this.#countGuess); looks > 0; looks--) {
      Atomics.load(i32, this.#cell + QUEUE_LEASE);
    }
  }

  /** After an item was taken: frees memory that an empty queue does not need. Looks at shared words only if the queue was empty. */
  shrink(): void {
    if (!this.#removedLast) return;
    this.#removedLast = false;
    this.#items.shrink();
  }

  /** A guess: an item is there or the end has come. */
  get #mayHaveItem(): boolean {
    return this.#countGuess > 0 || Atomics.load(this.#kernel.region.i32, this.#cell + QUEUE_SHUTDOWN) !== 0;
  }

  get #countGuess(): number {
    return Atomics.load(this.#kernel.region.i32, this.#cell + QUEUE_COUNT) - this.#items.uncounted;
  }

  #redeemSpace(node: number, entry: Entry): PutOutcome {
    const { waiters } = this.#kernel;
    if (waiters.outcomeOf(node) === OUTCOME_SHUT_DOWN) {
      waiters.acknowledge(node);
      return SHUT_DOWN;
    }
    for (;;) {
      const outcome = this.#inSection(() => this.#usePromisedSpace(node, entry));
      if (outcome !== "grow") {
        waiters.freeNode(node);
        return outcome;
      }
      this.#items.grow(entry);
    }
  }

  #redeemItem(node: number): Entry | ShutDown {
    const { waiters } = this.#kernel;
    if (waiters.outcomeOf(node) === OUTCOME_SHUT_DOWN) {
      waiters.acknowledge(node);
      return SHUT_DOWN;
    }
    const entry = this.#inSection(() => {
      this.#items.endLease();
      this.state.redeem(node);
      return this.state.isDiscarding ? SHUT_DOWN : this.#removeItem();
    });
    waiters.freeNode(node);
    return entry;
  }

  #gate<R>(waitQueue: number, own: Pick<Gate<R>, "claim" | "redeem" | "isPerWait">): Gate<R> {
    const owner = this.#owner;
    return {
      object: owner.object,
      cell: this.#cell,
      queue: waitQueue,
      get label() {
        return owner.label;
      },
      ...own,
    };
  }

  #inSection<R>(act: () => R): R {
    return inSection(this.#kernel, this.#cell, act);
  }
}
