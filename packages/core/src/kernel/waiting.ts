import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { checkOptions, checkSignal, checkTimeout } from "./arguments.js";
import { clock } from "./clock.js";

/** Something to wait for in a wait queue of a cell. `T` is what a successful wait gives; `undefined` means that it did not. */
export interface Gate<T> {
  /** This worker's object for the cell, which a wait keeps alive for as long as it lasts, and with it the cell. */
  readonly object: object;
  readonly cell: number;
  readonly queue: number;
  /** For traces, such as `Lock stdout`. */
  readonly label: string;
  /** Under the latch: takes what the wait is for, if it is there and nobody has waited for it longer. Committed at once. */
  claim(): T | undefined;
  /**
   * Where a release leaves free what it gives back: takes it, without the latch, if it is free. Undefined if it is of no use to look
   * again, as others wait already. Left out where what is given back goes to who waits: then one looks once it is queued.
   */
  readonly look?: (() => boolean | undefined) | undefined;
  /**
   * Under the latch: this worker's wait at `node` is {@link NODE_WOKEN}. If what it waits for is still free, this grants it, and gives true.
   * Otherwise the wait goes on, as {@link NODE_OVERDUE} if it `isOverdue`.
   */
  claimWoken?(node: number, isOverdue: boolean): boolean;
  /** Redeems the grant of this worker's wait at `node`, and frees the node. May throw, as the outcome says. */
  redeem(node: number): T;
  /** A grant is meant for the one wait that got it: no other wait of the same worker may use it instead. */
  readonly isPerWait?: boolean;
  /** Whether the grant to this worker's wait at `node` no longer holds, as another worker has taken it back since. Left out: it always holds. */
  isSuperseded?(node: number): boolean;
  /** The wait queue of the cell whose grants exclude those of this one. */
  readonly excludedBy?: number;
}

/** The limits of a wait: how long it may last, and which signal ends it. */
export interface WaitLimits {
  /** Milliseconds, already checked. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** The step after a wait: another wait, or the operation's result. */
export type Next<R> = R | Wait<R>;

interface WaitHooks<R> {
  /** The wait has failed, or what came after it: its signal has aborted, it can never end. Default: that is the operation's failure. */
  readonly fail?: (error: unknown) => Next<R>;
  /** The caller has spun already: a wait that blocks goes to sleep at once. */
  readonly hasSpun?: boolean;
  /** Called once the wait is queued, before this worker goes to sleep. */
  readonly onParked?: () => void;
  /** If the wait does not block: is given what ends it with an outcome, without a grant, and says false if it had ended before. */
  readonly onWaiting?: (give: (outcome: unknown) => boolean) => void;
}

/** Marks waits. */
const WAIT = /* @__PURE__ */ Symbol.for("heddle wait");

/**
 * One wait of an operation, and how the operation goes on after it. `Parking.block` and `Parking.await` run an operation that begins with
 * one. So an operation is written once, as its steps: it blocks this worker, or lets the event loop go on.
 *
 * An operation begins once what can be had without waiting was tried. It owns all that it uses after a wait: views of memory that is
 * used again for something else do not outlast a step.
 */
export class Wait<R> {
  readonly gate: Gate<unknown>;
  readonly limits: WaitLimits;
  readonly resume: (outcome: unknown) => Next<R>;
  readonly hooks: WaitHooks<R>;

  constructor(gate: Gate<unknown>, limits: WaitLimits, resume: (outcome: unknown) => Next<R>, hooks: WaitHooks<R>) {
    this.gate = gate;
    this.limits = limits;
    this.resume = resume;
    this.hooks = hooks;
  }

  /** Told by a mark: a wait may be of another copy of this package than the kernel that it waits by. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && WAIT in value;
  }

  get [WAIT](): true {
    return true;
  }

  fail(error: unknown): Next<R> {
    const { fail } = this.hooks;
    if (fail === undefined) throw error;
    return fail(error);
  }
}

const NONE = Object.freeze({});

/** A wait at `gate`, after which the operation goes on with what that gave, with undefined if the time was up first. */
export function waitAt<T, R>(
  gate: Gate<T>,
  limits: WaitLimits,
  resume: (outcome: T | undefined) => Next<R>,
  hooks: WaitHooks<R> = NONE,
): Wait<R> {
  return new Wait(gate, limits, resume as (outcome: unknown) => Next<R>, hooks);
}

/** A wait at a gate that gives no value: whether it was granted in time. */
export const waitUntilGranted = (gate: Gate<true>, limits: WaitLimits): Wait<boolean> =>
  waitAt(gate, limits, (outcome) => outcome !== undefined);

export const UNLIMITED: WaitLimits = { timeout: Number.POSITIVE_INFINITY };
/** Tries once. */
export const NO_TIME: WaitLimits = { timeout: 0 };

/** The options of a wait as given by a user. Throws TypeError or RangeError, and the reason of a signal that has aborted. */
export function limitsOf(options: WaitOptions | undefined): WaitLimits {
  if (options === undefined) return UNLIMITED;
  checkOptions(options, "A wait", ["timeout", "signal"]);
  const timeout = checkTimeout(options.timeout);
  const signal = checkSignal(options.signal);
  signal?.throwIfAborted();
  return { timeout, signal };
}

/** As {@link limitsOf}, for a wait that blocks. */
export function syncLimitsOf(options: SyncWaitOptions | undefined): WaitLimits {
  if (options === undefined) return UNLIMITED;
  checkOptions(options, "A wait that blocks", ["timeout"]);
  return { timeout: checkTimeout(options.timeout) };
}

/** The limits of an operation of several waits: each call gives what is left of the time. */
export function remainingOf({ timeout, signal }: WaitLimits): () => WaitLimits {
  const deadline = clock.now() + timeout;
  return () => ({ timeout: Math.max(0, deadline - clock.now()), signal });
}
