import type { WaitOptions } from "./wait.js";

/** A promise of a task's result that can be looked at and cancelled. */
export interface Future<R> extends Promise<R> {
  /**
   * "pending" while the task waits for a worker. "cancelled" if it never ran, or stopped because it was asked to; any other
   * error makes it "rejected". What it ended as stays.
   */
  readonly state: "pending" | "running" | "cancelled" | "fulfilled" | "rejected";
  /**
   * true if the task had not started and now never will: the future rejects with `reason`, by default an AbortError. A
   * running task is asked to stop through its signal, and decides itself: if it throws its signal's reason, or an AbortError
   * caused by that, the future is cancelled and rejects with `reason`; otherwise it ends as the task does. false, and without
   * effect, once the task has ended.
   */
  cancel(reason?: unknown): boolean;
}

/** How long to wait for futures, and for which of them. */
export interface FutureWaitOptions extends WaitOptions {
  /**
   * What to wait for: "all" of the futures (default), the "first" to end in whatever way, or "firstError", the first to be
   * rejected. A cancelled future is no error. Where no other ends it, all of them do.
   */
  until?: "first" | "firstError" | "all";
}

/** Futures that had ended, and those that had not, each in the order in which they were given. */
export interface WaitedFor<R> {
  /** Fulfilled, rejected or cancelled. */
  readonly done: Set<Future<R>>;
  /** Waiting for a worker, or running. */
  readonly pending: Set<Future<R>>;
}

/** Whose outcome it is. */
export interface FutureIdentity<R> {
  /** Its place among the distinct futures that were given, from 0. */
  readonly index: number;
  /** The future itself. */
  readonly future: Future<R>;
}

/** How a future ended, as from `Promise.allSettled`, and which one it was. */
export type FutureOutcome<R> = PromiseSettledResult<R> & FutureIdentity<R>;
