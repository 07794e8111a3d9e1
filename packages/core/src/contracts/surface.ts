import type { AdapterInfo } from "./adapter.js";
import type { PoolConstructor } from "./pool.js";
import type { QueueConstructor } from "./queue.js";
import type { SharedArrayConstructor, ValueConstructor } from "./shared.js";
import type {
  BoundedSemaphoreConstructor,
  ConditionConstructor,
  EventConstructor,
  LockConstructor,
  RLockConstructor,
  SemaphoreConstructor,
} from "./sync.js";
import type { ModuleMeta, Task, TasksOf } from "./task.js";
import type { CurrentWorker, ExceptHook, Worker, WorkerConstructor } from "./worker.js";

/** What lives in an adapter's memory region at this moment. */
export interface Usage {
  /** Bytes taken by live objects and by waiting. */
  readonly bytes: number;
  /** Locks, queues, values and the like that some worker, some message or a name still holds. */
  readonly objects: number;
  /** Workers alive, the main worker included. */
  readonly workers: number;
  /** Waits, sync and async, that are parked in the region. */
  readonly waiters: number;
}

/** The whole public surface, bound to one adapter: what an adapter package exports. */
export interface Surface {
  task<A extends readonly unknown[], R>(
    meta: ModuleMeta,
    fn: (...args: A) => R,
    options?: { name?: string },
  ): Task<A, R>;
  tasksFrom<M extends object>(module: URL | string): TasksOf<M>;
  inline<A extends readonly unknown[], R>(fn: (...args: A) => R): Task<A, R>;
  isMain(meta: ModuleMeta): boolean;
  transfer<T>(value: T, transferables: readonly unknown[]): T;
  current(): CurrentWorker;
  activeWorkers(): Worker[];
  availableParallelism(): number;
  sleep(ms: number, options?: { signal?: AbortSignal }): Promise<void>;
  sleepSync(ms: number): void;
  setExceptHook(hook: ExceptHook): void;
  usage(): Usage;
  /** How many waits, sync and async, of all workers, are parked at one of Heddle's objects at this moment. */
  waiting(object: object): number;
  readonly adapter: AdapterInfo;
  readonly Worker: WorkerConstructor;
  readonly Lock: LockConstructor;
  readonly RLock: RLockConstructor;
  readonly Condition: ConditionConstructor;
  readonly Semaphore: SemaphoreConstructor;
  readonly BoundedSemaphore: BoundedSemaphoreConstructor;
  readonly Event: EventConstructor;
  readonly Queue: QueueConstructor;
  readonly Value: ValueConstructor;
  readonly SharedArray: SharedArrayConstructor;
  readonly Pool: PoolConstructor;
}
