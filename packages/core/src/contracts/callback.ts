import type { SharedDisposable } from "./disposable.js";
import type { Received, SendableArguments } from "./received.js";

/**
 * A function that travels: the result of {@link callback}. It arrives as itself, as an argument of a task and through queues and pipes. Called in
 * another worker, it runs in its home, the worker that made it.
 *
 * The arguments and the result are copied, as those of a task. Calls of one worker run in the order in which they were made, awaited or
 * not. They go to the home at once, and not by way of other workers. A call begins while the calls before it still await something. Its
 * home runs it in a turn of its event loop: a home that blocks runs none meanwhile. No form of a call blocks.
 *
 * The home keeps the function for as long as another worker or a message has the callback. For that long its event loop goes on, too.
 * This does not hold for the main worker, and for a pool's. Nor do workers count that the home has started: they have their own say in how
 * long the program lives. `dispose` in each worker ends this at once, garbage collection ends it later. At home, `dispose` ends it for all
 * workers.
 *
 * Memory order: all that a worker did before a call happens before the function runs. All that the function did before it returned happens
 * before the promise resolves.
 *
 * @example
 * ```ts
 * import { type Callback, task } from "@heddle/node-threads";
 *
 * export const copy = task(import.meta, async function copy(files: string[], onCopied: Callback<[file: string], void>) {
 *   for (const file of files) await onCopied(file);
 * });
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: `any[]` is the one default from which every argument list can be inferred.
export interface Callback<A extends readonly unknown[] = any[], R = unknown> extends SharedDisposable {
  /**
   * Calls the function in its home. Called at home, it runs directly, and nothing is copied.
   *
   * @throws The function's own error. Its stack has the lines of both workers.
   * @throws CallbackClosedError if the home has disposed of the callback.
   * @throws WorkerCrashedError if the home has ended, or ends before the function returns.
   * @throws SendError if the arguments or the result cannot be sent.
   * @throws DisposedError if this worker has disposed of it, or does so before the function returns.
   */
  (...args: SendableArguments<A>): Promise<Received<Awaited<R>>>;
  /**
   * Calls the function in its home, and awaits nothing. An error of the function goes to the home's except hook. The call is lost
   * if the home ends, or disposes of the callback, before the call begins.
   *
   * @throws CallbackClosedError, WorkerCrashedError, SendError and DisposedError as a call, if that is known at once.
   */
  post(...args: SendableArguments<A>): void;
}

/**
 * Makes a function travel: workers that get the result may call `fn`, which runs in this worker. It is for progress, logs, and questions to
 * the main worker.
 *
 * @throws TypeError if `fn` is not a function, or is a class or a callback.
 *
 * @example
 * ```ts
 * import { type Callback, callback, isMain, Pool, task } from "@heddle/node-threads";
 *
 * export const sum = task(import.meta, async (numbers: number[], onProgress: Callback<[done: number]>) => {
 *   let total = 0;
 *   for (const [at, n] of numbers.entries()) {
 *     total += n;
 *     onProgress.post((at + 1) / numbers.length);
 *   }
 *   return total;
 * });
 *
 * if (isMain(import.meta)) {
 *   const pool = new Pool({ size: 1 });
 *   const seen: number[] = [];
 *   const onProgress = callback((done: number) => {
 *     seen.push(done);
 *   });
 *   try {
 *     console.log(await pool.run(sum, [1, 2], onProgress)); // 3
 *     console.log(seen.length > 0 || (await onProgress(1))); // true
 *   } finally {
 *     onProgress.dispose();
 *     await pool.close();
 *   }
 * }
 * ```
 */
export declare function callback<A extends readonly unknown[], R>(fn: (...args: A) => R): Callback<A, R>;
