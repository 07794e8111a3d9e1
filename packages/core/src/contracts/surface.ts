import type { AdapterInfo } from "./adapter.js";
import type * as bound from "./bound.js";

/**
 * The part of an adapter's shared memory that is in use.
 *
 * @example
 * ```ts
 * import { type Usage, usage } from "@heddle/node-threads";
 *
 * // How many objects there are that were not there before.
 * export const leakedSince = (before: Usage): number => usage().objects - before.objects;
 * ```
 */
export interface Usage {
  /** Bytes that live objects and waits take. */
  readonly bytes: number;
  /** Locks, queues, values and other objects that a worker, a message or a name still refers to. */
  readonly objects: number;
  /** Workers alive, the main worker included. */
  readonly workers: number;
  /** Waits, async and blocking, in all workers. */
  readonly waiters: number;
}

/**
 * Returns how much of the memory that all workers share is in use, for tests and diagnosis. Objects that were garbage-collected count until
 * their finalizers have run.
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
 * How many waits of all workers, async and blocking, there are at one of Heddle's objects. It is for tests that need to know that a worker
 * waits.
 *
 * @throws TypeError for any other object.
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

/**
 * Which adapter this is, and what it can do.
 *
 * @example
 * ```ts
 * import { adapter } from "@heddle/node-threads";
 *
 * console.log(adapter.name, adapter.capabilities.kind); // @heddle/node-threads thread
 * ```
 */
export declare const adapter: AdapterInfo;

/** All that an adapter package exports, bound to one adapter. */
export type Surface = Readonly<typeof bound>;
