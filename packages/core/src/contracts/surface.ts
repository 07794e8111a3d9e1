import type { AdapterInfo } from "./adapter.js";
import type { ConnectionConstructor, Pipe } from "./pipe.js";
import type {
  Future,
  FutureOutcome,
  FutureWaitOptions,
  PoolConstructor,
  TaskGroupConstructor,
  WaitedFor,
} from "./pool.js";
import type { LifoQueueConstructor, PriorityQueueConstructor, QueueConstructor } from "./queue.js";
import type { SharedArrayConstructor, ValueConstructor } from "./shared.js";
import type {
  BarrierConstructor,
  BoundedSemaphoreConstructor,
  ConditionConstructor,
  EventConstructor,
  LockConstructor,
  RLockConstructor,
  RWLockConstructor,
  SemaphoreConstructor,
} from "./sync.js";
import type { ModuleMeta, Task, TasksOf } from "./task.js";
import type { WaitOptions } from "./wait.js";
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
  /**
   * Waits for futures, and tells which have ended. A timeout is no error: what has not ended by then is pending. The same
   * future given twice counts once; no futures at all are done at once. How they end is for their owner to see: an error
   * among them does not reject this, and counts as handled. Rejects with TypeError for what is no future, RangeError for
   * an unknown `until`, and with the signal's reason once it aborts. A wait that ends early leaves no trace.
   *
   * @example
   * import { isMain, Pool, task, wait } from "@heddle/node-threads";
   *
   * const double = task(import.meta, (n: number) => n * 2, { name: "double" });
   *
   * if (isMain(import.meta)) {
   *   await using pool = new Pool({ size: 2 });
   *   const futures = [1, 2, 3].map((n) => pool.submit(double, [n]));
   *   const { done } = await wait(futures, { until: "first" });
   *   console.log(done.size > 0); // true
   * }
   */
  wait<R>(futures: Iterable<Future<R>>, options?: FutureWaitOptions): Promise<WaitedFor<R>>;
  /**
   * Gives each future's outcome as it ends: first those that had ended when this was called, in the order given, then the
   * others in the order in which they end; the same future given twice comes once. The timeout is for all of them together
   * and counts from the call: once it has passed, those that have ended are still given, then TimeoutError is thrown, such
   * as "2 of 4 futures unfinished". An aborted signal throws its reason. Errors of the futures do not end the iteration, and
   * count as handled. Throws TypeError for what is no future.
   *
   * @example
   * import { asCompleted, isMain, Pool, task } from "@heddle/node-threads";
   *
   * const double = task(import.meta, (n: number) => n * 2, { name: "double" });
   *
   * if (isMain(import.meta)) {
   *   await using pool = new Pool({ size: 2 });
   *   const futures = [1, 2, 3].map((n) => pool.submit(double, [n]));
   *   for await (const outcome of asCompleted(futures)) {
   *     if (outcome.status === "fulfilled") console.log(outcome.index, outcome.value);
   *   }
   * }
   */
  asCompleted<R>(futures: Iterable<Future<R>>, options?: WaitOptions): AsyncIterableIterator<FutureOutcome<R>>;
  usage(): Usage;
  /** How many waits, sync and async, of all workers, are parked at one of Heddle's objects at this moment. */
  waiting(object: object): number;
  readonly adapter: AdapterInfo;
  readonly Worker: WorkerConstructor;
  readonly Lock: LockConstructor;
  readonly RLock: RLockConstructor;
  readonly RWLock: RWLockConstructor;
  readonly Condition: ConditionConstructor;
  readonly Semaphore: SemaphoreConstructor;
  readonly BoundedSemaphore: BoundedSemaphoreConstructor;
  readonly Event: EventConstructor;
  readonly Barrier: BarrierConstructor;
  readonly Queue: QueueConstructor;
  readonly LifoQueue: LifoQueueConstructor;
  readonly PriorityQueue: PriorityQueueConstructor;
  readonly pipe: Pipe;
  readonly Connection: ConnectionConstructor;
  readonly Value: ValueConstructor;
  readonly SharedArray: SharedArrayConstructor;
  readonly Pool: PoolConstructor;
  readonly TaskGroup: TaskGroupConstructor;
}
