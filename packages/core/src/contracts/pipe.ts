import type { Received } from "./received.js";
import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/**
 * One end of a two-way channel between workers; {@link pipe} makes both ends. An item that one end sends is received by the other end, once
 * and in order. Items are copied, as by a queue.
 *
 * An end belongs to all workers that have it. Each item goes to one of the workers that receive, and one worker that closes the end closes
 * it for all.
 *
 * An end is also closed when no worker has it any more: the workers have ended or died, or the end was garbage-collected in them. So a
 * receiver never waits for a sender that no longer exists. If a worker crashes, the ends that it was given as arguments are closed. It
 * crashes when it is killed from outside, or ends by an error or with an exit code other than 0. They stay open if another worker has them
 * too; the one that sent them does not count. `terminate` is not a crash.
 *
 * Fairness: receivers are served in the order in which they began to wait.
 *
 * Memory order: all that a worker did before it sent an item happens before the item is received. A failed call establishes no order.
 *
 * @example
 * ```ts
 * import { type Connection, isMain, pipe, Thread, task } from "@heddle/node-threads";
 *
 * export const shout = task(import.meta, async function shout(connection: Connection<string>) {
 *   for await (const word of connection) await connection.send(`${word}!`);
 * });
 *
 * if (isMain(import.meta)) {
 *   const [here, there] = pipe<string>();
 *   const worker = new Thread(shout, { args: [there] }).start();
 *   await here.send("hello");
 *   console.log(await here.recv()); // hello!
 *   console.log(here.tryRecv()); // undefined
 *   here.close();
 *   await worker.join();
 * }
 * ```
 */
export interface Connection<T = unknown> extends AsyncIterable<T>, Disposable {
  /**
   * Sends an item. It never waits: items that were not received yet are kept in shared memory, without a bound.
   *
   * @throws ConnectionClosedError if either end is closed.
   * @throws SendError if the item cannot be sent. In both cases nothing was sent.
   */
  send(item: T): Promise<void>;
  /** As {@link send}. It does not block. */
  sendSync(item: T): void;
  /**
   * Takes the next item, waiting for one. If it rejects, nothing was taken.
   *
   * @throws ConnectionClosedError if this end is closed, or if the other end is closed and nothing is left; also while it waits.
   * @throws TimeoutError if the timeout passes first.
   * @throws The signal's reason, once the signal aborts.
   */
  recv(options?: WaitOptions): Promise<T>;
  /** As {@link recv}, blocking this worker. */
  recvSync(options?: SyncWaitOptions): T;
  /**
   * Takes the next item if there is one now.
   *
   * @returns The item; `undefined` if there is none.
   * @throws ConnectionClosedError, as {@link recv}.
   */
  tryRecv(): T | undefined;
  /** As {@link tryRecv}, but returns `otherwise` if there is no item: for items that may be `undefined`. */
  tryRecv<D>(otherwise: D): T | D;
  /**
   * Takes items as they come: `for await (const item of end.items())`. The iteration ends when the other end is closed and nothing is left.
   * The options hold for each wait for an item.
   *
   * @throws ConnectionClosedError if this end is closed.
   * @throws TimeoutError if the timeout passes without an item.
   * @throws The signal's reason, once the signal aborts.
   */
  items(options?: WaitOptions): AsyncGenerator<T, void, undefined>;
  /** As {@link items}, blocking this worker while it waits: `for (const item of end.itemsSync())`. */
  itemsSync(options?: SyncWaitOptions): Generator<T, void, undefined>;
  /**
   * Waits until {@link recv} would not wait: there is an item, or the other end is closed. It takes nothing; another worker that has this
   * end may take the item first.
   *
   * @returns true then; false if the timeout passed first. A timeout of 0 only looks.
   * @throws ConnectionClosedError if this end is closed.
   * @throws The signal's reason, once the signal aborts.
   */
  poll(options?: WaitOptions): Promise<boolean>;
  /** As {@link poll}, blocking this worker. */
  pollSync(options?: SyncWaitOptions): boolean;
  /**
   * Closes this end in all workers. The other end still receives what was sent before. Items that were sent to this end and not received
   * are discarded. Closing it again has no effect.
   */
  close(): void;
  /** As {@link close}. */
  [Symbol.dispose](): void;
  /** As {@link items} without options. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined>;
}

/** For `instanceof`; {@link pipe} makes connections. */
export interface ConnectionConstructor {
  /** For `instanceof`. */
  readonly prototype: Connection;
  /** Whether the value is an end of a pipe. */
  [Symbol.hasInstance](value: unknown): boolean;
}

/** For `instanceof`: {@link pipe} returns two of them. */
export declare const Connection: ConnectionConstructor;

/**
 * Makes a pipe.
 *
 * @returns Its two ends, which are alike. Send one of them to another worker.
 *
 * @example
 * ```ts
 * import { type Connection, inline, pipe, Thread } from "@heddle/node-threads";
 *
 * const double = inline(async (end: Connection<number>) => end.send((await end.recv()) * 2));
 *
 * const [here, there] = pipe<number>();
 * const thread = new Thread(double, { args: [there] }).start();
 * await here.send(21);
 * console.log(await here.recv()); // 42
 * await thread.join();
 * ```
 */
export declare function pipe<T = unknown>(): [Connection<Received<T>>, Connection<Received<T>>];
