import type { PoolConstructor, PoolOptions } from "../contracts/pool.js";
import type { Task } from "../contracts/task.js";
import type { WorkerArguments, WorkerConstructor } from "../contracts/worker.js";
import * as pool from "../pool/pool.js";
import type { Realm } from "../worker/realm.js";
import * as worker from "../worker/worker.js";

export function bindWorker(realm: Realm): WorkerConstructor {
  // biome-ignore lint/suspicious/noExplicitAny: as in the contract.
  class Worker<A extends readonly unknown[] = any[], R = unknown> extends worker.Worker<A, R> {
    constructor(target: Task<A, R>, ...[options]: WorkerArguments<A>) {
      super(realm, target, options);
    }
  }
  Object.defineProperty(Worker, "name", { value: realm.kernel.adapter.capabilities.workerName });
  return Worker as WorkerConstructor;
}

export function bindPool(realm: Realm): PoolConstructor {
  class Pool extends pool.Pool {
    constructor(options?: PoolOptions) {
      super(realm, options);
    }
  }
  return Pool as PoolConstructor;
}
