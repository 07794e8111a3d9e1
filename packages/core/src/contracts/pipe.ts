import type { Received } from "./received.js";
import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/**
 * One end of a two-way channel between workers; {@link pipe} makes both. What one end sends, the other receives, each
 * item once and in order. Items are copied, as by a queue.
 *
 * An end belongs to all workers that hold it: each item goes to one of those who receive, first come, first served; and
 * who closes it closes it for all of them. An end that nobody holds any more, because its holders have ended, were killed,
 * or have dropped it and it was garbage-collected, is closed too: the other end never waits for somebody who is gone. So is one that a
 * worker was given in the arguments of its target or task, and that worker crashes: killed from outside, ended by an error or with an
 * exit code other than 0, but not terminated. Unless another worker holds it, too; whoever gave it away and kept it does not count.
 *
 * What happened in a worker before it sent an item has happened for the worker that receives it. A failed call
 * establishes nothing.
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
 *   here.close();
 *   await worker.join();
 * }
 * ```
 */
export interface Connection<T = unknown> extends AsyncIterable<T>, Disposable {
  /**
   * Sends an item. It never waits: what was not received yet is kept, in shared memory, without a bound. Rejects with
   * ConnectionClosedError once either end is closed, with SendError if the item cannot be sent; then nothing was sent.
   */
  send(item: T): Promise<void>;
  /** As {@link send}; it does not block. */
  sendSync(item: T): void;
  /**
   * Takes the next item, waiting for one. Rejects with ConnectionClosedError once the other end is closed and nothing is left,
   * or this one is closed, also while it waits; with TimeoutError if the timeout (in ms; default: none) passes first; with
   * the signal's reason. If it rejects, nothing was taken.
   */
  recv(options?: WaitOptions): Promise<T>;
  /** As {@link recv}, blocking this worker. */
  recvSync(options?: SyncWaitOptions): T;
  /**
   * Waits until {@link recv} would not have to: there is an item, or there never will be as the other end is closed. Takes
   * nothing, so that somebody else who holds this end may be faster. false if the timeout (in ms; default: none, 0 only
   * looks) passes first. Rejects with ConnectionClosedError if this end is closed, and with the signal's reason.
   */
  poll(options?: WaitOptions): Promise<boolean>;
  /** As {@link poll}, blocking this worker. */
  pollSync(options?: SyncWaitOptions): boolean;
  /**
   * Closes this end for all who hold it. The other end still receives what was sent before; what was sent to this one and not
   * received is discarded. Doing it again does nothing.
   */
  close(): void;
  /** As {@link close}. */
  [Symbol.dispose](): void;
  /** Takes items as they come. Ends when the other end is closed and nothing is left. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined>;
}

/** For `instanceof`; {@link pipe} makes connections. */
export interface ConnectionConstructor {
  /** For `instanceof`. */
  readonly prototype: Connection;
  /** Whether it is an end of a pipe. */
  [Symbol.hasInstance](value: unknown): boolean;
}

/** For `instanceof`: what {@link pipe} gives is a {@link Connection}. */
export declare const Connection: ConnectionConstructor;

/**
 * Makes a pipe and gives its two ends, which are alike. Send one of them to another worker.
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
