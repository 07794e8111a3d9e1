import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/**
 * First in, first out, between any number of workers. Nothing put is lost or delivered twice. Those who wait to put are
 * promised a place, and those who wait to get an item, in the order in which they came.
 */
export interface Queue<T = unknown> {
  /** Rejects with QueueFullError on timeout, with SendError if the item cannot be sent. */
  put(item: T, options?: WaitOptions): Promise<void>;
  putSync(item: T, options?: SyncWaitOptions): void;
  /** Throws QueueFullError at once when full. */
  putNowait(item: T): void;
  /** Rejects with QueueEmptyError on timeout. */
  get(options?: WaitOptions): Promise<T>;
  getSync(options?: SyncWaitOptions): T;
  /** Throws QueueEmptyError at once when empty. */
  getNowait(): T;
  /** Items in the queue at this moment. */
  readonly size: number;
  /** 0: no bound on the number of items. */
  readonly maxSize: number;
  readonly isEmpty: boolean;
  readonly isFull: boolean;
}

export interface QueueConstructor {
  /** `maxSize` 0 (default): no bound. Throws RangeError unless it is a whole number from 0. */
  new <T = unknown>(maxSize?: number): Queue<T>;
  named<T = unknown>(name: string, maxSize?: number): Queue<T>;
  readonly prototype: Queue;
}
