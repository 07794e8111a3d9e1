import type { SharedDisposable } from "./disposable.js";
import type { Received } from "./received.js";
import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/** How a queue is made. */
export interface QueueOptions {
  /** Most items in the queue at once, a whole number. Default: 0, no bound. */
  maxSize?: number | undefined;
}

/** How a queue is shut down. */
export interface ShutdownOptions {
  /** Whether what is in the queue is discarded, instead of being left for gets. Default: false. */
  immediate?: boolean | undefined;
}

/**
 * First in, first out, between any number of workers. Nothing put is lost or delivered twice: an item that was promised to a
 * getter which dies, or gives up, goes to the next one.
 *
 * Fairness: those who wait to get are promised an item, and those who wait to put a place, in the order in which they came,
 * sync and async alike. Nobody overtakes them.
 *
 * What happened in a worker before it put an item has happened for the worker that gets it. What happened before a
 * `taskDone` has happened for those whose {@link join} it ends. A failed or timed-out call establishes nothing.
 *
 * Items are copied, as by a call to another worker (SendError tells which can be); Heddle's own objects arrive as the same object.
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
   * Puts an item in, waiting for a place if the queue is bounded and full. Rejects with QueueFullError if the timeout (in
   * ms; default: none) passes first, with QueueShutDownError once the queue was shut down, also while it waits, with
   * SendError if the item cannot be sent, and with the signal's reason. If it rejects, the item is not in the queue.
   */
  put(item: T, options?: WaitOptions): Promise<void>;
  /** As {@link put}, blocking this worker. */
  putSync(item: T, options?: SyncWaitOptions): void;
  /** As {@link put}, throwing QueueFullError at once when there is no place. */
  putNowait(item: T): void;
  /**
   * Puts an item in if there is a place at this moment.
   *
   * @returns Whether there was a place. If not, the item is not in the queue.
   * @throws QueueShutDownError or SendError, as {@link put}.
   */
  tryPut(item: T): boolean;
  /**
   * Takes an item out, waiting for one. Rejects with QueueEmptyError if the timeout (in ms; default: none) passes first, with
   * QueueShutDownError once the queue was shut down and nothing is left that is not promised to others, also while it
   * waits, and with the signal's reason. If it rejects, nothing was taken.
   */
  get(options?: WaitOptions): Promise<T>;
  /** As {@link get}, blocking this worker. */
  getSync(options?: SyncWaitOptions): T;
  /** As {@link get}, throwing QueueEmptyError at once when there is no item. */
  getNowait(): T;
  /**
   * Takes an item out if there is one at this moment.
   *
   * @returns The item; `undefined` if there is none.
   * @throws QueueShutDownError, as {@link get}, if the queue was shut down and nothing is left.
   */
  tryGet(): T | undefined;
  /** As {@link tryGet} without `otherwise`, but returns `otherwise` if there is no item: for items that may be `undefined`. */
  tryGet<D>(otherwise: D): T | D;
  /** Items in the queue at this moment, those included that are promised to somebody who has not yet taken them. */
  readonly size: number;
  /** Most items in the queue at once; 0: no bound. */
  readonly maxSize: number;
  /** Whether {@link size} is 0: at this moment, it may have changed by the time you look at it. */
  readonly isEmpty: boolean;
  /** Whether {@link size} has reached {@link maxSize}, at this moment. Never true where there is no bound. */
  readonly isFull: boolean;
  /**
   * Says that an item which was put has been dealt with, not only taken. Any worker may say so. Throws RangeError, and changes
   * nothing, when called more often than items were put.
   */
  taskDone(): void;
  /**
   * Waits until every item put has been marked done; at once if none is left to do. true then, false if the timeout (in ms;
   * default: none) passes first. Rejects only with the signal's reason: a shutdown is no error here, and an immediate one
   * counts what it discards as done. May be called again and again, by any number of workers.
   */
  join(options?: WaitOptions): Promise<boolean>;
  /** As {@link join}, blocking this worker. */
  joinSync(options?: SyncWaitOptions): boolean;
  /**
   * Ends the queue for good. From now on nothing is put: puts throw QueueShutDownError, those that wait included. Gets take
   * what is left, and then throw it too; with `immediate` what is left is discarded, those items included that somebody
   * who waits has been promised but has not taken. Doing it again is no error; the stricter way wins.
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

/** Makes queues. */
export interface QueueConstructor {
  /**
   * `maxSize` 0 (default): no bound. `new Queue(2)` and `new Queue({ maxSize: 2 })` are the same. Throws RangeError unless it is a whole number from 0, TypeError
   * unless it is a number, and for an option of another name.
   */
  new <T = unknown>(maxSize?: number | QueueOptions): Queue<Received<T>>;
  /** The program's one queue of that name. Throws TypeError if it was made with another `maxSize`. */
  named<T = unknown>(name: string, maxSize?: number | QueueOptions): Queue<Received<T>>;
  /** For `instanceof`. */
  readonly prototype: Queue;
}

/** Makes a {@link Queue}. */
export declare const Queue: QueueConstructor;

/**
 * Last in, first out; in all else a {@link Queue}.
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

/** Makes LIFO queues. */
export interface LifoQueueConstructor {
  /**
   * `maxSize` 0 (default): no bound. `new Queue(2)` and `new Queue({ maxSize: 2 })` are the same. Throws RangeError unless it is a whole number from 0, TypeError
   * unless it is a number, and for an option of another name.
   */
  new <T = unknown>(maxSize?: number | QueueOptions): LifoQueue<Received<T>>;
  /** The program's one queue of that name. Throws TypeError if it was made with another `maxSize`. */
  named<T = unknown>(name: string, maxSize?: number | QueueOptions): LifoQueue<Received<T>>;
  /** For `instanceof`. */
  readonly prototype: LifoQueue;
}

/** Makes a {@link LifoQueue}. */
export declare const LifoQueue: LifoQueueConstructor;

/** Where in a priority queue an item goes. */
export interface PriorityOptions {
  /** Any number but NaN, which throws RangeError. Default: 0. */
  priority?: number | undefined;
}

/**
 * Smallest priority first, equal priorities in the order in which they were put; in all else a {@link Queue}. The priority
 * stands beside the item, so that items need no order of their own. A putter that waits for a place waits its turn,
 * whatever its item's priority.
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

/** Makes priority queues. */
export interface PriorityQueueConstructor {
  /**
   * `maxSize` 0 (default): no bound. `new Queue(2)` and `new Queue({ maxSize: 2 })` are the same. Throws RangeError unless it is a whole number from 0, TypeError
   * unless it is a number, and for an option of another name.
   */
  new <T = unknown>(maxSize?: number | QueueOptions): PriorityQueue<Received<T>>;
  /** The program's one queue of that name. Throws TypeError if it was made with another `maxSize`. */
  named<T = unknown>(name: string, maxSize?: number | QueueOptions): PriorityQueue<Received<T>>;
  /** For `instanceof`. */
  readonly prototype: PriorityQueue;
}

/** Makes a {@link PriorityQueue}. */
export declare const PriorityQueue: PriorityQueueConstructor;
