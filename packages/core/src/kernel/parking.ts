import { DeadlockError } from "../contracts/errors.js";
import { after } from "./arguments.js";
import type { Bell } from "./bell.js";
import type { Deadlocks } from "./deadlock.js";
import { CELL_LATCH, NODE_FREE, OUTCOME_GRANTED } from "./layout.js";
import type { Region } from "./region.js";
import type { Section } from "./section.js";
import { whenAborted } from "./signals.js";
import { Spin } from "./spin.js";
import { traced } from "./trace.js";
import type { Waiters } from "./waiters.js";

/** What can be waited for at a line of a cell. `T` is what a successful wait gives; `undefined` means that it did not. */
export interface Gate<T> {
  readonly cell: number;
  readonly line: number;
  /** For traces, such as `Lock stdout`. */
  readonly label: string;
  /** Without the latch: as {@link claim}, where that can be told; undefined leaves the matter open. */
  claimEarly?(): T | undefined;
  /** Without the latch: whether {@link claim} has a chance, where looking is cheap. */
  hasChance?(): boolean;
  /** Without the latch, before {@link claim} in a wait that may spin: lets what is wanted become more, where that has paid. */
  gather?(): void;
  /** Under the latch: takes what is wanted if it is there and nobody has waited for it longer. Committed at once. */
  claim(): T | undefined;
  /** This worker's wait was granted: takes what was promised, and with it the node. May throw what the outcome says. */
  collect(node: number): T;
  /** Under the latch: this worker was granted what it no longer wants: hands it on to the next. */
  handOn(node: number): void;
  /** Under the latch: a wait that was not granted has given up its place in the line. */
  left?(): void;
  /** A grant is meant for the one wait that got it: no other wait of the same worker may use it instead. */
  readonly isPersonal?: boolean;
  /** The line of the cell whose grants keep the waits of this one out. */
  readonly barredBy?: number;
}

interface AsyncWait {
  /** Counts the waits of this worker: they are settled in the order in which they began. */
  readonly serial: number;
  readonly gate: Gate<unknown>;
  node: number;
  /** Called once, when the node was granted. */
  settle(): void;
}

export interface Patience {
  /** Milliseconds, already checked. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once the wait has its place in the line, before this worker goes to sleep. */
  readonly onParked?: () => void;
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
  readonly #deadlocks: Deadlocks;
  readonly #keepAlive: { hold(): void; letGo(): void };
  readonly #waits = new Map<number, AsyncWait>();
  readonly #spin: Spin;
  #serial = 0;
  /** How often a wait of this worker's has stood back. */
  #stoodBack = 0;

  constructor(
    region: Region,
    section: Section,
    waiters: Waiters,
    bell: Bell,
    deadlocks: Deadlocks,
    keepAlive: { hold(): void; letGo(): void },
    maySpin: boolean,
  ) {
    this.#region = region;
    this.#section = section;
    this.#waiters = waiters;
    this.#bell = bell;
    this.#deadlocks = deadlocks;
    this.#keepAlive = keepAlive;
    this.#spin = new Spin(maySpin);
    bell.onRing(() => this.#settleGranted());
  }

  /** Waits at `gate`, blocking this worker for at most `timeout` ms; undefined if they passed first. */
  waitSync<T>(gate: Gate<T>, { timeout, onParked }: Patience): T | undefined {
    const early = gate.claimEarly?.();
    if (early !== undefined) return early;
    if (timeout === 0) return this.#claimNow(gate);
    // To be in line, be granted and collect is three sections; who only looks is not in the way of who brings what it waits for.
    const hasSpun = gate.hasChance?.() === false && !this.#spin.until(() => gate.hasChance?.() !== false);
    if (this.#spin.mayPay && !hasSpun) gate.gather?.();
    const parked = this.#claimOrPark(gate, true);
    if ("claimed" in parked) return parked.claimed;
    onParked?.();
    let { node } = parked;
    const deadline = performance.now() + timeout;
    const isGranted = (): boolean => {
      if (this.#waiters.isGranted(node)) return true;
      const taken = this.#takeOver(gate, node);
      if (taken === undefined) return false;
      node = taken;
      return true;
    };
    return traced("wait", gate.label, () => {
      if (!hasSpun && this.#spin.until(isGranted)) return gate.collect(node);
      const asleepSince = performance.now();
      const ended =
        timeout === Number.POSITIVE_INFINITY
          ? this.#block(gate, isGranted)
          : this.#bell.sleepUntil(isGranted, deadline);
      if (ended === true) this.#spin.slept(performance.now() - asleepSince);
      if (ended === true || !this.#leave(gate, node)) return gate.collect(node);
      if (ended === false) return undefined;
      throw ended;
    });
  }

  /** Sleeps until the wait is granted; gives an error instead if that can never be. */
  #block(gate: Gate<unknown>, isGranted: () => boolean): true | DeadlockError {
    this.#deadlocks.block(gate.cell);
    try {
      const stoodBack = this.#stoodBack;
      const circle = this.#deadlocks.findCircle();
      // Who stands back was its own obstacle, and is so no more.
      if (circle === undefined || isGranted() || stoodBack !== this.#stoodBack)
        return this.#bell.sleepUntil(isGranted, Number.POSITIVE_INFINITY) as true;
      return new DeadlockError(
        `${gate.label} can never be had: each of ${circle.join(" → ")} waits, blocked, for the next. Acquire locks in one order everywhere, or with a timeout`,
        circle,
      );
    } finally {
      this.#deadlocks.unblock();
    }
  }

  /** Waits at `gate` for at most `timeout` ms; undefined if they passed first. Rejects if the signal aborts first. */
  async wait<T>(gate: Gate<T>, { timeout, signal, onParked }: Patience): Promise<T | undefined> {
    signal?.throwIfAborted();
    const early = gate.claimEarly?.();
    if (early !== undefined) return early;
    if (timeout === 0) return this.#claimNow(gate);
    const parked = this.#claimOrPark(gate, false);
    if ("claimed" in parked) return parked.claimed;
    onParked?.();
    return traced("wait", gate.label, () => this.#waitParked(gate, parked.node, timeout, signal));
  }

  #waitParked<T>(
    gate: Gate<T>,
    node: number,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const end = (how: () => void): void => {
        stopTimer();
        stopListening();
        this.#forget(wait);
        try {
          how();
        } catch (error) {
          reject(error);
        }
      };
      const wait: AsyncWait = {
        serial: this.#serial++,
        gate,
        node,
        settle: () => end(() => resolve(gate.collect(wait.node))),
      };
      const onAbort = (): void =>
        end(() => {
          if (!this.#leave(gate, wait.node)) this.#handOn(gate, wait.node);
          reject(signal?.reason);
        });
      // A grant that races with the timeout is taken: it came in time. One that races with an abort goes to the next.
      const stopTimer = after(timeout, () =>
        end(() => resolve(this.#leave(gate, wait.node) ? undefined : gate.collect(wait.node))),
      );
      const stopListening = whenAborted(signal, onAbort);
      this.#remember(wait);
    });
  }

  /** Wakes those granted in the section that has just been left. */
  tell(): void {
    this.#waiters.tell();
  }

  #remember(wait: AsyncWait): void {
    if (this.#waits.size === 0) this.#keepAlive.hold();
    this.#waits.set(wait.node, wait);
    this.#bell.arm();
    // Granted before the bell was armed: nobody will ring for it again.
    if (this.#waiters.isGranted(wait.node)) wait.settle();
  }

  #forget(wait: AsyncWait): void {
    this.#waits.delete(wait.node);
    if (this.#waits.size === 0) this.#keepAlive.letGo();
  }

  #settleGranted(): void {
    if (this.#waits.size > 0) this.#bell.arm();
    const granted: AsyncWait[] = [];
    this.#waiters.eachGranted((node) => {
      const wait = this.#waits.get(node);
      if (wait !== undefined) granted.push(wait);
    });
    granted.sort((a, b) => a.serial - b.serial);
    for (const wait of granted) if (this.#waits.get(wait.node) === wait) wait.settle();
  }

  #claimNow<T>(gate: Gate<T>): T | undefined {
    const claimed = this.#inside(gate, () => gate.claim());
    this.tell();
    return claimed;
  }

  #claimOrPark<T>(gate: Gate<T>, blocks: boolean): { claimed: T } | { node: number } {
    const node = this.#waiters.take();
    let claimed: T | undefined;
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
    if (claimed === undefined) return { node };
    this.#waiters.putBack(node);
    this.tell();
    return { claimed };
  }

  /** Takes `node` out of its line; false if it was granted before that. */
  #leave(gate: Gate<unknown>, node: number): boolean {
    const left = this.#inside(gate, () => {
      if (this.#waiters.isGranted(node)) return false;
      this.#waiters.unlink(node, NODE_FREE);
      gate.left?.();
      return true;
    });
    if (left) this.#waiters.putBack(node);
    this.tell();
    return left;
  }

  #handOn(gate: Gate<unknown>, node: number): void {
    this.#inside(gate, () => gate.handOn(node));
    this.#waiters.putBack(node);
    this.tell();
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
    for (const wait of this.#waits.values()) {
      if (wait.gate.cell !== gate.cell || !this.#waiters.isGranted(wait.node)) continue;
      if (wait.gate.line === gate.barredBy) this.#standBack(wait);
      if (wait.gate.line !== gate.line) continue;
      const granted = wait.node;
      this.#waits.delete(granted);
      wait.node = node;
      this.#waits.set(node, wait);
      return granted;
    }
    return undefined;
  }

  /** As {@link #takeOver}, where the two waits are for things that exclude each other: the async one gets in line again. */
  #standBack({ gate, node }: AsyncWait): void {
    if (this.#waiters.outcomeOf(node) !== OUTCOME_GRANTED) return;
    this.#stoodBack++;
    this.#inside(gate, () => {
      gate.handOn(node);
      this.#waiters.enqueue(node, gate.cell, gate.line);
    });
    this.tell();
  }
}
