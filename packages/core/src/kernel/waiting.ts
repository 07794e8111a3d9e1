import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { checkOptions, checkSignal, checkTimeout } from "./arguments.js";
import { clock } from "./clock.js";

/** What can be waited for at a line of a cell. `T` is what a successful wait gives; `undefined` means that it did not. */
export interface Gate<T> {
  /** What is waited for: this worker's object for the cell, which a wait keeps alive for as long as it lasts, and with it the cell. */
  readonly object: object;
  readonly cell: number;
  readonly line: number;
  /** For traces, such as `Lock stdout`. */
  readonly label: string;
  /** Under the latch: takes what is wanted if it is there and nobody has waited for it longer. Committed at once. */
  claim(): T | undefined;
  /** This worker's wait was granted: takes what was promised, and with it the node. May throw what the outcome says. */
  collect(node: number): T;
  /** A grant is meant for the one wait that got it: no other wait of the same worker may use it instead. */
  readonly isPersonal?: boolean;
  /** Whether what was granted to this worker's wait at `node` is no longer there, as another has taken it back since. Left out: it always is. */
  isSuperseded?(node: number): boolean;
  /** The line of the cell whose grants keep the waits of this one out. */
  readonly barredBy?: number;
}

/** How long a wait may last, and what else may end it. */
export interface Patience {
  /** Milliseconds, already checked. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** What comes after a wait: another one, or what the operation gives. */
export type Next<R> = R | Wait<R>;

interface Particulars<R> {
  /** The wait has failed, or what came after it: its signal has aborted, it can never end. Default: that is the operation's failure. */
  readonly fail?: (error: unknown) => Next<R>;
  /** What is waited for was looked for in vain for as long as that pays: a wait that blocks goes to sleep at once. */
  readonly hasSpun?: boolean;
  /** Called once the wait has its place in the line, before this worker goes to sleep. */
  readonly onParked?: () => void;
  /** If the wait does not block: is given what ends it with an outcome, without a grant, and says false if it had ended before. */
  readonly onWaiting?: (give: (outcome: unknown) => boolean) => void;
}

/** Marks waits. */
const WAIT = /* @__PURE__ */ Symbol.for("heddle wait");

/**
 * One wait of an operation, and how the operation goes on after it. `Parking.block` and `Parking.await` run what begins with one:
 * so an operation is written once, as its steps, whether it blocks this worker or lets the event loop go on.
 *
 * An operation begins once what can be had without waiting was tried. It owns all that it uses after a wait: views of memory that is
 * used again for something else do not outlast a step.
 */
export class Wait<R> {
  readonly gate: Gate<unknown>;
  readonly patience: Patience;
  readonly resume: (outcome: unknown) => Next<R>;
  readonly particulars: Particulars<R>;

  constructor(
    gate: Gate<unknown>,
    patience: Patience,
    resume: (outcome: unknown) => Next<R>,
    particulars: Particulars<R>,
  ) {
    this.gate = gate;
    this.patience = patience;
    this.resume = resume;
    this.particulars = particulars;
  }

  /** Told by a mark: what waits may be of another copy of this package than the kernel that it waits by. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && WAIT in value;
  }

  get [WAIT](): true {
    return true;
  }

  fail(error: unknown): Next<R> {
    const { fail } = this.particulars;
    if (fail === undefined) throw error;
    return fail(error);
  }
}

const NONE = Object.freeze({});

/** A wait at `gate`, after which the operation goes on with what that gave, with undefined if the time was up first. */
export function waitAt<T, R>(
  gate: Gate<T>,
  patience: Patience,
  resume: (outcome: T | undefined) => Next<R>,
  particulars: Particulars<R> = NONE,
): Wait<R> {
  return new Wait(gate, patience, resume as (outcome: unknown) => Next<R>, particulars);
}

/** A wait at a gate that gives nothing but the news: whether they came in time. */
export const hasCome = (gate: Gate<true>, patience: Patience): Wait<boolean> =>
  waitAt(gate, patience, (outcome) => outcome !== undefined);

export const FOR_EVER: Patience = { timeout: Number.POSITIVE_INFINITY };
/** Tries once. */
export const NO_TIME: Patience = { timeout: 0 };

/** The options of a wait as given by a user. Throws TypeError or RangeError, and the reason of a signal that has aborted. */
export function patienceOf(options: WaitOptions | undefined): Patience {
  if (options === undefined) return FOR_EVER;
  checkOptions(options, "A wait", ["timeout", "signal"]);
  const timeout = checkTimeout(options.timeout);
  const signal = checkSignal(options.signal);
  signal?.throwIfAborted();
  return { timeout, signal };
}

/** As {@link patienceOf}, for a wait that blocks. */
export function syncPatienceOf(options: SyncWaitOptions | undefined): Patience {
  if (options === undefined) return FOR_EVER;
  checkOptions(options, "A wait that blocks", ["timeout"]);
  return { timeout: checkTimeout(options.timeout) };
}

/** What is left of a patience as time goes by: each call gives the rest. */
export function restOf({ timeout, signal }: Patience): () => Patience {
  const deadline = clock.now() + timeout;
  return () => ({ timeout: Math.max(0, deadline - clock.now()), signal });
}
