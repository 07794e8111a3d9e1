import { refuseToSend } from "@heddle/core";
import type { Call } from "./call.js";

/**
 * The promise of a task's result, as Heddle's `Future`; but `cancel` is a promise, as a server has to be asked.
 *
 * @example
 * ```ts
 * import type { Future } from "@heddle/redis";
 *
 * // The result, or undefined for a task that had not started.
 * export async function resultNow<R>(future: Future<R>): Promise<R | undefined> {
 *   if (await future.cancel()) return undefined;
 *   return future;
 * }
 * ```
 */
export interface Future<R> extends Promise<R> {
  /**
   * "pending" while the task waits for a machine, then "running". "cancelled" if the task never ran, or stopped because it was asked to; any other
   * error makes it "rejected". A final state never changes.
   */
  readonly state: "pending" | "running" | "cancelled" | "fulfilled" | "rejected";
  /**
   * Cancels the task. A task that has not started never will: the future rejects with `reason`, by default an AbortError. A running task is asked to
   * stop through its signal. If it then throws the reason of its signal, or an AbortError, the future is cancelled and rejects with `reason`.
   * Otherwise the future settles as the task does.
   *
   * @returns true if the task had not started; false otherwise. Without effect once the task has ended.
   */
  cancel(reason?: unknown): Promise<boolean>;
}

export class RemoteFuture<R> extends Promise<R> implements Future<R> {
  #call: Call | undefined;

  /** `then` gives a plain promise: only the task itself can be cancelled. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static {
    refuseToSend(this.prototype, "a Future cannot be sent: await it and send what it gives");
  }

  /** The future of the call that `make` makes of its two callbacks. */
  static of<R>(make: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => Call): RemoteFuture<R> {
    let call: Call | undefined;
    const future = new RemoteFuture<R>((resolve, reject) => {
      call = make(resolve as (value: unknown) => void, reject);
    });
    future.#call = call;
    return future;
  }

  get state(): Future<R>["state"] {
    return this.#call?.state ?? "rejected";
  }

  async cancel(reason?: unknown): Promise<boolean> {
    // Its caller's own doing: nobody need look at the future for the error to count as handled.
    this.catch(() => {});
    return (await this.#call?.cancel(reason)) ?? false;
  }
}
