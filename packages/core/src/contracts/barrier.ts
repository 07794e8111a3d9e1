import type { SharedDisposable } from "./disposable.js";
import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/**
 * Options of a barrier.
 *
 * @example
 * ```ts
 * import { Barrier, type BarrierOptions } from "@heddle/node-threads";
 *
 * const options: BarrierOptions = { timeout: 5000 };
 * export const barrierOf = (parties: number): Barrier => new Barrier(parties, options);
 * ```
 */
export interface BarrierOptions {
  /**
   * Called once in each round, when all parties have come and before any of them goes on, by the party that came last. A task may be called
   * in any worker; its module is loaded in each worker that gets the barrier. Any other function cannot leave the worker that made it: then
   * all parties have to be async functions of that worker. If the action returns a promise, {@link Barrier.wait} awaits it, and {@link
   * Barrier.waitSync} fails.
   */
  action?: (() => void) | undefined;
  /** The timeout of waits that have none of their own, in milliseconds. Default: Infinity. */
  timeout?: number | undefined;
}

/**
 * A place where a fixed number of parties wait for one another and then go on together, round after round, as Python's `Barrier`. Any async
 * function or worker may be a party; the parties of each round may be others.
 *
 * The barrier is {@link broken} if a party gives up (timeout, signal), if its worker dies while it waits, or if the action fails. All
 * waiting parties then get BrokenBarrierError, and so does every later party until {@link reset}.
 *
 * Memory order: everything that the parties did before their waits, and the action, happen before any party goes on.
 *
 * @example
 * ```ts
 * import { Barrier } from "@heddle/node-threads";
 *
 * let rounds = 0;
 * const barrier = new Barrier(3, { action: () => void rounds++, timeout: 5000 });
 * const party = async () => {
 *   await barrier.wait();
 *   return await barrier.wait();
 * };
 * const indices = await Promise.all([party(), party(), party()]);
 * console.log(rounds, indices.sort()); // 2 [ 0, 1, 2 ]
 * ```
 */
export interface Barrier extends SharedDisposable {
  /**
   * Waits until all parties have come and the action has run.
   *
   * Once all parties have come, the round completes, as in Python. An abort leaves the barrier as it is, and a timeout that passes while
   * the action runs has no effect on this round. A party that comes meanwhile belongs to the next round. If it gives up, it breaks the
   * barrier for all but the round whose action runs.
   *
   * @returns A number from 0 to parties - 1: how many parties came before this one.
   * @throws BrokenBarrierError if the barrier is broken or reset, or if the timeout passes first. The default is the barrier's timeout;
   *   with 0, only the last party gets through. The timeout breaks the barrier.
   * @throws The signal's reason, once the signal aborts, which breaks the barrier.
   * @throws The error of the action; TypeError if the action is a function of another worker; TaskNotFoundError. They break the barrier.
   * @throws RangeError or TypeError for wrong options, which break nothing.
   */
  wait(options?: WaitOptions): Promise<number>;
  /**
   * As {@link wait}, blocking this worker. If the action is a task, its module must be loaded here already; otherwise TaskNotFoundError.
   */
  waitSync(options?: SyncWaitOptions): number;
  /** Ends all waits with BrokenBarrierError and begins a new round. It also makes a broken barrier usable again. */
  reset(): void;
  /** Breaks the barrier: for a party that will not come. */
  abort(): void;
  /** How many parties a round has. */
  readonly parties: number;
  /** How many parties of this round wait now. */
  readonly waiting: number;
  /** Whether the barrier is broken: nobody passes until {@link reset}. */
  readonly broken: boolean;
}

/** The constructor of barriers. */
export interface BarrierConstructor {
  /**
   * Makes a barrier for `parties` callers of `wait`.
   *
   * @throws RangeError if `parties` is not an integer from 1 to 2^30 - 1, or if the timeout is negative.
   * @throws TypeError if the action is not a function, for an unknown option or an option of the wrong type.
   */
  new (parties: number, options?: BarrierOptions): Barrier;
  /**
   * Returns the program's barrier of that name. The first call makes it; later calls, in any worker, return the same one. Its action, if it
   * has one, must be a task.
   */
  named(name: string, parties: number, options?: BarrierOptions): Barrier;
  /** For `instanceof`. */
  readonly prototype: Barrier;
}

/** Makes a {@link Barrier}. */
export declare const Barrier: BarrierConstructor;
