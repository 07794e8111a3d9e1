import { AbandonedError, LockStateError } from "../contracts/errors.js";
import type { Guarded } from "../kernel/guards.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  LOCK_ABANDONED,
  LOCK_FAIR,
  LOCK_GRANTED,
  LOCK_GRANTEE,
  LOCK_GUARDED,
  LOCK_LEFT,
  LOCK_OVER,
  LOCK_OWNER_MASK,
  LOCK_STATE,
  LOCK_WAITERS,
  LOCK_WAKING,
  NODE_FREE,
  NODE_NEXT,
  NODE_STATE,
  NODE_WOKEN,
  OUTCOME_ABANDONED,
  OUTCOME_GRANTED,
  RLOCK_DEPTH,
  RLOCK_TASK,
  SLOT_STATUS,
  STATUS_LEFT,
  slotAddress,
  WAIT_QUEUE_A,
} from "../kernel/layout.js";
import type { Gate } from "../kernel/waiting.js";

/**
 * The lock word, on which Lock and RLock stand: 0, or its owner and whether somebody waits. Taking a free one and releasing one for which
 * nobody waits is a single compare-and-exchange. A release while somebody waits leaves the lock free and wakes the first in the wait queue,
 * which stays there. Until that one has looked, any worker that runs takes and releases the lock by a compare-and-exchange. In three cases
 * the lock is handed to the first instead, and is never free in between. These are a first that was woken in vain for {@link OVERDUE_MS},
 * one that is this worker's own, which needs no waking, and a fair lock.
 *
 * WebKit's locks let others barge in, for speed (https://webkit.org/blog/6161/locking-in-webkit/). Go's sync.Mutex has both modes: once a
 * waiter has failed for 1 ms, each release hands over, until one has waited for less. parking_lot's "eventual fairness" hands over once
 * in half a millisecond on average. Here each waiter that has failed for 1 ms is handed the lock next, and no mode changes. Hand-off alone
 * is Java's fair ReentrantLock.
 *
 * Any worker may release a lock, also between a grant and the moment in which its worker sees it. So the word says whether its owner has it
 * by a grant, and LOCK_GRANTEE by which. A grant by which the lock is no longer held is superseded, and hands on nothing.
 *
 * | `LOCK_STATE` | changes to | by whom, when |
 * |---|---|---|
 * | 0 | owner | the worker that takes it, by a compare-and-exchange |
 * | WAITERS + WAKING | + owner | likewise |
 * | WAITERS + WAKING | owner + GRANTED, + WAITERS if another is queued | the first in the queue, by a compare-and-exchange under the latch, before it leaves the queue |
 * | owner, owner + GRANTED | + WAITERS | a worker that begins to wait, by a compare-and-exchange under the latch, before it is queued |
 * | owner, owner + GRANTED | 0 | the worker that releases it, by a compare-and-exchange |
 * | owner + WAITERS | WAITERS + WAKING | the worker that releases it, or gives up its grant, under the latch, with the first in the queue, which it wakes |
 * | owner + WAITERS + WAKING | WAITERS + WAKING | the worker that releases it, by a compare-and-exchange |
 * | owner + WAITERS + WAKING | owner + WAITERS | the first in the queue, which finds it taken, by a compare-and-exchange under the latch |
 * | any + WAITERS + WAKING | without both | the worker that leaves the queue, the last in it, likewise |
 * | owner + WAITERS | next owner + GRANTED, + WAITERS if another is queued | the worker that releases it, or gives up its grant, under the latch |
 * | any + WAITERS | 0 | likewise, if nobody is queued any more |
 * | any of a dead owner | ABANDONED, + OVER if it has ended by itself | recovery, under the latch |
 * | any of an owner that ends by itself, of a Lock that no guard holds | LEFT, + WAITERS, + WAKING if it had them | the owner itself, under the latch |
 * | LEFT | as an owner's | the worker that releases it |
 * | ABANDONED, + OVER | 0 | the worker that recovers it, under the latch |
 *
 * WAKING is there exactly while the first in the queue is WOKEN, and a free lock for which somebody waits has it.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `LOCK_GRANTEE` | the last grant; counts with GRANTED | the worker that grants, under the latch: before the word, which is before the node | the node |
 * | `LOCK_GUARDED` | 0; its holder's slot + 1 | the holder, once it has the lock for a guard; the worker that releases it, before; recovery | the slot + 1; 0 |
 * | `LOCK_FAIR` | whether each release hands the lock over | the maker, before anybody else knows the cell | constant |
 */
export class Mutex implements Gate<true>, Guarded {
  readonly object: object;
  readonly cell: number;
  readonly queue: number = WAIT_QUEUE_A;
  readonly #kernel: Kernel;
  readonly #state: number;
  label = "";

  /** `lock` is the object that waits keep alive; recovery, which does not wait, has none. */
  constructor(kernel: Kernel, cell: number, lock?: object) {
    this.object = lock ?? this;
    this.#kernel = kernel;
    this.cell = cell;
    this.#state = cell + LOCK_STATE;
  }

  /** The owner's slot + 1, or 0. */
  get owner(): number {
    return this.#load() & LOCK_OWNER_MASK;
  }

  get isAbandoned(): boolean {
    return (this.#load() & LOCK_ABANDONED) !== 0;
  }

  /** Whether it is held by a guard: then only its owner is to release it. */
  get isGuarded(): boolean {
    return Atomics.load(this.#kernel.region.i32, this.cell + LOCK_GUARDED) === this.owner;
  }

  isGuardedHere(): boolean {
    return this.isHeldHere() && this.isGuarded;
  }

  // Calls of Atomics are most of what taking and releasing a lock costs. The words that the lock word orders are
  // read and written without them: a worker that takes it sees all writes of earlier holders.

  /** Whether this worker is the owner, as far as it knows: it does know of what it was granted, once it has collected that. */
  isHeldHere(): boolean {
    const { region, me } = this.#kernel;
    return ((region.i32[this.#state] as number) & LOCK_OWNER_MASK) === me;
  }

  /** Of a lock that this worker has just taken: a guard holds it. */
  setGuarded(): void {
    this.#kernel.region.i32[this.cell + LOCK_GUARDED] = this.#kernel.me;
  }

  /** Before any release: no guard holds the lock for the next taker at first. */
  clearGuarded(): void {
    const { i32 } = this.#kernel.region;
    if (i32[this.cell + LOCK_GUARDED] !== 0) i32[this.cell + LOCK_GUARDED] = 0;
  }

  /** Throws AbandonedError if its owner died. */
  tryLock(): boolean {
    const { i32 } = this.#kernel.region;
    const { me } = this.#kernel;
    let found = Atomics.compareExchange(i32, this.#state, 0, me);
    if (found === 0) return true;
    while (isFree(found)) {
      const next = Atomics.compareExchange(i32, this.#state, found, found | me);
      if (next === found) return true;
      found = next;
    }
    this.#throwIfAbandoned(found);
    return false;
  }

  get look(): (() => boolean | undefined) | undefined {
    return this.#isFair ? undefined : this.#look;
  }

  readonly #look = (): boolean | undefined => {
    const state = this.#load();
    if ((state & (LOCK_WAITERS | LOCK_ABANDONED)) !== 0) return undefined;
    return state === 0 && this.tryLock();
  };

  release(): void {
    const { i32 } = this.#kernel.region;
    this.#kernel.holds?.giveBack(this.cell);
    // Most often its own, as it took it, and nobody waits.
    const { me } = this.#kernel;
    if (Atomics.compareExchange(i32, this.#state, me, 0) === me) return;
    for (;;) {
      const state = this.#load();
      this.#mustBeLocked(state);
      if (isToBeWoken(state)) {
        if (this.#kernel.waiters.inSection(this.cell, () => this.#releaseToWaiter())) return;
      } else if (Atomics.compareExchange(i32, this.#state, state, state & QUEUE_BITS) === state) return;
    }
  }

  /** Under the latch, as {@link onOwnerDeath}: a recovery that is about to write, or was cut short, comes first. */
  recover(): void {
    this.#kernel.waiters.inSection(this.cell, () => {
      if (!this.isAbandoned) throw new LockStateError(`${this.label} is not abandoned: there is nothing to recover`);
      this.#failAll();
      this.#kernel.section.write(this.#state, 0, this.#load());
    });
  }

  // ── as a gate, and for recovery ──

  claim(): true | undefined {
    const { i32 } = this.#kernel.region;
    for (;;) {
      if (this.tryLock()) return true;
      const state = this.#load();
      // Said before this worker is queued, under the latch: a release that sees it waits for the latch, and then finds us.
      const marked = state | LOCK_WAITERS;
      if (!isFree(state) && Atomics.compareExchange(i32, this.#state, state, marked) === state) return undefined;
    }
  }

  claimWoken(node: number, isOverdue: boolean): boolean {
    const { section, waiters, region, me } = this.#kernel;
    const { i32 } = region;
    // A worker that has failed it since, after its owner's death, has granted it an error.
    if (!waiters.isWoken(node)) return waiters.isGranted(node);
    const isLast = section.read(node + NODE_NEXT) === 0;
    const taken = me | LOCK_GRANTED | (isLast ? 0 : LOCK_WAITERS);
    for (;;) {
      const state = this.#load();
      const isMine = isFree(state);
      // Written before the exchange, which comes last: an error after that would leave the lock to nobody.
      if (isMine) {
        Atomics.store(i32, this.cell + LOCK_GRANTEE, node);
        waiters.grantHere(node, OUTCOME_GRANTED);
      } else waiters.wokenInVain(node, isOverdue);
      const next = isMine ? taken : state & ~LOCK_WAKING;
      if (Atomics.compareExchange(i32, this.#state, state, next) === state) return isMine;
      section.undo();
    }
  }

  /** Under the latch: `node` has left the queue. The lock that it was woken for is the next one's. */
  onCancel(node: number): void {
    const { section, waiters, region } = this.#kernel;
    const state = this.#load();
    const next = waiters.first(this.cell, WAIT_QUEUE_A);
    if (waiters.isWoken(node) && this.#isHeldBy(state, node)) {
      // It had taken the lock, and died before it left the queue.
      this.#passOn(state);
    } else if ((state & LOCK_WAKING) !== 0) {
      if (next === 0) Atomics.and(region.i32, this.#state, ~QUEUE_BITS);
      else if (section.read(next + NODE_STATE) !== NODE_WOKEN) waiters.wakeFirst(next);
    }
  }

  redeem(node: number): true {
    const outcome = this.#kernel.waiters.outcomeOf(node);
    this.#kernel.waiters.acknowledge(node);
    if (outcome === OUTCOME_ABANDONED) throw this.#abandoned();
    return true;
  }

  passGrant(node: number): void {
    const { section, waiters } = this.#kernel;
    section.write(node + NODE_STATE, NODE_FREE);
    const state = this.#load();
    if (waiters.outcomeOf(node) === OUTCOME_GRANTED && this.#isHeldBy(state, node)) this.#passOn(state);
  }

  isSuperseded(node: number): boolean {
    return this.#kernel.waiters.outcomeOf(node) === OUTCOME_GRANTED && !this.#isHeldBy(this.#load(), node);
  }

  /**
   * The owner, if it is `owner`, has ended by itself with a lock in hand that any worker may release. It stays locked, and is released or
   * waited for as before. For this worker's creator to tell of.
   */
  leave(owner: number): void {
    const { section } = this.#kernel;
    this.#kernel.waiters.inSection(this.cell, () => {
      const state = this.#load();
      if ((state & LOCK_OWNER_MASK) !== owner) return;
      section.write(this.#state, (state & QUEUE_BITS) | LOCK_LEFT, state);
      noteLeft(this.#kernel, this.cell);
    });
  }

  /** Whether its owner has left it, as {@link leave} says. */
  get isLeft(): boolean {
    return this.owner === LOCK_LEFT;
  }

  /** If the owner is `owner`: it has died, or has ended. All waits end with an error, and so do later ones until `recover` is called. */
  onOwnerDeath(owner: number, isOver: boolean): void {
    const { section } = this.#kernel;
    this.#kernel.waiters.inSection(this.cell, () => {
      const state = this.#load();
      if ((state & LOCK_OWNER_MASK) === owner) {
        section.write(this.cell + RLOCK_TASK, 0);
        section.write(this.cell + RLOCK_DEPTH, 0);
        section.write(this.cell + LOCK_GUARDED, 0);
        section.write(this.#state, isOver ? LOCK_ABANDONED | LOCK_OVER : LOCK_ABANDONED, state);
        section.commit();
        if (isOver) noteLeft(this.#kernel, this.cell);
      }
      // Somebody else may have released it in time. And an earlier recovery may have been cut short right here.
      if (this.isAbandoned) this.#failAll();
    });
  }

  /**
   * Whether the lock, whose word is `state`, is held by what `node` was granted. Read in this order: a grant to another node is told of
   * in LOCK_GRANTEE before it is in the word.
   */
  #isHeldBy(state: number, node: number): boolean {
    return (state & LOCK_GRANTED) !== 0 && Atomics.load(this.#kernel.region.i32, this.cell + LOCK_GRANTEE) === node;
  }

  /** Under the latch, of an abandoned lock, at which nobody new waits: all who did get an error. */
  #failAll(): void {
    const { section, waiters } = this.#kernel;
    for (let node = waiters.first(this.cell, WAIT_QUEUE_A); node !== 0; node = waiters.first(this.cell, WAIT_QUEUE_A)) {
      waiters.grant(node, OUTCOME_ABANDONED);
      section.commit();
    }
  }

  /** Under the latch; false if it was released meanwhile, perhaps taken again, and whether it may be released is to be asked anew. */
  #releaseToWaiter(): boolean {
    const state = this.#load();
    if (!isToBeWoken(state)) return false;
    this.#passOn(state);
    return true;
  }

  /**
   * Under the latch: makes the lock free and wakes the first in the wait queue, or makes that one the owner. `state` is the word by which
   * the caller may do that. The word may hold another value by now, while it has no {@link LOCK_WAITERS} and so nobody is queued: then it
   * stays.
   */
  #passOn(state: number): void {
    const { section, waiters } = this.#kernel;
    const next = waiters.first(this.cell, WAIT_QUEUE_A);
    if (next === 0) {
      section.write(this.#state, 0, state);
      return;
    }
    if (!waiters.isHandedOver(next, this.#isFair)) {
      section.write(this.#state, QUEUE_BITS, state);
      waiters.wakeFirst(next);
      return;
    }
    const isLast = section.read(next + NODE_NEXT) === 0;
    const owner = waiters.ownerOf(next) | LOCK_GRANTED;
    section.write(this.cell + LOCK_GRANTEE, next);
    // Before the grant: a worker sees its grant without the latch, and must find itself the owner.
    section.write(this.#state, isLast ? owner : owner | LOCK_WAITERS, state);
    waiters.grant(next, OUTCOME_GRANTED);
  }

  get #isFair(): boolean {
    return this.#kernel.region.i32[this.cell + LOCK_FAIR] !== 0;
  }

  #load(): number {
    return Atomics.load(this.#kernel.region.i32, this.#state);
  }

  #mustBeLocked(state: number): void {
    if ((state & LOCK_OWNER_MASK) !== 0) return;
    throw new LockStateError(
      (state & LOCK_ABANDONED) !== 0
        ? `${this.label} cannot be released: ${howAbandoned(state)}; call recover() to take it back into use`
        : `${this.label} cannot be released: it is not locked. Was its acquire() called, and awaited?`,
    );
  }

  #throwIfAbandoned(state: number): void {
    if ((state & LOCK_ABANDONED) !== 0) throw this.#abandoned();
  }

  #abandoned(): AbandonedError {
    return new AbandonedError(
      `${this.label} is abandoned: ${howAbandoned(this.#load())}. Check what it guards, then call recover()`,
    );
  }
}

const QUEUE_BITS = LOCK_WAITERS | LOCK_WAKING;

/** Nobody has it; somebody may be being woken to take it. */
const isFree = (state: number): boolean => (state & ~QUEUE_BITS) === 0;

/** Somebody waits, and is not being woken. */
const isToBeWoken = (state: number): boolean => (state & QUEUE_BITS) === LOCK_WAITERS;

/** For which task a lock is about to be taken, where that is noted. */
export const takerOf = (kernel: Kernel): number => (kernel.holds === undefined ? 0 : kernel.currentTask());

/** This worker ends by itself, and has the lock at `cell`: for its creator to tell of. */
export function noteLeft({ region, slot }: Kernel, cell: number): void {
  const status = Atomics.load(region.i32, slotAddress(slot) + SLOT_STATUS);
  if (status !== 0) Atomics.store(region.i32, status + STATUS_LEFT, cell);
}

/** The fate of the owner of a lock whose word is `state`. */
export const howAbandoned = (state: number): string =>
  (state & LOCK_OVER) === 0
    ? "a worker died holding it"
    : "the worker that held it has ended without releasing it (what one worker hands over to another is a Semaphore of one permit)";
