import type { TaskRef } from "./task.js";
import type { CurrentWorker } from "./worker.js";

/** Text by name that goes with a task to its worker, as headers go with a request of HTTP. */
export type Carrier = Readonly<Record<string, string>>;

/**
 * Sees every task: where the program submits it, and where it runs. It serves tracing, and values that follow a request across workers. It
 * takes effect in a worker from when it is in that worker's list, and each worker has a list of its own:
 *
 * ```js
 * (globalThis[Symbol.for("heddle.instrumentations")] ??= []).push(instrumentation);
 * ```
 *
 * An error that one of its functions throws rejects the call.
 */
export interface Instrumentation {
  /**
   * Called where the program submits a task to a pool, or starts a worker. It is called once for each call of a method; all items of a `map`
   * have the carrier that it returns. The entries of all instrumentations travel in one carrier. Returns undefined if nothing is to go along.
   */
  inject(task: TaskRef): Carrier | undefined;
  /**
   * Called in the worker when the function of a task is about to run. It is called once for each item of a `map`, and once for the whole
   * run of a generator. It calls `act` exactly once, before it returns. It returns the value of `act`, or a promise that settles as that value does. `carrier` is
   * undefined if none came along; initializers and finalizers never have one. The flow of control may then come from another task.
   */
  run<T>(carrier: Carrier | undefined, task: TaskRef, worker: CurrentWorker, act: () => T): T;
}
