import { type Scalar, type ScalarType, typeError } from "@heddle/core";
import { Barrier, type BarrierOptions } from "./barrier.js";
import { Condition } from "./condition.js";
import { Event } from "./event.js";
import { type Kind, kindOf } from "./kind.js";
import { Lock } from "./lock.js";
import type { Payloads } from "./pool/payloads.js";
import { Pool, type PoolOptions } from "./pool/pool.js";
import { TaskGroup } from "./pool/task-group.js";
import { Queue, type QueueKind, type QueueOptions } from "./queue.js";
import { RLock } from "./rlock.js";
import { RWLock } from "./rwlock.js";
import { Semaphore } from "./semaphore.js";
import type { Sessions } from "./sessions.js";
import { Value } from "./value.js";

/**
 * The class of a queue, whose items are of any type.
 *
 * @example
 * ```ts
 * import type { Queue, QueueClass } from "@heddle/redis";
 *
 * export const ordersOf = (queues: QueueClass): Queue<{ readonly id: number }> => queues.named("orders");
 * ```
 */
export interface QueueClass extends Kind<Queue, [options?: number | QueueOptions]> {
  new <T = unknown>(options?: number | QueueOptions): Queue<T>;
  named<T = unknown>(name: string, options?: number | QueueOptions): Queue<T>;
}

/**
 * The class of a value, whose number is of any type.
 *
 * @example
 * ```ts
 * import type { Value, ValueClass } from "@heddle/redis";
 *
 * export const visitsOf = (values: ValueClass): Value<"u64"> => values.named("visits", "u64");
 * ```
 */
export interface ValueClass extends Kind<Value<ScalarType>, [type: ScalarType, initial?: Scalar<ScalarType>]> {
  new <K extends ScalarType = "f64">(type: K, initial?: Scalar<K>): Value<K>;
  named<K extends ScalarType = "f64">(name: string, type: K, initial?: Scalar<K>): Value<K>;
}

/**
 * One program's session in a namespace. Its classes are as Heddle's of the same name. An object without a name ends with the session; one that is
 * `named` is the same in every program.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * const { Semaphore, close } = await connect({ url: "redis://localhost:6379" });
 * console.log(await Semaphore.named("seats", 2).value); // 2
 * await close();
 * ```
 */
export class Cluster implements AsyncDisposable {
  /** Makes a {@link Lock}. */
  readonly Lock: Kind<Lock, []>;
  /** Makes an {@link RLock}. */
  readonly RLock: Kind<RLock, []>;
  /** Makes an {@link RWLock}. */
  readonly RWLock: Kind<RWLock, []>;
  /** Makes a {@link Semaphore} with that many permits, 1 by default. */
  readonly Semaphore: Kind<Semaphore, [value?: number]>;
  /** Makes a {@link Semaphore} that never has more permits than at first. */
  readonly BoundedSemaphore: Kind<Semaphore, [value?: number]>;
  /** Makes an {@link Event}. */
  readonly Event: Kind<Event, []>;
  /** Makes a {@link Condition} for a lock; without one, for a new RLock. */
  readonly Condition: Kind<Condition, [lock?: Lock]>;
  /** Makes a {@link Barrier}. */
  readonly Barrier: Kind<Barrier, [parties: number, options?: BarrierOptions]>;
  /** Makes a {@link Queue}: first in, first out. */
  readonly Queue: QueueClass;
  /** Makes a {@link Queue} whose items come out last in, first out. */
  readonly LifoQueue: QueueClass;
  /** Makes a {@link Queue} whose items come out by priority: the smallest number first, equal ones in the order in which they were put. */
  readonly PriorityQueue: QueueClass;
  /** Makes a {@link Value}: a number of a type such as `"i32"`. */
  readonly Value: ValueClass;
  /** Makes a {@link Pool}, whose tasks run on the machines that serve the queue `default`; one that is `named` has the queue of that name. */
  readonly Pool: Kind<Pool, [options?: PoolOptions]>;
  /** Makes a {@link TaskGroup} for a pool. */
  readonly TaskGroup: typeof TaskGroup = TaskGroup;
  /**
   * Ends the session, as if its lease had passed: locks that it holds are abandoned, its permits come back, its waits reject.
   */
  readonly close: () => Promise<void>;

  constructor(sessions: Sessions, { payloads, release }: { payloads: Payloads; release: string | undefined }) {
    const queue = (kind: QueueKind): QueueClass =>
      kindOf(Queue, (name, options?: number | QueueOptions) => new Queue(sessions, name, kind, options)) as QueueClass;
    this.Lock = kindOf(Lock, (name) => new Lock(sessions, name));
    this.RLock = kindOf(RLock, (name) => new RLock(sessions, name));
    this.RWLock = kindOf(RWLock, (name) => new RWLock(sessions, name));
    this.Semaphore = kindOf(Semaphore, (name, value = 1) => new Semaphore(sessions, name, value, false));
    this.BoundedSemaphore = kindOf(Semaphore, (name, value = 1) => new Semaphore(sessions, name, value, true));
    this.Event = kindOf(Event, (name) => new Event(sessions, name));
    this.Condition = kindOf(Condition, (name, lock = new RLock(sessions, name && `${name}.lock`)) => {
      if (!(lock instanceof Lock)) throw typeError("A condition is made for a Lock or RLock of the same cluster");
      return new Condition(sessions, name, lock);
    });
    this.Barrier = kindOf(
      Barrier,
      (name, parties: number, options?: BarrierOptions) => new Barrier(sessions, name, parties, options),
    );
    this.Queue = queue("fifo");
    this.LifoQueue = queue("lifo");
    this.PriorityQueue = queue("priority");
    this.Value = kindOf(Value, (name, type: ScalarType, initial?: Scalar<ScalarType>) => {
      const lock = new RLock(sessions, name && `${name}.lock`);
      return new Value<ScalarType>(sessions, name, lock, type, initial);
    }) as ValueClass;
    this.Pool = kindOf(
      Pool,
      (queue = "default", options?: PoolOptions) => new Pool(sessions, queue, payloads, release, options),
    );
    this.close = () => sessions.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
