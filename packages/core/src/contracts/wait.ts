/**
 * How long a wait may last, and what may end it early. A wait that ends early leaves its line, and no trace.
 *
 * Every method that takes these fails with TypeError for what is no object of options (such as a number of milliseconds, or `false`), for
 * a name that is none of them, and for a value of another type; and has then neither waited nor changed anything. Where it gives a
 * promise, that rejects.
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
  /** Milliseconds. Default: `Infinity`, for ever. 0 tries once. A negative number or NaN throws RangeError. */
  timeout?: number | undefined;
  /** Rejects the wait with `signal.reason` once it aborts; the wait leaves no trace. */
  signal?: AbortSignal | undefined;
}

/** As {@link WaitOptions}, for the forms that block: a blocked worker could not see its signal abort. They throw in place of rejecting. */
export interface SyncWaitOptions {
  /** Milliseconds. Default: `Infinity`, for ever. 0 tries once. A negative number or NaN throws RangeError. */
  timeout?: number | undefined;
}
