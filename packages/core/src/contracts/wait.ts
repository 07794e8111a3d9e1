import type { Refused } from "./received.js";

/**
 * How long a wait may last, and what ends it early. A wait that ends early leaves no trace: it is removed from its queue of waiters.
 *
 * A method that takes these options fails with TypeError for an unknown option, and for an option of the wrong type. So it does for
 * anything but an object of options (such as a number of milliseconds, or `false`). It has not waited or changed anything then. A method
 * that returns a promise rejects it.
 *
 * @example
 * ```ts
 * import { Event } from "@heddle/node-threads";
 *
 * const never = new Event();
 * console.log(await never.wait({ timeout: 10 })); // false
 *
 * const impatience = new AbortController();
 * const waiting = never.wait({ signal: impatience.signal });
 * impatience.abort("enough");
 * console.log(await waiting.catch((reason) => reason)); // enough
 * ```
 */
export interface WaitOptions {
  /** In milliseconds. Default: Infinity. 0 tries once. A negative number or NaN is a RangeError. */
  timeout?: number | undefined;
  /** When it aborts, the wait rejects with `signal.reason` and leaves no trace. */
  signal?: AbortSignal | undefined;
}

/**
 * As {@link WaitOptions}, for the blocking forms. They have no signal, as a blocked worker could not see it abort. They throw where the
 * async forms reject.
 *
 * @example
 * ```ts
 * import { Lock, type SyncWaitOptions } from "@heddle/node-threads";
 *
 * const briefly: SyncWaitOptions = { timeout: 100 };
 * export const tryToEnter = (lock: Lock): boolean => lock.acquireSync(briefly);
 * ```
 */
export interface SyncWaitOptions {
  /** In milliseconds. Default: Infinity. 0 tries once. A negative number or NaN is a RangeError. */
  timeout?: number | undefined;
}

/** Refuses the type of a function that returns a promise, where nothing awaits it. To be intersected with the type of the function. */
export type NoPromise<T> = [AnyIfPromise<T>] extends [never]
  ? unknown
  : Refused<"this function gives a promise, which a form that blocks cannot wait for: use the one without Sync">;

/** `any` for a promise, else `never`; for a type parameter of generic code, which is no type yet, `never` as well. */
// biome-ignore lint/suspicious/noExplicitAny: as told above.
type AnyIfPromise<T> = [T] extends [never] ? never : T extends PromiseLike<unknown> ? any : never;
