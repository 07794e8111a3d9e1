import type { AdapterInfo } from "./adapter.js";
import type * as bound from "./bound.js";

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
export declare function usage(): Usage;

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
export declare function waiting(object: object): number;

/** Which adapter this is, and what it can do. */
export declare const adapter: AdapterInfo;

/** The whole public surface, bound to one adapter: the classes and functions that an adapter package exports. */
export type Surface = Readonly<typeof bound>;
