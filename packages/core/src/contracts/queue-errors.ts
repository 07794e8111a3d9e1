import { HeddleError, type HeddleErrorOptions, nameClass } from "./error.js";

/**
 * The queue had no item in time. Nothing was taken.
 *
 * @example
 * ```ts
 * import { Queue, QueueEmptyError } from "@heddle/node-threads";
 *
 * try {
 *   await new Queue().get({ timeout: 10 });
 * } catch (error) {
 *   console.log(error instanceof QueueEmptyError); // true
 * }
 * ```
 */
export class QueueEmptyError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_QUEUE_EMPTY", message, options);
  }

  /** `"QueueEmptyError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "QueueEmptyError");
}

/**
 * The queue, or the list of waiting tasks of a pool, had no room in time. The item is not in it. Wait longer, or slow down the producer.
 *
 * @example
 * ```ts
 * import { Queue, QueueFullError } from "@heddle/node-threads";
 *
 * const queue = new Queue(1);
 * await queue.put("one");
 * try {
 *   queue.putNowait("another");
 * } catch (error) {
 *   console.log(error instanceof QueueFullError, queue.size); // true 1
 * }
 * ```
 */
export class QueueFullError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_QUEUE_FULL", message, options);
  }

  /** `"QueueFullError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "QueueFullError");
}

/**
 * The queue was shut down. An item that was to be put is not in it. A consumer gets this error once the queue is empty; `for await` ends
 * its loop instead.
 *
 * @example
 * ```ts
 * import { Queue, QueueShutDownError } from "@heddle/node-threads";
 *
 * const queue = new Queue();
 * queue.shutdown();
 * try {
 *   await queue.get();
 * } catch (error) {
 *   console.log(error instanceof QueueShutDownError); // true
 * }
 * ```
 */
export class QueueShutDownError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_QUEUE_SHUT_DOWN", message, options);
  }

  /** `"QueueShutDownError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "QueueShutDownError");
}

/**
 * The other end of the pipe is closed, or its worker has died, and nothing is left to receive; or this end was closed. An item that was to
 * be sent was not. Make a new pipe to go on.
 *
 * @example
 * ```ts
 * import { ConnectionClosedError, pipe } from "@heddle/node-threads";
 *
 * const [here, there] = pipe();
 * there.close();
 * try {
 *   await here.recv();
 * } catch (error) {
 *   console.log(error instanceof ConnectionClosedError); // true
 * }
 * ```
 */
export class ConnectionClosedError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_CONNECTION_CLOSED", message, options);
  }

  /** `"ConnectionClosedError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "ConnectionClosedError");
}
