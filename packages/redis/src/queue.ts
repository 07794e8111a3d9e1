import {
  checkInteger,
  checkNumber,
  checkOptions,
  checkType,
  limitsOf,
  packPortable,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  rangeError,
  unpackPortable,
  type WaitOptions,
} from "@heddle/core";
import { differentlyMade } from "./different.js";
import { RemoteObject } from "./remote-object.js";
import { queueScripts } from "./scripts.js";
import { type Ended, LONGEST_DELAY, type Session } from "./session.js";
import type { Sessions } from "./sessions.js";

/**
 * Options of a queue.
 *
 * @example
 * ```ts
 * import type { Cluster, Queue, QueueOptions } from "@heddle/redis";
 *
 * const options: QueueOptions = { maxSize: 1000, maxDeliveries: 5 };
 * export const mailsOf = (cluster: Cluster): Queue<string> => cluster.Queue.named("mails", options);
 * ```
 */
export interface QueueOptions {
  /** The most items that the queue holds. A put into a full queue waits for room. Default: 0, no bound. */
  readonly maxSize?: number | undefined;
  /**
   * How often an item is delivered by {@link Queue.receive}. One that comes back after that goes to the queue of dead letters, which is named
   * `${name}.dead`. Default: 0, no bound.
   */
  readonly maxDeliveries?: number | undefined;
}

/**
 * Options of {@link Queue.put}.
 *
 * @example
 * ```ts
 * import type { PutOptions, Queue } from "@heddle/redis";
 *
 * const options: PutOptions = { id: "order-17", delay: 60_000 };
 * export const remind = (mails: Queue<string>) => mails.put("Your order is waiting", options);
 * ```
 */
export interface PutOptions extends WaitOptions {
  /** For how many milliseconds the item is kept back. Default: 0. */
  readonly delay?: number | undefined;
  /** An item with the same id that is still in the queue, or received and not acknowledged, makes this one superfluous: it is not put. */
  readonly id?: string | undefined;
  /** In a PriorityQueue: the smallest number comes out first. Default: 0. */
  readonly priority?: number | undefined;
}

/**
 * An item that was received. It stays the queue's until it is acknowledged.
 *
 * @example
 * ```ts
 * import type { Delivery } from "@heddle/redis";
 *
 * export async function handle({ item, count, ack, nack }: Delivery<string>): Promise<void> {
 *   const isDone = (await fetch(item)).ok || count > 3;
 *   await (isDone ? ack() : nack({ delay: 1000 }));
 * }
 * ```
 */
export interface Delivery<T> {
  readonly item: T;
  /** How often the item has been delivered, this time included. */
  readonly count: number;
  /**
   * Says that the item is done with.
   *
   * @returns Whether it was still this program's: false if its lease was lost before, and the item may have been delivered again.
   */
  ack(): Promise<boolean>;
  /** Gives the item back, to be delivered again: to the front of the queue, or after a delay in milliseconds. */
  nack(options?: { readonly delay?: number | undefined }): Promise<boolean>;
}

export type QueueKind = "fifo" | "lifo" | "priority";

const MOST = 2 ** 53 - 1;

/**
 * A queue between programs on any machines, first in, first out. It is as Heddle's `Queue`, but its getters and `tryGet`, `getNowait` and the like are
 * promises. Items are copies; objects of this program's shared memory cannot be put.
 *
 * {@link get} delivers each item at most once. An item that {@link receive} has delivered stays in the queue until it is acknowledged. If the lease
 * of the receiver passes, the item is delivered again: at least once in all.
 *
 * Fairness: getters and putters are served in the order in which they began to wait.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const orders = new cluster.Queue<{ readonly id: number }>();
 * await orders.put({ id: 1 });
 * const { item, ack } = await orders.receive();
 * console.log(item.id, await ack()); // 1 true
 * ```
 */
export class Queue<T = unknown> extends RemoteObject implements AsyncIterable<T> {
  /** The most items in the queue; 0: no bound. */
  readonly maxSize: number;
  readonly #kind: QueueKind;
  readonly #made: readonly [kind: string, max: string, deliveries: string];

  constructor(sessions: Sessions, name: string | undefined, kind: QueueKind, options: number | QueueOptions = {}) {
    super(sessions, name);
    const given = typeof options === "number" ? { maxSize: options } : options;
    checkOptions(given, "A queue", ["maxSize", "maxDeliveries"]);
    this.maxSize = checkInteger(given.maxSize ?? 0, "maxSize", 0, MOST);
    this.#kind = kind;
    this.#made = [kind, String(this.maxSize), String(checkInteger(given.maxDeliveries ?? 0, "maxDeliveries", 0, MOST))];
  }

  /**
   * Puts an item in, waiting for room. If it rejects, the item is not in the queue.
   *
   * @returns false if an item with the same `id` is there; else true.
   * @throws QueueFullError if the timeout passes first; QueueShutDownError if the queue is shut down; SendError if the item cannot be sent.
   * @throws LeaseLostError if the lease of this program passes while it waits.
   * @throws The signal's reason, once the signal aborts.
   */
  async put(item: T, options: PutOptions = {}): Promise<boolean> {
    checkOptions(options, "put", ["timeout", "signal", "delay", "id", "priority"]);
    const { delay = 0, id = "", priority = 0, ...wait } = options;
    checkType(id, "The id of an item", "string");
    checkInteger(delay, "A delay", 0, MOST);
    const rank = rankOf(checkNumber(priority, "A priority"));
    if (rank !== "0" && this.#kind !== "priority") throw rangeError("A priority is for a PriorityQueue");
    const limits = limitsOf(wait);
    const bytes = packPortable(item, "item");
    const name = await this.name();
    const { ended } = await this.sessions.wait(limits, (session) => ({
      begin: (place, mayWait) =>
        session.perform(queueScripts.put, name, ...this.#made, place, mayWait, bytes, rank, String(delay), id),
      cancel: (place, isAbort) => this.#cancel(session, name, "putters", place, isAbort),
    }));
    if (ended === undefined) throw new QueueFullError("The queue had no room in time");
    if (ended.how === "different") throw differentlyMade("queue");
    if (ended.how === "shutdown") throw shutDown();
    if (delay > 0) this.#settleAfter(delay, name);
    return ended.how === "put";
  }

  /** As {@link put}, without waiting. */
  putNowait(item: T, options: Omit<PutOptions, "timeout" | "signal"> = {}): Promise<boolean> {
    return this.put(item, { ...options, timeout: 0 });
  }

  /**
   * Puts an item in if there is room now.
   *
   * @returns Whether there was room.
   */
  async tryPut(item: T, options: Omit<PutOptions, "timeout" | "signal"> = {}): Promise<boolean> {
    try {
      await this.putNowait(item, options);
      return true;
    } catch (error) {
      if (error instanceof QueueFullError) return false;
      throw error;
    }
  }

  /**
   * Takes an item out, waiting for one. No item is delivered twice. One whose getter dies before it has arrived goes to the next getter.
   *
   * @throws QueueEmptyError if the timeout passes first; QueueShutDownError if the queue is shut down and nothing is left.
   * @throws LeaseLostError if the lease of this program passes while it waits.
   * @throws The signal's reason, once the signal aborts.
   */
  async get(options?: WaitOptions): Promise<T> {
    const { item } = await this.#take("get", options);
    return item;
  }

  /** As {@link get}, without waiting. */
  getNowait(): Promise<T> {
    return this.get({ timeout: 0 });
  }

  /**
   * Takes an item out if there is one now.
   *
   * @returns The item; `undefined` if there is none.
   */
  async tryGet(): Promise<T | undefined> {
    try {
      return await this.getNowait();
    } catch (error) {
      if (error instanceof QueueEmptyError) return undefined;
      throw error;
    }
  }

  /**
   * Receives an item, waiting for one. The item stays in the queue until it is acknowledged.
   *
   * @throws As {@link get}.
   */
  receive(options?: WaitOptions): Promise<Delivery<T>> {
    return this.#take("receive", options);
  }

  async #take(mode: "get" | "receive", options: WaitOptions | undefined): Promise<Delivery<T>> {
    const limits = limitsOf(options);
    const name = await this.name();
    const { session, ended } = await this.sessions.wait(limits, (session) => ({
      begin: (wait, mayWait) => session.perform(queueScripts.get, name, ...this.#made, wait, mayWait, mode),
      cancel: (wait, isAbort) => this.#cancel(session, name, "getters", wait, isAbort),
    }));
    if (ended === undefined) throw new QueueEmptyError("The queue had no item in time");
    return await this.#delivery(session, name, ended);
  }

  async #delivery(session: Session, name: string, ended: Ended): Promise<Delivery<T>> {
    if (ended.how === "different") throw differentlyMade("queue");
    // Of an item that was promised to a wait, the bytes are still at the server.
    const { how, rest } =
      ended.how === "item" && ended.rest.length === 0
        ? await session.perform(queueScripts.claim, name, ended.wait)
        : ended;
    if (how === "lost") throw session.lost.reason;
    if (how !== "item") throw shutDown();
    const [bytes, id = "", count = "1"] = rest;
    return {
      item: unpackPortable(bytes as Buffer) as T,
      count: Number(count),
      ack: () => this.#finish(session, name, "ack", String(id), 0),
      nack: ({ delay = 0 } = {}) =>
        this.#finish(session, name, "nack", String(id), checkInteger(delay, "A delay", 0, MOST)),
    };
  }

  async #finish(session: Session, name: string, how: string, id: string, delay: number): Promise<boolean> {
    const done = await session.perform(queueScripts.done, name, ...this.#made, how, id, String(delay));
    if (delay > 0) this.#settleAfter(delay, name);
    return done.how === "done";
  }

  /** Has a delayed item delivered when it is due. If this program dies before that, another one's heartbeat sees to it, less punctually. */
  #settleAfter(delay: number, name: string): void {
    const settle = (): void => void this.sessions.perform(queueScripts.settle, name).catch(() => {});
    // One millisecond more, as timers may be early.
    setTimeout(settle, Math.min(delay + 1, LONGEST_DELAY)).unref();
  }

  #cancel(session: Session, name: string, line: string, wait: string, isAbort: boolean) {
    return session.perform(queueScripts.cancel, name, line, wait, isAbort ? "1" : "0");
  }

  /**
   * Marks an item that was taken by {@link get} as done. An acknowledged one is.
   *
   * @throws RangeError if it is called more often than items were put.
   */
  async taskDone(): Promise<void> {
    const { how } = await this.sessions.perform(queueScripts.done, await this.name(), ...this.#made, "task", "", "0");
    if (how === "different") throw differentlyMade("queue");
    if (how === "many") throw rangeError("taskDone was called more often than items were put");
  }

  /**
   * Waits until all items that were put are marked as done.
   *
   * @returns true then; false if the timeout passed first.
   */
  async join(options?: WaitOptions): Promise<boolean> {
    const limits = limitsOf(options);
    const name = await this.name();
    const { ended } = await this.sessions.wait(limits, (session) => ({
      begin: (wait, mayWait) => session.perform(queueScripts.join, name, wait, mayWait),
      cancel: (wait, isAbort) => this.#cancel(session, name, "joiners", wait, isAbort),
    }));
    return ended !== undefined;
  }

  /**
   * Ends the queue for good. After that, puts throw QueueShutDownError, waiting ones too. Gets take what is left, then throw it as well. With
   * `immediate`, the items that are left are discarded.
   */
  async shutdown(options: { readonly immediate?: boolean | undefined } = {}): Promise<void> {
    checkOptions(options, "shutdown", ["immediate"]);
    checkType(options.immediate, "immediate", "boolean");
    const isImmediate = options.immediate === true ? "1" : "0";
    const { how } = await this.sessions.perform(queueScripts.shutdown, await this.name(), ...this.#made, isImmediate);
    if (how === "different") throw differentlyMade("queue");
  }

  /** How many items are in the queue now: those that are kept back count, those that were received do not. */
  get size(): Promise<number> {
    return this.read(queueScripts.state).then(([size]) => Number(size));
  }

  /** Whether {@link size} is 0. */
  get isEmpty(): Promise<boolean> {
    return this.size.then((size) => size === 0);
  }

  /** Whether {@link size} has reached {@link maxSize}. */
  get isFull(): Promise<boolean> {
    return this.size.then((size) => this.maxSize > 0 && size >= this.maxSize);
  }

  /** Whether {@link shutdown} was called. */
  get isShutDown(): Promise<boolean> {
    return this.read(queueScripts.state).then(([, shut]) => shut === "1");
  }

  /** Takes items out as they come. The iteration ends where {@link get} would throw QueueShutDownError. */
  async *items(options?: WaitOptions): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let item: T;
      try {
        item = await this.get(options);
      } catch (error) {
        if (error instanceof QueueShutDownError) return;
        throw error;
      }
      yield item;
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.items();
  }
}

const shutDown = (): QueueShutDownError => new QueueShutDownError("The queue is shut down");

/** A priority as the server sorts it. */
const rankOf = (priority: number): string =>
  Number.isFinite(priority) ? String(priority) : priority > 0 ? "inf" : "-inf";
