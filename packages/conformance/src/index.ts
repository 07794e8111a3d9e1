/**
 * The suite that makes an adapter an adapter of Heddle. It brings no test framework: the runner's two functions are handed in.
 *
 * @module
 */
import { barrier } from "./contracts/barrier.js";
import { callback } from "./contracts/callback.js";
import { calls } from "./contracts/calls.js";
import { cancelling } from "./contracts/cancelling.js";
import { capabilities } from "./contracts/capabilities.js";
import { condition } from "./contracts/condition.js";
import { copy } from "./contracts/copy.js";
import { deadlock } from "./contracts/deadlock.js";
import { errors } from "./contracts/errors.js";
import { event } from "./contracts/event.js";
import { futures } from "./contracts/futures.js";
import { handles } from "./contracts/handles.js";
import { imap } from "./contracts/imap.js";
import { imapSource } from "./contracts/imap-source.js";
import { isolation } from "./contracts/isolation.js";
import { iterate } from "./contracts/iterate.js";
import { leftovers } from "./contracts/leftovers.js";
import { lock } from "./contracts/lock.js";
import { memory } from "./contracts/memory.js";
import { mistakes } from "./contracts/mistakes.js";
import { namedObjects } from "./contracts/named.js";
import { pipe } from "./contracts/pipe.js";
import { pool } from "./contracts/pool.js";
import { poolEnding } from "./contracts/pool-ending.js";
import { poolLimits } from "./contracts/pool-limits.js";
import { poolMessages } from "./contracts/pool-messages.js";
import { poolOptions } from "./contracts/pool-options.js";
import { poolParity } from "./contracts/pool-parity.js";
import { poolRetries } from "./contracts/pool-retries.js";
import { poolServing } from "./contracts/pool-serving.js";
import { poolSteering } from "./contracts/pool-steering.js";
import { queue } from "./contracts/queue.js";
import { queueOrder } from "./contracts/queue-order.js";
import { queueShutdown } from "./contracts/queue-shutdown.js";
import { queueStress } from "./contracts/queue-stress.js";
import { queueTimeout } from "./contracts/queue-timeout.js";
import { rlock } from "./contracts/rlock.js";
import { rwlock } from "./contracts/rwlock.js";
import { semaphore } from "./contracts/semaphore.js";
import { shared } from "./contracts/shared.js";
import { sharedMap } from "./contracts/shared-map.js";
import { shown } from "./contracts/shown.js";
import { stress } from "./contracts/stress.js";
import { task } from "./contracts/task.js";
import { taskGroup } from "./contracts/task-group.js";
import { values } from "./contracts/values.js";
import { worker } from "./contracts/worker.js";
import { workerLife } from "./contracts/worker-life.js";
import { recorded } from "./record.js";
import { type ConformanceOptions, type Contract, watched } from "./suite.js";

export type { RecordedContract, RecordedTest } from "./record.js";
export type { ConformanceOptions, Contract } from "./suite.js";

/**
 * Each contract by its name, in the order in which an adapter grows able to keep them.
 *
 * @example
 * ```ts
 * import { contracts } from "@heddle/conformance";
 *
 * console.log(Object.keys(contracts).join("\n"));
 * ```
 */
export const contracts: Readonly<Record<string, Contract>> = {
  capabilities,
  lock,
  rlock,
  rwlock,
  semaphore,
  event,
  condition,
  barrier,
  queue,
  "queue order": queueOrder,
  "queue shutdown": queueShutdown,
  pipe,
  "queue timeout": queueTimeout,
  shared,
  "shared map": sharedMap,
  memory,
  named: namedObjects,
  worker,
  "worker life": workerLife,
  isolation,
  task,
  copy,
  values,
  shown,
  handles,
  errors,
  pool,
  "pool-options": poolOptions,
  "pool-limits": poolLimits,
  "pool-messages": poolMessages,
  "pool-ending": poolEnding,
  "pool-serving": poolServing,
  "pool-retries": poolRetries,
  "pool-steering": poolSteering,
  "pool-parity": poolParity,
  mistakes,
  calls,
  cancelling,
  deadlock,
  imap,
  "imap source": imapSource,
  iterate,
  futures,
  "task group": taskGroup,
  callback,
  leftovers,
  stress,
  "queue stress": queueStress,
};

/**
 * Declares the tests of every contract, or of those named.
 *
 * @example
 * ```ts
 * import { conformance } from "@heddle/conformance";
 * import * as adapter from "@heddle/node-threads";
 * import { describe, it } from "vitest";
 *
 * conformance({ describe, it, adapter, capabilities: adapter.adapter.capabilities });
 * ```
 */
export function conformance(options: ConformanceOptions, names: readonly string[] = Object.keys(contracts)): void {
  for (const name of names) {
    const contract = contracts[name];
    if (contract === undefined)
      throw new TypeError(`There is no contract "${name}": ${Object.keys(contracts).join(", ")}`);
    contract(watched(recorded(options, name)));
  }
}
