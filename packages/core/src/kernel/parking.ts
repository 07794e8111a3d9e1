import { DeadlockError } from "../contracts/errors.js";
import { after } from "./arguments.js";
import type { Bell } from "./bell.js";
import type { Cells, KindOperations } from "./cells.js";
import { clock } from "./clock.js";
import type { Deadlocks } from "./deadlock.js";
import { CELL_KIND, CELL_LATCH, NODE_FREE, OUTCOME_GRANTED } from "./layout.js";
import type { Region } from "./region.js";
import type { Section } from "./section.js";
import { whenAborted } from "./signals.js";
import { Spin } from "./spin.js";
import { isTraced, trace, traced } from "./trace.js";
import type { Waiters } from "./waiters.js";
import { type Gate, type Next, Wait } from "./waiting.js";

const NOTHING = (): void => {};

/** A place in a line. */
class Place {
  node: number;

  constructor(node: number) {
    this.node = node;
  }
}

/** An asynchronous wait that has its place in a line. */
interface Parked extends Place {
  /** Counts the waits of this worker: they are settled in the order in which they began. */
  readonly serial: number;
  readonly wait: Wait<unknown>;
  readonly settlers: Settlers;
  stopTimer: () => void;
  stopListening: () => void;
}

/** What settles the promise of an operation. */
interface Settlers {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * The parking lot: the one place where workers sleep and are woken. A wait is a node in a line; who can grant it takes
 * the first node out of the line and hands over what it waits for in the same step, so what was granted is never free for
 * others in between, and waits are served in the order in which they began.
 */
export class Parking {
  readonly #region: Region;
  readonly #section: Section;
  readonly #waiters: Waiters;
  readonly #bell: Bell;
  readonly #cells: Cells;
  readonly #deadlocks: Deadlocks;
  readonly #keepAlive: { hold(): void; letGo(): void };
  readonly #waits = new Map<number, Parked>();
  /** How long this worker looks for something before it sleeps. */
  readonly spin: Spin;
  #serial = 0;
  /** How often a wait of this worker's has stood back. */
  #stoodBack = 0;

  constructor(
    region: Region,
    section: Section,
    waiters: Waiters,
    bell: Bell,
    cells: Cells,
    deadlocks: Deadlocks,
    keepAlive: { hold(): void; letGo(): void },
    maySpin: boolean,
  ) {
    this.#region = region;
    this.#section = section;
    this.#waiters = waiters;
    this.#bell = bell;
    this.#cells = cells;
    this.#deadlocks = deadlocks;
    this.#keepAlive = keepAlive;
    this.spin = new Spin(maySpin);
    bell.onRing(() => this.#settleGranted());
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

  /** Runs an operation from its first wait on. Where it waits, the event loop goes on. */
  await<R>(first: Wait<R>): Promise<R> {
    return new Promise<R>((resolve, reject) =>
      this.#run(first, { resolve: resolve as (value: unknown) => void, reject }),
    );
  }

  #waitSync(wait: Wait<unknown>): unknown {
    const begun = this.#begin(wait, true);
    if (!(begun instanceof Place)) return begun;
    const { gate, patience, particulars } = wait;
    const deadline = clock.now() + patience.timeout;
    const isGranted = (): boolean => {
      if (this.#waiters.isGranted(begun.node)) return true;
      const taken = this.#takeOver(gate, begun.node);
      if (taken === undefined) return false;
      begun.node = taken;
      return true;
    };
    return traced("wait", gate.label, () => {
      if (!particulars.hasSpun && this.spin.until(isGranted)) return gate.collect(begun.node);
      const asleepSince = clock.now();
      for (let until = deadline; ; until = Number.POSITIVE_INFINITY) {
        const ended = this.#sleep(gate, isGranted, until);
        if (ended === true) {
          this.spin.slept(clock.now() - asleepSince);
          return gate.collect(begun.node);
        }
        const hasLeft = this.#leave(gate, begun.node, ended === false);
        // What is certain to come is slept for.
        if (hasLeft === undefined) continue;
        if (ended === false) return hasLeft ? undefined : gate.collect(begun.node);
        // Who was served after all is in no circle. What else failed has to be told: another takes what was granted.
        if (!hasLeft && ended.error instanceof DeadlockError) return gate.collect(begun.node);
        if (!hasLeft) this.#handOn(gate, begun.node);
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
    this.#deadlocks.block(gate.cell, gate.line);
    try {
      // Looked for again at each ring: who could have ended the circle may have died since.
      const isDone = (): boolean => isGranted() || this.#mayHope(gate, isGranted);
      return this.#bell.sleepUntil(isDone, Number.POSITIVE_INFINITY);
    } finally {
      this.#deadlocks.unblock();
    }
  }

  /** Whether it was granted after all. Throws DeadlockError if it never can be. */
  #mayHope(gate: Gate<unknown>, isGranted: () => boolean): boolean {
    const stoodBack = this.#stoodBack;
    const circle = this.#deadlocks.findCircle();
    if (circle === undefined) return false;
    if (isGranted()) return true;
    // Who stands back was its own obstacle, and is so no more.
    if (stoodBack !== this.#stoodBack) return false;
    throw new DeadlockError(
      `${gate.label} can never be had: each of ${circle.join(" → ")} waits, blocked, for the next. Acquire locks in one order everywhere, or with a timeout`,
      circle,
    );
  }

  /** Goes on with an operation until it waits, or is done. */
  #run(first: unknown, settlers: Settlers): void {
    let next = first;
    try {
      while (next instanceof Wait) {
        const wait: Wait<unknown> = next;
        let begun: unknown;
        try {
          wait.patience.signal?.throwIfAborted();
          begun = this.#begin(wait, false);
          if (!(begun instanceof Place)) next = wait.resume(begun);
        } catch (error) {
          next = wait.fail(error);
          continue;
        }
        if (begun instanceof Place) {
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
    const { gate, patience, particulars } = wait;
    const { timeout, signal } = patience;
    const parked: Parked = {
      serial: this.#serial++,
      wait,
      node,
      settlers,
      stopTimer: NOTHING,
      stopListening: NOTHING,
    };
    if (isTraced) trace("wait-begin", gate.label);
    if (timeout !== Number.POSITIVE_INFINITY) parked.stopTimer = after(timeout, () => this.#timeOut(parked));
    if (signal !== undefined) {
      parked.stopListening = whenAborted(signal, () =>
        this.#end(parked, () => {
          this.#giveUp(parked);
          throw signal.reason;
        }),
      );
    }
    particulars.onWaiting?.((outcome) => {
      if (this.#waits.get(parked.node) !== parked) return false;
      this.#end(parked, () => {
        this.#giveUp(parked);
        return outcome;
      });
      return true;
    });
    this.#remember(parked);
  }

  /** A grant that races with the timeout is taken: it came in time. */
  #timeOut(parked: Parked): void {
    const { gate } = parked.wait;
    const hasLeft = this.#leave(gate, parked.node, true);
    if (hasLeft !== undefined) this.#end(parked, () => (hasLeft ? undefined : gate.collect(parked.node)));
  }

  /** A grant that races with this goes to the next. */
  #giveUp({ wait: { gate }, node }: Parked): void {
    if (!this.#leave(gate, node)) this.#handOn(gate, node);
  }

  /** An asynchronous wait is over: the operation goes on with what `outcome` gives. */
  #end(parked: Parked, outcome: () => unknown): void {
    const { wait, settlers } = parked;
    parked.stopTimer();
    parked.stopListening();
    this.#forget(parked);
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

  #settle(parked: Parked): void {
    this.#end(parked, () => parked.wait.gate.collect(parked.node));
  }

  /** Wakes those granted in the section that has just been left. */
  tell(): void {
    this.#waiters.tell();
  }

  #remember(parked: Parked): void {
    if (this.#waits.size === 0) this.#keepAlive.hold();
    this.#waits.set(parked.node, parked);
    this.#bell.arm();
    // Granted before the bell was armed: nobody will ring for it again.
    if (this.#waiters.isGranted(parked.node)) this.#settle(parked);
  }

  #forget(parked: Parked): void {
    this.#waits.delete(parked.node);
    if (this.#waits.size === 0) this.#keepAlive.letGo();
  }

  #settleGranted(): void {
    if (this.#waits.size > 0) this.#bell.arm();
    const granted: Parked[] = [];
    this.#waiters.eachGranted((node) => {
      const parked = this.#waits.get(node);
      if (parked !== undefined) granted.push(parked);
    });
    granted.sort((a, b) => a.serial - b.serial);
    // What one of them goes on to do may end another, or change places with it.
    for (const parked of granted) {
      if (this.#waits.get(parked.node) === parked && this.#waiters.isGranted(parked.node)) this.#settle(parked);
    }
  }

  /** Takes what is waited for, or else a place in the line. */
  #begin({ gate, patience, particulars }: Wait<unknown>, blocks: boolean): unknown {
    if (patience.timeout === 0) {
      const claimed = this.#inside(gate, () => gate.claim());
      this.tell();
      return claimed;
    }
    const node = this.#waiters.take();
    let claimed: unknown;
    try {
      claimed = this.#inside(gate, () => {
        const value = gate.claim();
        if (value === undefined) {
          if (blocks) this.#bell.mustBeAbleToBlock();
          this.#waiters.enqueue(node, gate.cell, gate.line);
        }
        return value;
      });
    } catch (error) {
      this.#waiters.putBack(node);
      throw error;
    }
    if (claimed !== undefined) {
      this.#waiters.putBack(node);
      this.tell();
      return claimed;
    }
    try {
      particulars.onParked?.();
    } catch (error) {
      if (!this.#leave(gate, node)) this.#handOn(gate, node);
      throw error;
    }
    return new Place(node);
  }

  /** Takes `node` out of its line; false if it was granted before that, undefined if it stays for more than a timeout. */
  #leave(gate: Gate<unknown>, node: number, isTimeout = false): boolean | undefined {
    const operations = this.#operationsAt(gate);
    const left = this.#inside(gate, () => {
      if (this.#waiters.isGranted(node)) return false;
      if (isTimeout && operations?.outlastsTimeout?.(gate.cell, node)) return undefined;
      this.#waiters.unlink(node, NODE_FREE);
      operations?.left?.(gate.cell, gate.line);
      return true;
    });
    if (left) this.#waiters.putBack(node);
    this.tell();
    return left;
  }

  #handOn(gate: Gate<unknown>, node: number): void {
    this.#inside(gate, () => this.#operationsAt(gate)?.handOn?.(gate.cell, node));
    this.#waiters.putBack(node);
    this.tell();
  }

  /** What the gate's kind does about waits that end without their owners. A sweeper does the same for those of the dead. */
  #operationsAt({ cell }: Gate<unknown>): KindOperations | undefined {
    this.#region.reach(cell);
    return this.#cells.operationsOf(this.#region.i32[cell + CELL_KIND] as number);
  }

  #inside<R>(gate: Gate<unknown>, act: () => R): R {
    this.#region.reach(gate.cell);
    try {
      return this.#section.run(gate.cell + CELL_LATCH, act);
    } catch (error) {
      this.#waiters.tellLater();
      throw error;
    }
  }

  /**
   * A worker that blocks cannot collect what an async wait of its own was granted, and would wait for itself for ever. So
   * the two waits at the same gate change places: the blocked one is served now, the other has its place in the line.
   */
  #takeOver(gate: Gate<unknown>, node: number): number | undefined {
    if (gate.isPersonal) return undefined;
    for (const parked of this.#waits.values()) {
      const other = parked.wait.gate;
      if (other.cell !== gate.cell || !this.#waiters.isGranted(parked.node)) continue;
      if (other.line === gate.barredBy) this.#standBack(parked);
      if (other.line !== gate.line || gate.isSuperseded?.(parked.node)) continue;
      const granted = parked.node;
      this.#waits.delete(granted);
      parked.node = node;
      this.#waits.set(node, parked);
      return granted;
    }
    return undefined;
  }

  /** As {@link #takeOver}, where the two waits are for things that exclude each other: the async one gets in line again. */
  #standBack({ wait: { gate }, node }: Parked): void {
    if (this.#waiters.outcomeOf(node) !== OUTCOME_GRANTED) return;
    this.#stoodBack++;
    this.#inside(gate, () => {
      this.#operationsAt(gate)?.handOn?.(gate.cell, node);
      this.#waiters.enqueue(node, gate.cell, gate.line);
    });
    this.tell();
  }
}
