import type { Kernel } from "../kernel/kernel.js";
import { OUTCOME_SHUT_DOWN, QUEUE_COUNT, QUEUE_LEASE, QUEUE_MAX_SIZE, QUEUE_SHUTDOWN } from "../kernel/layout.js";
import type { Gate } from "../kernel/waiting.js";
import { inside } from "../sync/shared-object.js";
import { Gathering } from "./gathering.js";
import type { Entry, Items, Kept } from "./items.js";
import { GETTERS, JOINERS, Ledger, PUTTERS } from "./ledger.js";

export const SHUT_DOWN = Symbol("shut down");
export type ShutDown = typeof SHUT_DOWN;
export const NOTHING_SEEN = Symbol("nothing seen");
export type PutOutcome = "put" | "grow" | ShutDown;

/** Whose channel it is: the object that keeps its cell, and what traces and errors call it. */
export interface Owner {
  readonly object: object;
  readonly label: string;
}

/** How one comes to one's turn at a channel: the gates at which getters, putters, pollers and joiners wait. */
export class Turns {
  readonly ledger: Ledger;
  readonly getGate: Gate<Entry | ShutDown>;
  readonly pollGate: Gate<true>;
  readonly joinGate: Gate<true>;
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #items: Items;
  readonly #owner: Owner;
  readonly #gathering: Gathering;
  /** Whether this worker has taken the last item that there was. */
  #tookLast = false;

  constructor(kernel: Kernel, cell: number, items: Items, owner: Owner) {
    this.#kernel = kernel;
    this.#cell = cell;
    this.#items = items;
    this.#owner = owner;
    kernel.region.reach(cell + QUEUE_MAX_SIZE);
    this.#gathering = new Gathering(kernel.region.i32[cell + QUEUE_MAX_SIZE] as number);
    this.ledger = new Ledger(kernel, cell);
    this.getGate = this.#gate(GETTERS, {
      claim: this.#claimItemHere,
      collect: (node) => this.#collectItem(node),
    });
    // Who polls waits as a getter does, and hands on what it was promised as one that gave up.
    this.pollGate = this.#gate(GETTERS, {
      claim: () => {
        this.#items.settle();
        return this.ledger.hasItem || this.ledger.isShutDown || undefined;
      },
      collect: (node) => {
        this.#inside(() => this.handOn(node));
        kernel.waiters.putBack(node);
        return true;
      },
    });
    this.joinGate = this.#gate(JOINERS, {
      // That all was done once is no news for who has come after more was put.
      isPersonal: true,
      claim: () => this.ledger.isDone || undefined,
      collect: (node) => {
        kernel.waiters.collect(node);
        return true;
      },
    });
  }

  putGate(entry: Kept): Gate<PutOutcome> {
    return this.#gate(PUTTERS, {
      claim: () => this.claimPlace(entry),
      collect: (node) => this.#collectPlace(node, entry),
    });
  }

  // ── under the latch ──

  #claimItem(): Entry | ShutDown | undefined {
    const isNextAgain = this.#items.settle();
    if (this.ledger.hasItem) {
      const entry = this.#take();
      const spare = isNextAgain && this.ledger.isUndisputed ? this.ledger.count : 0;
      this.#items.lend(spare);
      this.#gathering.learn(spare);
      return entry;
    }
    return this.ledger.isShutDown ? SHUT_DOWN : undefined;
  }

  #take(): Entry {
    const entry = this.#takeOut();
    this.ledger.taken();
    return entry;
  }

  /** An entry, and what it refers to, is from now on this worker's. */
  #takeOut(): Entry {
    const { count } = this.ledger;
    const entry = this.#items.take(count);
    if (count === 1) this.#tookLast = true;
    const bundle = this.#items.bundleOf(entry);
    if (bundle !== 0) this.#kernel.allocator.own(bundle);
    return entry;
  }

  claimPlace(entry: Entry): PutOutcome | undefined {
    if (this.ledger.isShutDown) return SHUT_DOWN;
    // Places that taken items have left count only once these are booked.
    if (!this.ledger.hasPlace) this.#items.settle();
    if (!this.ledger.hasPlace) return undefined;
    return this.#add(entry) ? "put" : "grow";
  }

  #add(entry: Entry): boolean {
    if (!this.#items.hasRoomFor(entry)) this.#items.settle();
    if (!this.#items.hasRoomFor(entry)) return false;
    this.#items.add(entry, this.ledger.count);
    const bundle = this.#items.bundleOf(entry);
    if (bundle !== 0) this.#kernel.allocator.disown(bundle);
    this.ledger.added();
    return true;
  }

  #usePromisedPlace(node: number, entry: Entry): PutOutcome {
    this.#items.settle();
    if (!this.ledger.isShutDown && !this.#items.hasRoomFor(entry)) return "grow";
    this.ledger.redeem(node);
    if (this.ledger.isShutDown) return SHUT_DOWN;
    this.#add(entry);
    return "put";
  }

  /** Of a queue that discards what is left in it. */
  discardOne(): Entry | undefined {
    this.#items.settle();
    if (this.ledger.count === 0) return undefined;
    const entry = this.#takeOut();
    this.ledger.discarded();
    return entry;
  }

  /** A wait's owner will not use what it was promised. */
  handOn(node: number): void {
    this.#items.settle();
    this.ledger.handOn(node);
  }

  /** How many items there are. */
  get count(): number {
    return this.ledger.count - this.#items.unbooked;
  }

  settledCount(): number {
    this.#items.settle();
    return this.ledger.count;
  }

  shutDown(how: number): void {
    this.#items.settle();
    this.ledger.shutDown(how);
  }

  /** Finishes what a death may have cut short. */
  settle(): void {
    this.#items.settle();
    this.ledger.settle();
  }

  // ── outside the latch ──

  /** What can be had without waiting; undefined if it looks as if there were nothing, or there is. */
  getNow(): Entry | ShutDown | undefined {
    return this.#items.takeLent() ?? (this.#mayHaveItem ? this.#claimItemNow() : undefined);
  }

  /** As {@link getNow}, looking for as long as that pays; {@link NOTHING_SEEN} if nothing came meanwhile. */
  getSoon(): Entry | ShutDown | typeof NOTHING_SEEN | undefined {
    const lent = this.#items.takeLent();
    if (lent !== undefined) return lent;
    const { spin } = this.#kernel.parking;
    // To be in line, be granted and collect is three sections; who only looks is not in the way of who brings what it waits for.
    if (!this.#mayHaveItem && !spin.until(this.#isItemSeen)) return NOTHING_SEEN;
    if (spin.mayPay) this.#gather();
    return this.#claimItemNow();
  }

  readonly #isItemSeen = (): boolean => this.#mayHaveItem;

  #claimItemNow(): Entry | ShutDown | undefined {
    return this.#inside(this.#claimItemHere);
  }

  readonly #claimItemHere = (): Entry | ShutDown | undefined => this.#claimItem();

  /** Lets more items come where that has paid. Looks at the lease, which putters leave alone. */
  #gather(): void {
    const { i32 } = this.#kernel.region;
    for (let looks = this.#gathering.looksBefore(this.#countGuess); looks > 0; looks--) {
      Atomics.load(i32, this.#cell + QUEUE_LEASE);
    }
  }

  /** After an item was taken: frees memory that an empty queue does not need. Looks at shared words only if the queue was empty. */
  shrink(): void {
    if (!this.#tookLast) return;
    this.#tookLast = false;
    this.#items.shrink();
  }

  /** A guess: an item is there or the end has come. */
  get #mayHaveItem(): boolean {
    return this.#countGuess > 0 || Atomics.load(this.#kernel.region.i32, this.#cell + QUEUE_SHUTDOWN) !== 0;
  }

  get #countGuess(): number {
    return Atomics.load(this.#kernel.region.i32, this.#cell + QUEUE_COUNT) - this.#items.unbooked;
  }

  #collectPlace(node: number, entry: Entry): PutOutcome {
    const { waiters } = this.#kernel;
    if (waiters.outcomeOf(node) === OUTCOME_SHUT_DOWN) {
      waiters.collect(node);
      return SHUT_DOWN;
    }
    for (;;) {
      const outcome = this.#inside(() => this.#usePromisedPlace(node, entry));
      if (outcome !== "grow") {
        waiters.putBack(node);
        return outcome;
      }
      this.#items.grow(entry);
    }
  }

  #collectItem(node: number): Entry | ShutDown {
    const { waiters } = this.#kernel;
    if (waiters.outcomeOf(node) === OUTCOME_SHUT_DOWN) {
      waiters.collect(node);
      return SHUT_DOWN;
    }
    const entry = this.#inside(() => {
      this.#items.settle();
      this.ledger.redeem(node);
      return this.ledger.isDiscarding ? SHUT_DOWN : this.#take();
    });
    waiters.putBack(node);
    return entry;
  }

  #gate<R>(line: number, own: Pick<Gate<R>, "claim" | "collect" | "isPersonal">): Gate<R> {
    const owner = this.#owner;
    return {
      object: owner.object,
      cell: this.#cell,
      line,
      get label() {
        return owner.label;
      },
      ...own,
    };
  }

  #inside<R>(act: () => R): R {
    return inside(this.#kernel, this.#cell, act);
  }
}
