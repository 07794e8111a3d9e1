import type { SharedDisposable } from "./disposable.js";
import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/** How a barrier is made. */
export interface BarrierOptions {
  /**
   * Called once in each round: when all parties have come, before any of them goes on, by the party that came last.
   * Given as a task it may run in any worker (and its module is loaded in each that gets hold of the barrier). Any other
   * function cannot leave the worker that made it: then the parties have to be that worker's own async functions.
   * If it gives a promise, {@link Barrier.wait} waits for that, and {@link Barrier.waitSync} fails.
   */
  action?: (() => void) | undefined;
  /** What waits without a timeout of their own have as theirs, in ms. Default: `Infinity`, for ever. */
  timeout?: number | undefined;
}

/**
 * A place where a fixed number of parties wait until all of them have come, and go on together, round after round, as
 * Python's `Barrier`. Any async function or worker may be a party, and need not be the same one in every round.
 *
 * A party that will not come must not leave the others waiting for ever: if one gives up (its timeout passes, its signal
 * aborts) or its worker dies while it waits, or if the action fails, the barrier is {@link broken}. All who wait get
 * BrokenBarrierError, and so does everybody who comes, until {@link reset}.
 *
 * What every party did before its wait, and what the action did, has happened before what any of them does after it.
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
   * Waits until all parties have come and the action has run; gives a number from 0 to parties - 1 that is different for
   * each: how many came before this one.
   *
   * Rejects with BrokenBarrierError if the barrier is broken, or reset meanwhile, or if `timeout` ms pass first (default: the
   * barrier's own; 0: only the last party gets through), which breaks it. Rejects with the signal's reason once that
   * aborts, or with what the action threw or why it is not to be had here (TypeError for another worker's plain
   * function, TaskNotFoundError), which break it as well. Wrong options reject with RangeError or TypeError and break nothing.
   *
   * Once all parties have come, their round goes through, as in Python: an abort leaves the barrier as it is, and a timeout
   * that passes while the action runs ends no wait of that round. A party that comes meanwhile is of the next round: if it gives up,
   * the barrier is broken, for everybody but the parties of the round whose action runs.
   */
  wait(options?: WaitOptions): Promise<number>;
  /** As {@link wait}, blocking this worker. A task as action must be loaded here already: else TaskNotFoundError. */
  waitSync(options?: SyncWaitOptions): number;
  /** Sends those who wait away, with BrokenBarrierError, and begins a new round. Takes a broken barrier back into use. */
  reset(): void;
  /** Breaks the barrier: for the party that knows that it will not come. */
  abort(): void;
  /** How many have to come. */
  readonly parties: number;
  /** How many have come in this round and wait. */
  readonly waiting: number;
  /** Whether the barrier lets nobody through until {@link reset}. */
  readonly broken: boolean;
}

/** Makes barriers. */
export interface BarrierConstructor {
  /**
   * Throws RangeError unless `parties` is a whole number from 1 to 2^30, and for a negative timeout; TypeError for an action that is no
   * function, for what is no object of options, and for a name that is none of them.
   */
  new (parties: number, options?: BarrierOptions): Barrier;
  /** The program's one barrier of that name, made by whichever worker asks first. Its action, if any, must be a task. */
  named(name: string, parties: number, options?: BarrierOptions): Barrier;
  /** For `instanceof`. */
  readonly prototype: Barrier;
}

/** Makes a {@link Barrier}. */
export declare const Barrier: BarrierConstructor;
