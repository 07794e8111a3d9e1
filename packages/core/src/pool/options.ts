import type { PoolOptions, RunOptions } from "../contracts/pool-options.js";
import { typeError } from "../contracts/wrong-use.js";
import {
  checkCount,
  checkInteger,
  checkNumber,
  checkNumberFrom,
  checkOptions,
  checkSignal,
  checkTimeout,
  checkType,
  describe,
} from "../kernel/arguments.js";
import { LAST_POOL_NAME, MAX_WORKERS } from "../kernel/layout.js";
import { nextOrdinal } from "../kernel/worker-table.js";
import { GRACE_MS } from "../worker/cancel-word.js";
import { checkOwnOptions, refuseOptionsOfOthers } from "../worker/own-options.js";
import { checkResourceLimits } from "../worker/resource-limits.js";
import type { Services } from "../worker/services.js";
import { checkRetries } from "./attempts.js";
import type { CallOptions } from "./call.js";
import { Finalizer, Initializer } from "./host/initializer.js";
import type { Rate } from "./host/rate-limit.js";
import type { SchedulerOptions } from "./host/scheduler.js";
import { POOL_ELSEWHERE, POOL_OPTIONS, RUN_ELSEWHERE, RUN_OPTIONS, TASKS_OF_A_FILE } from "./option-names.js";
import { MOST_AHEAD } from "./wire/entries.js";

const MOST_POOL_WORKERS = MAX_WORKERS - 1;
const IDLE_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 10_000;
const INITIALIZER_RETRIES = 3;

/** A pool's options with their defaults. Throws TypeError and RangeError, and SendError for `initArgs`. */
export function checkPoolOptions(services: Services, options: PoolOptions): SchedulerOptions {
  const { adapter, kernel, tasks } = services;
  if (typeof options === "string" || "href" in Object(options)) {
    throw typeError(`new Pool takes options, and no file: here that is ${TASKS_OF_A_FILE}`);
  }
  refuseOthers(options, "new Pool", POOL_ELSEWHERE);
  const { ownOptions = {} } = adapter;
  refuseOptionsOfOthers(options, "new Pool", adapter);
  checkOptions(options, "new Pool", [...POOL_OPTIONS, ...Object.keys(ownOptions)]);
  checkOwnOptions(options, ownOptions);
  const parallelism = Math.max(1, Math.min(adapter.host.availableParallelism(), MOST_POOL_WORKERS));
  const size = checkInteger(options.size ?? parallelism, "The size of a pool", 1, MOST_POOL_WORKERS);
  const { initArgs = [], finalizerArgs = [], ...given } = options;
  const { initializer, finalizer, resourceLimits } = given;
  for (const [name, args] of Object.entries({ initArgs, finalizerArgs })) {
    if (!Array.isArray(args)) throw typeError(`${name} is an array, not ${describe(args)}`);
  }
  if (initializer === undefined && options.initArgs !== undefined) throw typeError("initArgs need an initializer");
  if (finalizer === undefined && options.finalizerArgs !== undefined) {
    throw typeError("finalizerArgs need a finalizer");
  }
  checkType(options.name, "The name of a pool", "string");
  checkResourceLimits(resourceLimits, "new Pool", adapter);
  const checked = {
    size,
    minSize: checkInteger(options.minSize ?? size, "minSize", 0, size),
    idleTimeout: checkTimeout(options.idleTimeout ?? IDLE_TIMEOUT_MS),
    stopTimeout: checkTimeout(options.stopTimeout ?? STOP_TIMEOUT_MS),
    concurrency: checkInteger(options.concurrency ?? 1, "concurrency", 1, MOST_AHEAD),
    maxTasksPerWorker: checkCount(options.maxTasksPerWorker, "maxTasksPerWorker", 1),
    initializerRetries: checkCount(options.initializerRetries ?? INITIALIZER_RETRIES, "initializerRetries", 0),
    maxQueue: checkCount(options.maxQueue, "maxQueue", 0),
    rateLimit: checkRate(options.rateLimit),
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

/** Throws TypeError for an option of another pool's, with what there is in its place. */
function refuseOthers(options: object, what: string, others: ReadonlyMap<string, string>): void {
  for (const name in options) {
    const here = others.get(name);
    if (here !== undefined) throw typeError(`${what} has no option "${name}": here that is ${here}`);
  }
}

function checkKey(key: RunOptions["key"]): RunOptions["key"] {
  if (key === undefined || typeof key === "string") return key;
  if (typeof key !== "number") throw typeError(`A key is a string or a number, not ${describe(key)}`);
  return checkNumber(key, "A key");
}

function checkRate(rate: PoolOptions["rateLimit"]): Rate | undefined {
  if (rate === undefined) return undefined;
  checkOptions(rate, "rateLimit", ["limit", "interval"]);
  checkInteger(rate.limit, "rateLimit.limit", 1, Number.MAX_SAFE_INTEGER);
  const interval = checkNumberFrom(rate.interval, "rateLimit.interval", 0, Number.MAX_SAFE_INTEGER);
  return interval === 0 ? undefined : { limit: rate.limit, interval };
}

export interface CheckedRunOptions extends CallOptions {
  readonly signal: AbortSignal | undefined;
}

/** A task's options with their defaults. Throws TypeError and RangeError. */
export function checkRunOptions(options: RunOptions, what = "submit", more: readonly string[] = []): CheckedRunOptions {
  refuseOthers(options, what, RUN_ELSEWHERE);
  checkOptions(options, what, [...RUN_OPTIONS, ...more]);
  const { signal, timeout, grace, priority = 0, retries, key } = options;
  checkNumber(priority, "A priority");
  const limit = checkTimeout(timeout);
  return {
    signal: checkSignal(signal),
    priority,
    timeout: limit === Number.POSITIVE_INFINITY ? undefined : limit,
    grace: checkTimeout(grace ?? GRACE_MS),
    retry: checkRetries(retries),
    key: checkKey(key),
  };
}
