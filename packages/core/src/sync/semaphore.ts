import type { BoundedSemaphore as BoundedContract, Semaphore as SemaphoreContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { rangeError } from "../contracts/wrong-use.js";
import { checkInteger } from "../kernel/arguments.js";
import type { Guarded } from "../kernel/guards.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  MAX_PERMITS,
  NODE_FREE,
  NODE_STATE,
  NODE_WOKEN,
  OUTCOME_GRANTED,
  SEMAPHORE_FAIR,
  SEMAPHORE_INITIAL,
  SEMAPHORE_STATE,
  SEMAPHORE_WAITERS,
  SEMAPHORE_WAKING,
  WAIT_QUEUE_A,
} from "../kernel/layout.js";
import { isTraced, trace } from "../kernel/trace.js";
import { type Gate, limitsOf, syncLimitsOf, type Wait, type WaitLimits, waitAt } from "../kernel/waiting.js";
import { Holdable } from "./holdable.js";

/**
 * A word that counts free permits. As long as nobody waits, taking and giving back is one compare-and-exchange. A release while somebody
 * waits leaves its permits free and wakes the first in the wait queue, which stays there. Until that one has looked, any worker that runs
 * takes permits and gives them back by a compare-and-exchange. It then takes one, and wakes the next if more are free. In four cases a
 * permit is handed to the first instead, and is never free in between. These are a first that was woken in vain for a millisecond, one that
 * is this worker's own, and a fair semaphore. The fourth is more than one permit for a first whose worker computes. See mutex.ts. (Java's
 * Semaphore has these two modes, and passes wake-ups on likewise.)
 *
 * With WAITERS the word changes under the latch alone. It says so where somebody waits and no permit is free, and while a section counts.
 *
 * | `SEMAPHORE_STATE` | changes to | by whom, when |
 * |---|---|---|
 * | n > 0, + WAKING | n - 1, + WAKING | the worker that takes one, by a compare-and-exchange |
 * | n >= 0, + WAKING | n + m, + WAKING | the worker that releases m, by a compare-and-exchange |
 * | 0 | WAITERS | a worker that begins to wait, by a compare-and-exchange under the latch, before it is queued |
 * | any | + WAITERS | a worker that counts under the latch, by or: it releases, was woken, or leaves the queue |
 * | n + WAITERS, + WAKING | n - 1 + WAITERS | the section that counted, in the commit of a grant that is not its last |
 * | n + WAITERS, + WAKING | n, or less by what it grants; + WAKING if it leaves the first WOKEN; or WAITERS, if somebody waits and none is free | the section that counted, in its last commit |
 * | n + WAITERS, + WAKING, of a worker that died counting | likewise | the next worker that comes, which counts anew |
 *
 * WAKING is there exactly while the first in the queue is WOKEN. A free permit for which somebody waits has it, once it was counted.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SEMAPHORE_INITIAL` | how many permits there were at first | the maker, before anybody else knows the cell | constant |
 * | `SEMAPHORE_FAIR` | whether each release hands its permits over | the maker, before anybody else knows the cell | constant |
 */
export class Semaphore extends Holdable implements SemaphoreContract {
  readonly #gate: Gate<true>;

  readonly #guarded: Guarded;

  constructor(kernel: Kernel, cell: number, className = "Semaphore") {
    super(kernel, cell, className);
    const label = (): string => this.label;
    const look = (): boolean | undefined => this.#look();
    this.#guarded = {
      get label() {
        return label();
      },
      loss: "has lost a permit",
      // A permit has no owner: `release` may have given this one back. That is certain where none is missing.
      isGuardedHere: () => this.value < (kernel.region.i32[cell + SEMAPHORE_INITIAL] as number),
    };
    this.#gate = {
      object: this,
      cell,
      queue: WAIT_QUEUE_A,
      label: this.label,
      claim: () => this.#claim(),
      get look() {
        return isFair(kernel, cell) ? undefined : look;
      },
      claimWoken: (node, isOverdue) => claimWoken(kernel, cell, node, isOverdue),
      redeem: (node) => {
        kernel.waiters.acknowledge(node);
        return true;
      },
    };
  }

  async acquire(options?: WaitOptions): Promise<boolean> {
    const limits = limitsOf(options);
    if (this.tryAcquire()) return true;
    return limits.timeout > 0 && (await this.kernel.parking.await(this.#acquire(limits)));
  }

  acquireSync(options?: SyncWaitOptions): boolean {
    const limits = syncLimitsOf(options);
    if (this.tryAcquire()) return true;
    return limits.timeout > 0 && this.kernel.parking.block(this.#acquire(limits));
  }

  tryAcquire(): boolean {
    if (this.#takeFree()) return this.#held(true);
    if (!isCounted(Atomics.load(this.kernel.region.i32, this.cell + SEMAPHORE_STATE))) return false;
    // Somebody adds a permit under the latch, or died doing it: there the answer is known.
    return this.#held(
      this.inSection(() => {
        this.#finishCounting();
        return this.#takeFree();
      }),
    );
  }

  release(n = 1): void {
    checkInteger(n, "The number of permits to release", 1, MAX_PERMITS);
    const { i32 } = this.kernel.region;
    const address = this.cell + SEMAPHORE_STATE;
    for (let word = Atomics.load(i32, address); word >= 0; word = Atomics.load(i32, address)) {
      // The first that waits may compute: the next one is to have this permit then, which the latch is for.
      if ((word & SEMAPHORE_WAKING) !== 0 && permitsOf(word) > 0) break;
      this.checkRelease(permitsOf(word), n);
      if (Atomics.compareExchange(i32, address, word, word + n) === word) {
        if (isTraced) trace("hold-end", this.label);
        return;
      }
    }
    this.inSection(() => {
      // An error leaves the word as a worker that dies counting does: the next one here counts again.
      this.checkRelease(count(this.kernel, this.cell), n);
      give(this.kernel, this.cell, n);
    });
    if (isTraced) trace("hold-end", this.label);
  }

  /** A worker that had it has died: its permits are lost with it, but those of others that it was just counting are not. */
  onOwnerDeath(): void {
    this.inSection(() => this.#finishCounting());
  }

  protected override guarded(): Guarded {
    return this.#guarded;
  }

  protected override state(): Readonly<Record<string, unknown>> {
    return { value: this.value, waiting: this.waits };
  }

  get value(): number {
    return permitsOf(Atomics.load(this.kernel.region.i32, this.cell + SEMAPHORE_STATE));
  }

  /** Throws if `n` more permits than the `free` ones would be too many. */
  protected checkRelease(free: number, n: number): void {
    if (free + n > MAX_PERMITS) throw rangeError(`${this.label} can hold at most ${MAX_PERMITS} permits`);
  }

  #acquire(limits: WaitLimits): Wait<boolean> {
    return waitAt(this.#gate, limits, (isHeld) => this.#held(isHeld !== undefined));
  }

  /** Under the latch. */
  #claim(): true | undefined {
    const { i32 } = this.kernel.region;
    const address = this.cell + SEMAPHORE_STATE;
    for (;;) {
      this.#finishCounting();
      if (this.#takeFree()) return true;
      // Said before this worker is queued, under the latch: a release that sees it waits for the latch, and then finds us.
      const found = Atomics.compareExchange(i32, address, 0, SEMAPHORE_WAITERS);
      // The first that waits is being woken, and will look under the latch: then it finds us, too.
      if (permitsOf(found) === 0) return undefined;
    }
  }

  #look(): boolean | undefined {
    const word = Atomics.load(this.kernel.region.i32, this.cell + SEMAPHORE_STATE);
    if ((word & ~MAX_PERMITS) !== 0) return undefined;
    return word > 0 && this.#takeFree();
  }

  #takeFree(): boolean {
    const { i32 } = this.kernel.region;
    const address = this.cell + SEMAPHORE_STATE;
    for (let word = Atomics.load(i32, address); word >= 0 && permitsOf(word) > 0; word = Atomics.load(i32, address)) {
      if (Atomics.compareExchange(i32, address, word, word - 1) === word) return true;
    }
    return false;
  }

  /** Under the latch: permits that a worker left behind when it died counting them are everybody's again. */
  #finishCounting(): void {
    if (!isCounted(Atomics.load(this.kernel.region.i32, this.cell + SEMAPHORE_STATE))) return;
    give(this.kernel, this.cell, 0);
    this.kernel.section.commit();
  }

  #held(isHeld: boolean): boolean {
    if (isHeld && isTraced) trace("hold-begin", this.label);
    return isHeld;
  }
}

export class BoundedSemaphore extends Semaphore implements BoundedContract {
  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "BoundedSemaphore");
  }

  protected override checkRelease(free: number, n: number): void {
    const initial = this.kernel.region.i32[this.cell + SEMAPHORE_INITIAL] as number;
    if (free + n > initial) {
      throw rangeError(
        `${this.label} was released more often than acquired: ${free} of ${initial} permits are free, ${n} more given back`,
      );
    }
  }
}

/** Under the latch: a permit that its waiter will not use goes to the next one. */
export function passGrant(kernel: Kernel, cell: number, node: number): void {
  kernel.section.write(node + NODE_STATE, NODE_FREE);
  give(kernel, cell, 1);
}

/** As {@link passGrant}. Any worker may have released that permit since the grant: if none is missing, there is nothing to pass on. */
export function passBoundedGrant(kernel: Kernel, cell: number, node: number): void {
  kernel.section.write(node + NODE_STATE, NODE_FREE);
  give(kernel, cell, count(kernel, cell) < (kernel.region.i32[cell + SEMAPHORE_INITIAL] as number) ? 1 : 0);
}

/** Under the latch, of a wait that has left the queue: if it was woken, the next one is. */
export function onCancel(kernel: Kernel, cell: number): void {
  give(kernel, cell, 0);
}

/** Under the latch: this worker was woken, and takes a permit if one is free. If more are, the next waiter is woken. */
function claimWoken(kernel: Kernel, cell: number, node: number, isOverdue: boolean): boolean {
  const { section, waiters } = kernel;
  // Another worker has granted it a permit since.
  if (!waiters.isWoken(node)) return waiters.isGranted(node);
  const free = count(kernel, cell);
  if (free === 0) {
    waiters.wokenInVain(node, isOverdue);
    section.write(cell + SEMAPHORE_STATE, SEMAPHORE_WAITERS);
    return false;
  }
  section.write(cell + SEMAPHORE_STATE, (free - 1) | SEMAPHORE_WAITERS);
  waiters.grantHere(node, OUTCOME_GRANTED);
  give(kernel, cell, 0);
  return true;
}

/** Under the latch: adds `n` permits. Those that are free then are handed to waiters, or left free for the first, which is woken. */
function give(kernel: Kernel, cell: number, n: number): void {
  const { section, waiters } = kernel;
  const address = cell + SEMAPHORE_STATE;
  let free = count(kernel, cell) + n;
  for (let granted = 0; ; granted++, free--) {
    const node = waiters.first(cell, WAIT_QUEUE_A);
    if (node === 0 || free === 0 || !waiters.isHandedOver(node, isFair(kernel, cell), free)) {
      section.write(address, free | flagsOf(kernel, node, free));
      return;
    }
    // Each grant is a step of its own, as there may be many. The permits that are left are counted anew if this worker dies in between.
    if (granted > 0) section.commit();
    // Before the grant: a worker sees its grant without the latch, and finds the rest of the permits free.
    section.write(address, (free - 1) | SEMAPHORE_WAITERS);
    waiters.grant(node, OUTCOME_GRANTED);
  }
}

/** The flags of the word where `free` permits are left and `node` waits first, which is woken if it can have one. */
function flagsOf({ section, waiters }: Kernel, node: number, free: number): number {
  if (node === 0) return 0;
  if (section.read(node + NODE_STATE) === NODE_WOKEN) return SEMAPHORE_WAKING;
  if (free === 0) return SEMAPHORE_WAITERS;
  waiters.wakeFirst(node);
  return SEMAPHORE_WAKING;
}

const isFair = ({ region }: Kernel, cell: number): boolean => region.i32[cell + SEMAPHORE_FAIR] !== 0;

/** Under the latch: has the word change under the latch alone, so that the section may write it, and gives the permits that are free. */
function count({ region: { i32 }, section }: Kernel, cell: number): number {
  Atomics.or(i32, cell + SEMAPHORE_STATE, SEMAPHORE_WAITERS);
  return permitsOf(section.read(cell + SEMAPHORE_STATE));
}

const permitsOf = (word: number): number => word & MAX_PERMITS;

/** It changes under the latch alone, and permits are free all the same: they are being counted, or were when their counter died. */
const isCounted = (word: number): boolean => word < 0 && permitsOf(word) > 0;
