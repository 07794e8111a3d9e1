import type { SharedDisposable } from "./disposable.js";
import type { Received } from "./received.js";
import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/** Options of a queue. */
export interface QueueOptions {
  /** The most items that the queue holds, an integer. A put into a full queue waits for room. Default: 0, no bound. */
  maxSize?: number | undefined;
  /**
   * Whether an item is always promised to the getter that has waited longest, and a place to the putter. Nobody overtakes it then, but each
   * item that is waited for costs a wake-up: with more workers than processors, several times as much. Default: false.
   */
  fair?: boolean | undefined;
}

/**
 * Options of {@link Queue.shutdown}.
 *
 * @example
 * ```ts
 * import type { Queue, ShutdownOptions } from "@heddle/node-threads";
 *
 * const atOnce: ShutdownOptions = { immediate: true };
 * export const discard = (queue: Queue<string>): void => queue.shutdown(atOnce);
 * ```
 */
export interface ShutdownOptions {
  /** Whether the items in the queue are discarded instead of being left for later gets. Default: false. */
  immediate?: boolean | undefined;
}

/**
 * A queue between any number of workers, first in, first out. No item is lost or delivered twice: an item that was promised to a getter
 * which dies or gives up goes to the next one.
 *
 * Items are copied, as in a call to another worker (SendError tells which can be); Heddle's own objects arrive as the same objects.
 *
 * Fairness: getters, async and blocking, are served in the order in which they began to wait, and so are putters. An item belongs to nobody
 * until it is taken: a getter that runs may take it before one that is being woken for it. Once the first getter has been woken in vain for
 * a millisecond, the next item is promised to it, and nobody overtakes it. Places and putters likewise. A worker never overtakes its own
 * waits: of two puts of one worker, neither awaited, the first is in the queue first. A queue that is made with `{ fair: true }` promises each
 * item to the first getter. See {@link QueueOptions.fair} for what that costs.
 *
 * Memory order: everything before an item was put happens before the item is received. Everything before a `taskDone` happens before the
 * {@link join} that it ends returns. A call that failed or timed out establishes no order.
 *
 * @example
 * ```ts
 * import { isMain, Queue, Thread, task } from "@heddle/node-threads";
 *
 * export const square = task(import.meta, async function square(numbers: Queue<number>, squares: Queue<number>) {
 *   for await (const n of numbers) {
 *     await squares.put(n * n);
 *     numbers.taskDone();
 *   }
 * });
 *
 * if (isMain(import.meta)) {
 *   const numbers = new Queue<number>(2);
 *   const squares = new Queue<number>();
 *   const worker = new Thread(square, { args: [numbers, squares] }).start();
 *   for (const n of [1, 2, 3]) await numbers.put(n);
 *   await numbers.join();
 *   numbers.shutdown();
 *   await worker.join();
 *   console.log(squares.getNowait(), squares.getNowait(), squares.getNowait()); // 1 4 9
 *   console.log(squares.tryGet(), squares.tryGet("none")); // undefined none
 *
 *   const letters = new Queue<string>({ maxSize: 2 });
 *   console.log(letters.tryPut("a"), letters.tryPut("b"), letters.tryPut("c")); // true true false
 *   letters.shutdown();
 *   for (const letter of letters.itemsSync()) console.log(letter); // a
 *   // b
 * }
 * ```
 */
export interface Queue<T = unknown> extends AsyncIterable<T>, SharedDisposable {
  /**
   * Puts an item in. If the queue is bounded and full, it waits for room. If it rejects, the item is not in the queue. `put()` is a
   * TypeError; `put(undefined)` puts `undefined`.
   *
   * @throws QueueFullError if the timeout passes first.
   * @throws QueueShutDownError if the queue is shut down, also while it waits.
   * @throws SendError if the item cannot be sent.
   * @throws The signal's reason, once the signal aborts.
   */
  put(item: T, options?: WaitOptions): Promise<void>;
  /** As {@link put}, blocking this worker. */
  putSync(item: T, options?: SyncWaitOptions): void;
  /**
   * Puts an item in if there is room now.
   *
   * @throws QueueFullError if there is no room.
   * @throws SendError, and QueueShutDownError, as {@link put}.
   */
  putNowait(item: T): void;
  /**
   * Puts an item in if there is room now.
   *
   * @returns Whether there was room. If not, the item is not in the queue.
   * @throws QueueShutDownError or SendError, as {@link put}.
   */
  tryPut(item: T): boolean;
  /**
   * Takes an item out, waiting for one. If it rejects, nothing was taken.
   *
   * @throws QueueEmptyError if the timeout passes first.
   * @throws QueueShutDownError if the queue is shut down and nothing is left for this getter, also while it waits.
   * @throws The signal's reason, once the signal aborts.
   */
  get(options?: WaitOptions): Promise<T>;
  /** As {@link get}, blocking this worker. */
  getSync(options?: SyncWaitOptions): T;
  /**
   * Takes an item out if there is one now.
   *
   * @throws QueueEmptyError if there is no item.
   * @throws QueueShutDownError, as {@link get}.
   */
  getNowait(): T;
  /**
   * Takes an item out if there is one now.
   *
   * @returns The item; `undefined` if there is none.
   * @throws QueueShutDownError if the queue is shut down and nothing is left.
   */
  tryGet(): T | undefined;
  /** As {@link tryGet}, but returns `otherwise` if there is no item: for items that may be `undefined`. */
  tryGet<D>(otherwise: D): T | D;
  /** How many items are in the queue now. Items that are promised to a getter and not yet taken count. */
  readonly size: number;
  /** The most items in the queue; 0: no bound. */
  readonly maxSize: number;
  /** Whether {@link size} is 0. It may change at any moment. */
  readonly isEmpty: boolean;
  /** Whether {@link size} has reached {@link maxSize}. It may change at any moment. Always false without a bound. */
  readonly isFull: boolean;
  /**
   * Marks an item as done, after a worker took it out and has finished with it. Any worker may call it.
   *
   * @throws RangeError if it is called more often than items were put. Nothing has changed then.
   */
  taskDone(): void;
  /**
   * Waits until all items that were put are marked as done. A shutdown does not end it with an error; items that an immediate shutdown
   * discards count as done. May be called any number of times, by any worker.
   *
   * @returns true then; false if the timeout passed first.
   * @throws The signal's reason, once the signal aborts.
   */
  join(options?: WaitOptions): Promise<boolean>;
  /** As {@link join}, blocking this worker. */
  joinSync(options?: SyncWaitOptions): boolean;
  /**
   * Ends the queue for good. After that, puts throw QueueShutDownError, waiting ones too. Gets take what is left, then throw it as well.
   * With `immediate`, the items that are left are discarded, including those that are promised to a waiting getter. It may be called again;
   * the stricter way counts.
   */
  shutdown(options?: ShutdownOptions): void;
  /** Whether {@link shutdown} was called. */
  readonly isShutDown: boolean;
  /**
   * Takes items out as they come: `for await (const item of queue.items())`. The iteration ends where {@link get} would throw
   * QueueShutDownError. The options hold for each wait for an item.
   *
   * @throws QueueEmptyError if the timeout passes without an item.
   * @throws The signal's reason, once the signal aborts.
   */
  items(options?: WaitOptions): AsyncGenerator<T, void, undefined>;
  /** As {@link items}, blocking this worker while it waits: `for (const item of queue.itemsSync())`. */
  itemsSync(options?: SyncWaitOptions): Generator<T, void, undefined>;
  /** As {@link items} without options. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined>;
}

/** The constructor of queues. */
export interface QueueConstructor {
  /**
   * Makes a queue. `new Queue(2)` and `new Queue({ maxSize: 2 })` are the same. Default: 0, no bound.
   *
   * @throws RangeError if `maxSize` is not an integer, or is negative.
   * @throws TypeError unless it is a number, and for an unknown option.
   */
  new <T = unknown>(maxSize?: number | QueueOptions): Queue<Received<T>>;
  /**
   * Returns the program's queue of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with another `maxSize`, or if one of both is fair.
   */
  named<T = unknown>(name: string, maxSize?: number | QueueOptions): Queue<Received<T>>;
  /** For `instanceof`. */
  readonly prototype: Queue;
}

/** Makes a {@link Queue}. */
export declare const Queue: QueueConstructor;

/**
 * A queue whose items come out last in, first out. In all else it is a {@link Queue}.
 *
 * @example
 * ```ts
 * import { LifoQueue } from "@heddle/node-threads";
 *
 * const pages = new LifoQueue();
 * pages.putNowait("older");
 * pages.putNowait("newer");
 * console.log(pages.getNowait()); // newer
 * ```
 */
export interface LifoQueue<T = unknown> extends Queue<T> {}

/** The constructor of LIFO queues. */
export interface LifoQueueConstructor {
  /** Makes a LIFO queue, as a {@link Queue}. */
  new <T = unknown>(maxSize?: number | QueueOptions): LifoQueue<Received<T>>;
  /**
   * Returns the program's LIFO queue of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with another `maxSize`, or if one of both is fair.
   */
  named<T = unknown>(name: string, maxSize?: number | QueueOptions): LifoQueue<Received<T>>;
  /** For `instanceof`. */
  readonly prototype: LifoQueue;
}

/** Makes a {@link LifoQueue}. */
export declare const LifoQueue: LifoQueueConstructor;

/**
 * The priority of an item.
 *
 * @example
 * ```ts
 * import { type PriorityOptions, PriorityQueue } from "@heddle/node-threads";
 *
 * const urgent: PriorityOptions = { priority: -1 };
 * const errands = new PriorityQueue<string>();
 * await errands.put("put out the fire", urgent);
 * ```
 */
export interface PriorityOptions {
  /** Any number but NaN, which is a RangeError. Default: 0. */
  priority?: number | undefined;
}

/**
 * A queue whose items come out by priority: the smallest number first, equal ones in the order in which they were put. In all else it is a
 * {@link Queue}. The priority is given beside the item, so that items need no order. Putters that wait for room are served in order; the
 * priorities of their items do not matter.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from "@heddle/node-threads";
 *
 * const errands = new PriorityQueue();
 * await errands.put("post the letter", { priority: 2 });
 * await errands.put("put out the fire", { priority: 1 });
 * console.log(await errands.get()); // put out the fire
 * ```
 */
export interface PriorityQueue<T = unknown> extends Queue<T> {
  put(item: T, options?: WaitOptions & PriorityOptions): Promise<void>;
  putSync(item: T, options?: SyncWaitOptions & PriorityOptions): void;
  putNowait(item: T, options?: PriorityOptions): void;
  tryPut(item: T, options?: PriorityOptions): boolean;
}

/** The constructor of priority queues. */
export interface PriorityQueueConstructor {
  /** Makes a priority queue, as a {@link Queue}. */
  new <T = unknown>(maxSize?: number | QueueOptions): PriorityQueue<Received<T>>;
  /**
   * Returns the program's priority queue of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with another `maxSize`, or if one of both is fair.
   */
  named<T = unknown>(name: string, maxSize?: number | QueueOptions): PriorityQueue<Received<T>>;
  /** For `instanceof`. */
  readonly prototype: PriorityQueue;
}

/** Makes a {@link PriorityQueue}. */
export declare const PriorityQueue: PriorityQueueConstructor;
