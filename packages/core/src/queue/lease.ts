import type { Kernel } from "../kernel/kernel.js";
import { LEASE_HOLDER, LEASE_LEFT, QUEUE_LEASE, QUEUE_LEASED } from "../kernel/layout.js";

/** As many as one lease is for: so many frames are looked at when it ends. */
const MOST = 256;

/**
 * Items that a getter may take without the latch. A worker that gets twice in a row leases the items that come out next. It takes each by
 * counting down what is left of its lease, in one step. A worker that has to know the count, or where the first item is, ends the lease
 * first. It takes the holder's name off, after which nothing more can be taken, and records how many were taken.
 *
 * Items are leased only while nobody waits, be it for an item or for a space, and none is promised. A worker that is about to wait
 * ends the lease. So nobody waits for what the holder takes or leaves, and its death leaves nothing to repair.
 *
 * Only putting goes on beside a lease, as it touches the other end: that is what the lease is for.
 *
 * A lease lets its holder act for a while without asking for each use (Gray and Cheriton, "Leases", SOSP 1989). Theirs end by the clock.
 * These end when another worker asks, as a reservation of a lock does (Kawachiya, Koseki and Onodera, "Lock reservation", OOPSLA 2002).
 *
 * | `QUEUE_LEASE` | changed by | to |
 * |---|---|---|
 * | any | the worker that gets an item under the latch, in that commit, when no lease is under way | its name + as many as are leased, 0 or more |
 * | holder + left, left > 0 | the holder, without the latch, by a compare-and-exchange, after it has read the item | holder + left - 1 |
 * | holder + left, left > 0 | the worker that ends the lease under the latch, by a compare-and-exchange | left, with nobody's name |
 * | left, with or without a name | the same, in the commit that records what was taken | holder + 0 |
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `QUEUE_LEASED` | 0, no lease | the commit that begins one, under the latch | how many are leased |
 * | `QUEUE_LEASED` | how many were leased | the commit that ends the lease, under the latch | 0 |
 */
export class Lease {
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #word: number;
  readonly #mine: number;
  /** The word as long as this worker's lease lasts, 0 when it certainly does not. */
  #shown = 0;

  constructor(kernel: Kernel, queue: number) {
    this.#kernel = kernel;
    this.#cell = queue;
    this.#word = queue + QUEUE_LEASE;
    this.#mine = (kernel.slot + 1) * LEASE_HOLDER;
  }

  // ── under the latch ──

  /** Ends a lease of any holder. How many items were taken by it; {@link isMine} still knows whose it was. */
  end(): number {
    const { section } = this.#kernel;
    const leased = section.read(this.#cell + QUEUE_LEASED);
    if (leased === 0) return 0;
    const { holder, left } = this.#stop();
    section.write(this.#word, holder);
    section.write(this.#cell + QUEUE_LEASED, 0);
    return leased - left;
  }

  /** Whether it was this worker that got an item last. */
  get isMine(): boolean {
    return (this.#kernel.section.read(this.#word) & ~LEASE_LEFT) === this.#mine;
  }

  /** Leases `items` to this worker, or fewer; none if it is only to be known as the one that got last. */
  begin(items: number): void {
    const leased = Math.min(items, MOST);
    const { section } = this.#kernel;
    this.#shown = this.#mine + leased;
    section.write(this.#word, this.#shown);
    if (leased > 0) section.write(this.#cell + QUEUE_LEASED, leased);
  }

  /** How many items of the lease have been taken. */
  get taken(): number {
    const { i32 } = this.#kernel.region;
    const leased = this.#kernel.section.read(this.#cell + QUEUE_LEASED);
    return leased === 0 ? 0 : leased - (Atomics.load(i32, this.#word) & LEASE_LEFT);
  }

  /** Takes the holder's name off the lease, so that it stays as it is. */
  #stop(): { holder: number; left: number } {
    const { i32 } = this.#kernel.region;
    for (let shown = Atomics.load(i32, this.#word); ; ) {
      const left = shown & LEASE_LEFT;
      // Nothing is left to take, or somebody died who had stopped it before.
      if (left === 0 || shown === left) return { holder: shown - left, left };
      const seen = Atomics.compareExchange(i32, this.#word, shown, left);
      if (seen === shown) return { holder: shown - left, left };
      shown = seen;
    }
  }

  // ── outside the latch ──

  /** How many items this worker may still take, if its lease has not been ended. */
  get left(): number {
    return this.#shown & LEASE_LEFT;
  }

  /** Takes the next item; false if the lease has been ended. Parts of the item that were read before are valid only if it is true. */
  tryTakeNext(): boolean {
    const { i32 } = this.#kernel.region;
    if (Atomics.compareExchange(i32, this.#word, this.#shown, this.#shown - 1) === this.#shown) {
      this.#shown--;
      return true;
    }
    this.#shown = 0;
    return false;
  }
}
