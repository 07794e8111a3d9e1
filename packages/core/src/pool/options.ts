import type { PoolOptions, RunOptions } from "../contracts/pool.js";
import { checkInteger, checkNumber, checkOptions, checkSignal, checkTimeout, checkType } from "../kernel/arguments.js";
import { LAST_POOL_NAME, MAX_WORKERS } from "../kernel/layout.js";
import { nextOrdinal } from "../kernel/slots.js";
import { GRACE_MS } from "../worker/cancel-word.js";
import type { Realm } from "../worker/realm.js";
import { checkResourceLimits } from "../worker/resource-limits.js";
import type { CallOptions } from "./call.js";
import { Finalizer, Initializer } from "./initializer.js";
import type { SchedulerOptions } from "./scheduler.js";
import { MOST_AHEAD } from "./wire.js";

const MOST_POOL_WORKERS = MAX_WORKERS - 1;
const IDLE_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 10_000;
const INITIALIZER_RETRIES = 3;

const POOL_OPTIONS: readonly (keyof PoolOptions)[] = [
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
  "resourceLimits",
];
const RUN_OPTIONS: readonly (keyof RunOptions)[] = ["signal", "timeout", "grace", "priority"];

/** A pool's options with their defaults. Throws TypeError and RangeError, and SendError for `initArgs`. */
export function checkPoolOptions(realm: Realm, options: PoolOptions): SchedulerOptions {
  const { kernel, tasks } = realm;
  checkOptions(options, "new Pool", [...POOL_OPTIONS, ...(kernel.adapter.ownOptions ?? [])]);
  const parallelism = Math.max(1, Math.min(kernel.adapter.host.availableParallelism(), MOST_POOL_WORKERS));
  const size = checkInteger(options.size ?? parallelism, "The size of a pool", 1, MOST_POOL_WORKERS);
  const { initArgs = [], finalizerArgs = [], ...given } = options;
  const { initializer, finalizer, resourceLimits } = given;
  for (const [name, args] of Object.entries({ initArgs, finalizerArgs })) {
    if (!Array.isArray(args)) throw new TypeError(`${name} is an array, not ${typeof args}`);
  }
  if (initializer === undefined && options.initArgs !== undefined) throw new TypeError("initArgs need an initializer");
  if (finalizer === undefined && options.finalizerArgs !== undefined) {
    throw new TypeError("finalizerArgs need a finalizer");
  }
  checkType(options.name, "The name of a pool", "string");
  checkResourceLimits(resourceLimits);
  const checked = {
    size,
    minSize: checkInteger(options.minSize ?? size, "minSize", 0, size),
    idleTimeout: checkTimeout(options.idleTimeout ?? IDLE_TIMEOUT_MS),
    stopTimeout: checkTimeout(options.stopTimeout ?? STOP_TIMEOUT_MS),
    concurrency: checkInteger(options.concurrency ?? 1, "concurrency", 1, MOST_AHEAD),
    maxTasksPerWorker: checkCount(options.maxTasksPerWorker, "maxTasksPerWorker", 1),
    initializerRetries: checkCount(options.initializerRetries ?? INITIALIZER_RETRIES, "initializerRetries", 0),
    maxQueue: checkCount(options.maxQueue, "maxQueue", 0),
    resourceLimits,
    given,
  };
  const ref = initializer === undefined ? undefined : tasks.mustBeTask(initializer, "The initializer of a pool");
  const last = finalizer === undefined ? undefined : tasks.mustBeTask(finalizer, "The finalizer of a pool");
  return {
    ...checked,
    name: options.name ?? `Pool-${nextOrdinal(kernel.region, LAST_POOL_NAME)}`,
    initializer: ref === undefined ? undefined : new Initializer(kernel, ref, initArgs),
    finalizer: last === undefined ? undefined : new Finalizer(kernel, last, finalizerArgs),
  };
}

const checkCount = (count: number | undefined, what: string, least: number): number =>
  count === undefined || count === Number.POSITIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : checkInteger(count, what, least, Number.MAX_SAFE_INTEGER);

export interface CheckedRunOptions extends CallOptions {
  readonly signal: AbortSignal | undefined;
}

/** A task's options with their defaults. Throws TypeError and RangeError. */
export function checkRunOptions(options: RunOptions, what = "submit", more: readonly string[] = []): CheckedRunOptions {
  checkOptions(options, what, [...RUN_OPTIONS, ...more]);
  const { signal, timeout, grace, priority = 0 } = options;
  checkNumber(priority, "A priority");
  const limit = checkTimeout(timeout);
  return {
    signal: checkSignal(signal),
    priority,
    timeout: limit === Number.POSITIVE_INFINITY ? undefined : limit,
    grace: checkTimeout(grace ?? GRACE_MS),
  };
}
