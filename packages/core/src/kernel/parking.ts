import type { KeepAlive } from "../contracts/adapter.js";
import { DeadlockError } from "../contracts/errors.js";
import { after } from "./arguments.js";
import type { Bell } from "./bell.js";
import type { Cells, KindOperations } from "./cells.js";
import { clock } from "./clock.js";
import type { Deadlocks } from "./deadlock.js";
import { CELL_LATCH, NODE_FREE, OUTCOME_GRANTED } from "./layout.js";
import { Parked, QueuedNode, WaitHolds } from "./parked.js";
import type { Region } from "./region.js";
import type { Section } from "./section.js";
import { noSites, type Settle, type Settlers, type Sites } from "./settlers.js";
import { whenAborted } from "./signals.js";
import { Spin } from "./spin.js";
import { isTraced, trace, traced } from "./trace.js";
import type { Waiters } from "./waiters.js";
import { type Gate, type Next, Wait } from "./waiting.js";

/**
 * The parking lot (as WebKit's and Rust's parking_lot): the one place where workers sleep and are woken. A wait is a node in a wait queue.
 * The worker that can grant it takes the first node out of the queue and hands over in the same step. So what was granted is never free for
 * others in between. Or that worker leaves free what it gives back, and wakes the first node. This stays where it is until its own worker
 * has looked ({@link Gate.claimWoken}). Either way, waits are served in the order in which they began.
 */
export class Parking {
  readonly #region: Region;
  readonly #section: Section;
  readonly #waiters: Waiters;
  readonly #bell: Bell;
  readonly #cells: Cells;
  readonly #deadlocks: Deadlocks;
  readonly #waits = new Map<number, Parked>();
  #holds: WaitHolds;
  /** How long this worker looks for something before it sleeps. */
  readonly spin: Spin;
  /** The sites of calls, where there are queues or workers. A bundle with locks alone leaves them out. */
  sites: Sites = noSites;
  #serial = 0;
  /** How often a granted wait of this worker's was queued again. */
  #requeues = 0;

  constructor(
    region: Region,
    section: Section,
    waiters: Waiters,
    bell: Bell,
    cells: Cells,
    deadlocks: Deadlocks,
    keepAlive: KeepAlive,
    maySpin: boolean,
  ) {
    this.#region = region;
    this.#section = section;
    this.#waiters = waiters;
    this.#bell = bell;
    this.#cells = cells;
    this.#deadlocks = deadlocks;
    this.#holds = new WaitHolds(keepAlive);
    this.spin = new Spin(maySpin);
    bell.onRing(() => this.#completeGranted());
    waiters.onGrantHere = () => this.#completeGranted();
  }

  /** Runs an operation from its first wait on, blocking this worker where it waits. */
  block<R>(first: Wait<R>): R {
    let next: Next<R> = first;
    while (next instanceof Wait) {
      const wait: Wait<R> = next;
      try {
        next = wait.resume(this.#waitSync(wait));
      } catch (error) {
        next = wait.fail(error);
      }
    }
    return next;
  }

  /** As {@link block}, but that the event loop goes on where it waits. An error that `check` throws of its outcome begins at the call, too. */
  await<R>(first: Wait<R>, check?: (outcome: R) => void): Promise<R> {
    return new Promise<R>((resolve, reject) =>
      this.#run(first, this.sites.settlers(resolve as Settle, reject, check as Settle | undefined)),
    );
  }

  #waitSync(wait: Wait<unknown>): unknown {
    const { gate, limits, hooks } = wait;
    const { look } = gate;
    if (look !== undefined && limits.timeout > 0 && this.spin.until(look)) return true;
    const begun = this.#begin(wait, true);
    if (!(begun instanceof QueuedNode)) return begun;
    const deadline = clock.now() + limits.timeout;
    const hasSpun = hooks.hasSpun || look !== undefined;
    const isGranted = (): boolean => {
      if (this.#isGranted(gate, begun)) return true;
      const taken = this.#takeOver(gate, begun.node);
      if (taken === undefined) return false;
      begun.node = taken;
      return true;
    };
    return traced("wait", gate.label, () => {
      if (!hasSpun && this.spin.until(isGranted)) return gate.redeem(begun.node);
      const asleepSince = clock.now();
      for (let until = deadline; ; until = Number.POSITIVE_INFINITY) {
        const ended = this.#sleep(gate, isGranted, until);
        if (ended === true) {
          this.spin.slept(clock.now() - asleepSince);
          return gate.redeem(begun.node);
        }
        const hasLeft = this.#dequeue(gate, begun.node, ended === false);
        // It is certain to be granted: sleep on.
        if (hasLeft === undefined) continue;
        if (ended === false) return hasLeft ? undefined : gate.redeem(begun.node);
        // A wait that was granted after all is in no cycle. Any other error is thrown, and the grant is passed on.
        if (!hasLeft && ended.error instanceof DeadlockError) return gate.redeem(begun.node);
        if (!hasLeft) this.#passGrant(gate, begun.node);
        throw ended.error;
      }
    });
  }

  /** Sleeps until the wait is granted, which gives true, or `deadline` has passed. Gives an error if it can never be, or sleeping fails. */
  #sleep(gate: Gate<unknown>, isGranted: () => boolean, deadline: number): boolean | { readonly error: unknown } {
    try {
      if (deadline !== Number.POSITIVE_INFINITY) return this.#bell.sleepUntil(isGranted, deadline);
      return this.#block(gate, isGranted);
    } catch (error) {
      return { error };
    }
  }

  /** Sleeps until the wait is granted. Throws DeadlockError if that can never be. */
  #block(gate: Gate<unknown>, isGranted: () => boolean): boolean {
    this.#deadlocks.block(gate.cell, gate.queue);
    try {
      // Checked again at each ring: the worker that could have ended the cycle may have died since.
      const isDone = (): boolean => isGranted() || this.#checkDeadlock(gate, isGranted);
      return this.#bell.sleepUntil(isDone, Number.POSITIVE_INFINITY);
    } finally {
      this.#deadlocks.unblock();
    }
  }

  /** Returns whether the wait was granted after all. Throws DeadlockError if it never can be. */
  #checkDeadlock(gate: Gate<unknown>, isGranted: () => boolean): boolean {
    const requeues = this.#requeues;
    const cycle = this.#deadlocks.findCycle();
    if (cycle === undefined) return false;
    if (isGranted()) return true;
    // A grant of this worker's own stood in the way, and has just been queued again: check once more.
    if (requeues !== this.#requeues) return false;
    const why =
      cycle.length > 2
        ? `each of ${cycle.join(" → ")} waits, blocked, for the next. Acquire locks in one order everywhere, or with a timeout`
        : `${cycle[0]}, which waits for it, blocked, has it. Release it first, or use an RLock, which its task may acquire again`;
    throw new DeadlockError(`${gate.label} can never be had: ${why}`, cycle);
  }

  /** Goes on with an operation until it waits, or is done. */
  #run(first: unknown, settlers: Settlers): void {
    let next = first;
    try {
      while (next instanceof Wait) {
        const wait: Wait<unknown> = next;
        let begun: unknown;
        try {
          wait.limits.signal?.throwIfAborted();
          begun = this.#begin(wait, false);
          if (!(begun instanceof QueuedNode)) next = wait.resume(begun);
        } catch (error) {
          next = wait.fail(error);
          continue;
        }
        if (begun instanceof QueuedNode) {
          this.#park(wait, begun.node, settlers);
          return;
        }
      }
      settlers.resolve(next);
    } catch (error) {
      settlers.reject(error);
    }
  }

  /** An asynchronous wait begins: this worker's event loop goes on meanwhile. */
  #park(wait: Wait<unknown>, node: number, settlers: Settlers): void {
    const { gate, limits, hooks } = wait;
    const { timeout, signal } = limits;
    settlers.keepSite();
    const parked = new Parked(node, wait, settlers, this.#serial++);
    if (isTraced) trace("wait-begin", gate.label);
    if (timeout !== Number.POSITIVE_INFINITY) parked.stopTimer = after(timeout, () => this.giveUp(parked));
    if (signal !== undefined) {
      parked.stopListening = whenAborted(signal, () =>
        this.#end(parked, () => {
          this.#cancel(parked);
          throw signal.reason;
        }),
      );
    }
    hooks.onWaiting?.((outcome) => {
      if (this.#waits.get(parked.node) !== parked) return false;
      this.#end(parked, () => {
        this.#cancel(parked);
        return outcome;
      });
      return true;
    });
    this.#waits.set(parked.node, parked);
    this.#holds.begin(parked);
    this.#bell.arm();
    // Granted before the bell was armed: nobody will ring for it again.
    if (this.#isGranted(gate, parked)) this.#complete(parked);
  }

  /** The time is up, or as `error` says, nobody can end the wait. A grant that races with this is taken: it came in time. */
  giveUp(parked: Parked, error?: Error): void {
    const { gate } = parked.wait;
    const hasLeft = this.#dequeue(gate, parked.node, error === undefined);
    if (hasLeft === undefined) return;
    this.#end(parked, () => {
      if (hasLeft && error !== undefined) throw error;
      return hasLeft ? undefined : gate.redeem(parked.node);
    });
  }

  /** From here on `holds` decides which waits keep the event loop alive; gives those that do already. */
  leaveTo(holds: WaitHolds): ReadonlyMap<number, Parked> {
    this.#holds = holds;
    return this.#waits;
  }

  /** Cancels a wait. A grant that races with this is passed to the next wait. */
  #cancel({ wait: { gate }, node }: Parked): void {
    if (!this.#dequeue(gate, node)) this.#passGrant(gate, node);
  }

  /** An asynchronous wait is over: the operation goes on with what `outcome` gives. */
  #end(parked: Parked, outcome: () => unknown): void {
    const { wait, settlers } = parked;
    parked.stopTimer();
    parked.stopListening();
    this.#waits.delete(parked.node);
    this.#holds.end(parked);
    if (isTraced) trace("wait-end", wait.gate.label);
    try {
      let next: unknown;
      try {
        next = wait.resume(outcome());
      } catch (error) {
        next = wait.fail(error);
      }
      this.#run(next, settlers);
    } catch (error) {
      settlers.reject(error);
    }
  }

  #complete(parked: Parked): void {
    this.#end(parked, () => parked.wait.gate.redeem(parked.node));
  }

  /** Wakes those granted in the section that has just been left. */
  wake(): void {
    this.#waiters.wake();
  }

  /** Whether a wait of this worker's was granted; one that was woken first looks for what it waits for. */
  #isGranted(gate: Gate<unknown>, queued: QueuedNode): boolean {
    const { node } = queued;
    if (!this.#waiters.isWoken(node)) return this.#waiters.isGranted(node);
    const isOverdue = queued.isOverdue();
    const isClaimed = this.#inSection(gate, () => gate.claimWoken?.(node, isOverdue)) ?? false;
    this.wake();
    return isClaimed;
  }

  #completeGranted(): void {
    if (this.#waits.size > 0) this.#bell.arm();
    const granted: Parked[] = [];
    this.#waiters.eachToldOf((node) => {
      const parked = this.#waits.get(node);
      if (parked !== undefined) granted.push(parked);
    });
    granted.sort((a, b) => a.serial - b.serial);
    // The continuation of one may end another, or swap nodes with it.
    for (const parked of granted) {
      if (this.#waits.get(parked.node) === parked && this.#isGranted(parked.wait.gate, parked)) this.#complete(parked);
    }
  }

  /** Claims what the wait is for, or else queues a node. */
  #begin({ gate, limits, hooks }: Wait<unknown>, blocks: boolean): unknown {
    if (limits.timeout === 0) {
      const claimed = this.#inSection(gate, () => gate.claim());
      this.wake();
      return claimed;
    }
    const node = this.#waiters.newNode();
    let claimed: unknown;
    try {
      claimed = this.#inSection(gate, () => {
        const value = gate.claim();
        if (value === undefined) {
          if (blocks) this.#bell.assertMayBlock();
          this.#waiters.enqueue(node, gate.cell, gate.queue);
        }
        return value;
      });
    } catch (error) {
      this.#waiters.freeNode(node);
      throw error;
    }
    if (claimed !== undefined) {
      this.#waiters.freeNode(node);
      this.wake();
      return claimed;
    }
    try {
      // The look for something to claim may have served others.
      this.wake();
      hooks.onParked?.();
    } catch (error) {
      if (!this.#dequeue(gate, node)) this.#passGrant(gate, node);
      throw error;
    }
    return new QueuedNode(node);
  }

  /** Takes `node` out of its queue. False if it was granted before that; undefined if a timeout does not end it any more. */
  #dequeue(gate: Gate<unknown>, node: number, isTimeout = false): boolean | undefined {
    const operations = this.#operationsAt(gate);
    const left = this.#inSection(gate, () => {
      if (this.#waiters.isGranted(node)) return false;
      if (isTimeout && this.#waiters.isWoken(node) && gate.claimWoken?.(node, false)) return false;
      if (isTimeout && operations?.outlastsTimeout?.(gate.cell, node)) return undefined;
      this.#waiters.unlink(node, NODE_FREE);
      operations?.onCancel?.(gate.cell, gate.queue, node);
      return true;
    });
    if (left) this.#waiters.freeNode(node);
    this.wake();
    return left;
  }

  #passGrant(gate: Gate<unknown>, node: number): void {
    this.#inSection(gate, () => this.#operationsAt(gate)?.passGrant?.(gate.cell, node));
    this.#waiters.freeNode(node);
    this.wake();
  }

  /** The gate's kind, for waits that are cancelled. Recovery does the same for those of a dead worker. */
  #operationsAt({ cell }: Gate<unknown>): KindOperations | undefined {
    this.#region.reach(cell);
    return this.#cells.operationsOf(cell);
  }

  #inSection<R>(gate: Gate<unknown>, act: () => R): R {
    this.#region.reach(gate.cell);
    try {
      return this.#section.run(gate.cell + CELL_LATCH, act);
    } catch (error) {
      this.#waiters.wakeLater();
      throw error;
    }
  }

  /**
   * A worker that blocks cannot redeem the grant of its own async wait, and would wait for itself for ever. So the two waits at
   * the same gate swap their nodes: the blocked one is served now, the other waits on in the queue.
   */
  #takeOver(gate: Gate<unknown>, node: number): number | undefined {
    for (const parked of this.#waits.values()) {
      const other = parked.wait.gate;
      // Elsewhere, too, it takes what it was woken for: nobody else is woken instead.
      if (!this.#isGranted(other, parked) || other.cell !== gate.cell || gate.isPerWait) continue;
      if (other.queue === gate.excludedBy) this.#requeue(parked);
      if (other.queue !== gate.queue || gate.isSuperseded?.(parked.node)) continue;
      const granted = parked.node;
      this.#waits.delete(granted);
      parked.node = node;
      this.#waits.set(node, parked);
      return granted;
    }
    return undefined;
  }

  /** As {@link #takeOver}, where the two waits exclude each other: the async one gives its grant up, and queues again. */
  #requeue({ wait: { gate }, node }: Parked): void {
    if (this.#waiters.outcomeOf(node) !== OUTCOME_GRANTED) return;
    this.#requeues++;
    this.#inSection(gate, () => {
      this.#operationsAt(gate)?.passGrant?.(gate.cell, node);
      this.#waiters.enqueue(node, gate.cell, gate.queue);
    });
    this.wake();
  }
}
