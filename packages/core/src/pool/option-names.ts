import type { PoolOptions, RunOptions } from "../contracts/pool-options.js";

export const TASKS_OF_A_FILE =
  "tasksFrom(url), whose tasks are given to run, as in pool.run(tasksFrom(url).default, value)";

export const POOL_OPTIONS: readonly (keyof PoolOptions)[] = [
  "size",
  "minSize",
  "idleTimeout",
  "stopTimeout",
  "name",
  "initializer",
  "initArgs",
  "initializerRetries",
  "finalizer",
  "finalizerArgs",
  "maxTasksPerWorker",
  "concurrency",
  "maxQueue",
  "rateLimit",
  "resourceLimits",
];
/** The names here for the options of other pools (piscina, tinypool, workerpool, poolifier, Python's). */
export const POOL_ELSEWHERE = /* @__PURE__ */ elsewhere([
  ["size", ["maxThreads", "maxWorkers", "max_workers", "workers", "processes", "poolSize"]],
  ["minSize", ["minThreads", "minWorkers"]],
  ["concurrency", ["concurrentTasksPerWorker"]],
  ["rateLimit, as in { limit: 10, interval: 1000 }", ["intervalCap", "limiter"]],
  ["maxTasksPerWorker", ["maxtasksperchild"]],
  ["stopTimeout", ["terminateTimeout", "workerTerminateTimeout"]],
  ["initArgs, for an initializer", ["initargs", "workerData"]],
  [TASKS_OF_A_FILE, ["filename", "file", "script", "worker"]],
]);
export const RUN_ELSEWHERE = /* @__PURE__ */ elsewhere([
  [TASKS_OF_A_FILE, ["name", "filename"]],
  ["retries", ["attempts", "retry", "maxRetries", "maxAttempts"]],
  ["transfer(value, [value.buffer]), where the value is sent", ["transferList", "transfer"]],
]);

export const RUN_OPTIONS: readonly (keyof RunOptions)[] = ["signal", "timeout", "grace", "priority", "retries", "key"];

function elsewhere(names: readonly (readonly [here: string, there: readonly string[]])[]): ReadonlyMap<string, string> {
  return new Map(names.flatMap(([here, there]) => there.map((name) => [name, here] as const)));
}
