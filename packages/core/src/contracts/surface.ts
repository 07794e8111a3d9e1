import type { AdapterInfo } from "./adapter.js";
import type { Future, FutureOutcome, FutureWaitOptions, WaitedFor } from "./future.js";
import type { ConnectionConstructor, Pipe } from "./pipe.js";
import type { PoolConstructor } from "./pool.js";
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
import type { TaskFunctions } from "./task.js";
import type { TaskGroupConstructor } from "./task-group.js";
import type { WaitOptions } from "./wait.js";
import type { WorkerConstructor, WorkerFunctions } from "./worker.js";

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
export interface Surface extends TaskFunctions, WorkerFunctions {
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
   *   let sum = 0;
   *   for await (const outcome of asCompleted(futures)) {
   *     if (outcome.status === "fulfilled") sum += outcome.value;
   *   }
   *   console.log(sum); // 12
   * }
   */
  asCompleted<R>(futures: Iterable<Future<R>>, options?: WaitOptions): AsyncIterableIterator<FutureOutcome<R>>;
  /**
   * What lives in the memory that all workers of the program share: for tests and for the curious. What was garbage-collected
   * counts until the collector has told.
   *
   * @example
   * ```ts
   * import { Lock, usage } from "@heddle/node-threads";
   *
   * const before = usage().objects;
   * const lock = new Lock();
   * console.log(usage().objects - before, lock.locked); // 1 false
   * ```
   */
  usage(): Usage;
  /**
   * How many waits, sync and async, of all workers, are parked at one of Heddle's objects at this moment: for tests that
   * want to know that somebody waits. Throws TypeError for any other object.
   *
   * @example
   * ```ts
   * import { Event, waiting } from "@heddle/node-threads";
   *
   * const event = new Event();
   * const waits = [event.wait(), event.wait()];
   * console.log(waiting(event)); // 2
   * event.set();
   * await Promise.all(waits);
   * console.log(waiting(event)); // 0
   * ```
   */
  waiting(object: object): number;
  /** Which adapter this is, and what it can do. */
  readonly adapter: AdapterInfo;
  /** Makes a {@link Worker}. */
  readonly Worker: WorkerConstructor;
  /** Makes a {@link Lock}. */
  readonly Lock: LockConstructor;
  /** Makes an {@link RLock}. */
  readonly RLock: RLockConstructor;
  /** Makes an {@link RWLock}. */
  readonly RWLock: RWLockConstructor;
  /** Makes a {@link Condition}. */
  readonly Condition: ConditionConstructor;
  /** Makes a {@link Semaphore}. */
  readonly Semaphore: SemaphoreConstructor;
  /** Makes a {@link BoundedSemaphore}. */
  readonly BoundedSemaphore: BoundedSemaphoreConstructor;
  /** Makes an {@link Event}. */
  readonly Event: EventConstructor;
  /** Makes a {@link Barrier}. */
  readonly Barrier: BarrierConstructor;
  /** Makes a {@link Queue}. */
  readonly Queue: QueueConstructor;
  /** Makes a {@link LifoQueue}. */
  readonly LifoQueue: LifoQueueConstructor;
  /** Makes a {@link PriorityQueue}. */
  readonly PriorityQueue: PriorityQueueConstructor;
  /**
   * Makes a pipe and gives its two ends, which are alike. Send one of them to another worker.
   *
   * @example
   * ```ts
   * import { type Connection, inline, pipe, Thread } from "@heddle/node-threads";
   *
   * const double = inline(async (end: Connection<number>) => end.send((await end.recv()) * 2));
   *
   * const [here, there] = pipe<number>();
   * const thread = new Thread(double, { args: [there] }).start();
   * await here.send(21);
   * console.log(await here.recv()); // 42
   * await thread.join();
   * ```
   */
  readonly pipe: Pipe;
  /** For `instanceof`: what {@link Surface.pipe | pipe} gives is a {@link Connection}. */
  readonly Connection: ConnectionConstructor;
  /** Makes a {@link Value}. */
  readonly Value: ValueConstructor;
  /** Makes a {@link SharedArray}. */
  readonly SharedArray: SharedArrayConstructor;
  /** Makes a {@link Pool}. */
  readonly Pool: PoolConstructor;
  /** Makes a {@link TaskGroup}. */
  readonly TaskGroup: TaskGroupConstructor;
}
