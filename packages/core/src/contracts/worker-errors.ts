import { HeddleError, type HeddleErrorOptions, nameClass } from "./error.js";

/**
 * A worker was used in a state that does not allow it: started twice, joined or cancelled before it started, joined by itself. The call has
 * changed nothing. A worker runs once: make a new one to run the task again.
 *
 * @example
 * ```ts
 * import { inline, Thread, WorkerStateError } from "@heddle/node-threads";
 *
 * const thread = new Thread(inline(() => {}));
 * try {
 *   await thread.join();
 * } catch (error) {
 *   console.log(error instanceof WorkerStateError); // true
 * }
 * ```
 */
export class WorkerStateError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_WORKER_STATE", message, options);
  }

  /** `"WorkerStateError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "WorkerStateError");
}

/**
 * The worker ended without an answer. It crashed, was killed or terminated, called `process.exit`, ran out of memory, or had nothing left
 * that could settle its target. Locks that it held are abandoned. An error that ended the worker is the `cause`. A pool replaces the
 * worker. Only you know whether the task may run again.
 *
 * @example
 * ```ts
 * import { inline, Thread, WorkerCrashedError } from "@heddle/node-threads";
 *
 * const thread = new Thread(inline(() => process.exit(3))).start();
 * try {
 *   await thread.result;
 * } catch (error) {
 *   if (!(error instanceof WorkerCrashedError)) throw error;
 *   console.log(error.exitCode); // 3
 * }
 * ```
 */
export class WorkerCrashedError extends HeddleError {
  /** The exit code of the worker; undefined if it is not known. */
  readonly exitCode: number | undefined;
  /** The signal that killed the worker, such as `"SIGKILL"`; undefined if none did. */
  readonly signal: string | undefined;
  /**
   * The name of the task that left behind the error that ended the worker, if it was not this call's. Most often that task had ended, and a
   * timer of it threw. Some runtimes do not tell which task's error it is: Bun of a rejected promise, Deno of an error in a timer. Then
   * these are the tasks that the worker had run before, the last one first, eight at most. The error may be this call's own, too.
   */
  declare readonly leftBy?: readonly string[];

  constructor(
    message: string,
    options?: HeddleErrorOptions & {
      exitCode?: number | undefined;
      signal?: string | undefined;
      leftBy?: readonly string[];
    },
  ) {
    super("HEDDLE_WORKER_CRASHED", message, options);
    this.exitCode = options?.exitCode;
    this.signal = options?.signal;
    if (options?.leftBy !== undefined && options.leftBy.length > 0) this.leftBy = options.leftBy;
  }

  /** `"WorkerCrashedError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "WorkerCrashedError");
}

/**
 * The pool takes no more tasks, or was terminated before this task ended. A task that had not started never will; a running one was
 * stopped. Make a new pool to go on.
 *
 * @example
 * ```ts
 * import { inline, Pool, PoolClosedError } from "@heddle/node-threads";
 *
 * const pool = new Pool();
 * await pool.close();
 * try {
 *   await pool.run(inline(() => "too late"));
 * } catch (error) {
 *   console.log(error instanceof PoolClosedError); // true
 * }
 * ```
 */
export class PoolClosedError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_POOL_CLOSED", message, options);
  }

  /** `"PoolClosedError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "PoolClosedError");
}

/**
 * A `Sync` method would have had to wait in a worker that may not block: the main worker, if the adapter's capability `mainMayBlock` is
 * false. Nothing has changed. Await the async form, or call it in another worker.
 *
 * @example
 * ```ts
 * import { Event, MayNotBlockError } from "@heddle/node-threads";
 *
 * const never = new Event();
 * let isSet: boolean;
 * try {
 *   isSet = never.waitSync({ timeout: 10 });
 * } catch (error) {
 *   if (!(error instanceof MayNotBlockError)) throw error;
 *   isSet = await never.wait({ timeout: 10 });
 * }
 * console.log(isSet); // false
 * ```
 */
export class MayNotBlockError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_MAY_NOT_BLOCK", message, options);
  }

  /** `"MayNotBlockError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "MayNotBlockError");
}
