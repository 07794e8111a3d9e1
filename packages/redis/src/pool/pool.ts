import {
  type ArgumentsOf,
  type Attempted,
  type MapOptions as CoreMapOptions,
  type RunOptions as CoreRunOptions,
  callSite,
  checkInteger,
  checkIterable,
  checkOptions,
  checkRunOptions,
  Fifo,
  failedOutcome,
  type ItemOf,
  type MapCheck,
  mapOver,
  outcomeOf,
  PoolClosedError,
  packPortable,
  QueueFullError,
  type ResultOf,
  type SendableArguments,
  Stream,
  type Future as SyncFuture,
  sendInParts,
  type TaskCheck,
  typeError,
} from "@heddle/core";
import { RemoteObject } from "../remote-object.js";
import { poolScripts } from "../scripts.js";
import type { Sessions } from "../sessions.js";
import { whenAborted } from "../signals.js";
import { Call, type Order } from "./call.js";
import { type Future, RemoteFuture } from "./future.js";
import { portableName, refOf } from "./module-name.js";
import type { Payloads } from "./payloads.js";
import type { Mode } from "./work.js";

/**
 * Options of a pool.
 *
 * @example
 * ```ts
 * import type { Cluster, Pool, PoolOptions } from "@heddle/redis";
 *
 * const options: PoolOptions = { maxQueue: 1000 };
 * export const poolOf = (cluster: Cluster): Pool => cluster.Pool.named("images", options);
 * ```
 */
export interface PoolOptions {
  /** How many tasks of this pool may wait for a machine; a chunk of a map counts as one. Beyond that, `run` and `submit` fail. Default: Infinity. */
  readonly maxQueue?: number | undefined;
}

/**
 * Options of one task: those of Heddle's pool without `key`, and with {@link RunOptions.retries} of its own.
 *
 * @example
 * ```ts
 * import type { Pool, RunOptions } from "@heddle/redis";
 * import type { Task } from "heddle";
 *
 * const options: RunOptions = { timeout: 60_000, retries: 2 };
 * export const shrink = (pool: Pool, work: Task<[file: string], number>, file: string) =>
 *   pool.submit(work, [file], options);
 * ```
 */
export interface RunOptions extends Omit<CoreRunOptions, "retries" | "key"> {
  /**
   * How often the task may start again, if the machine or the worker that ran it has died. Default: 0; it rejects with WorkerCrashedError then. Give it
   * for a task that may run twice. Infinity: any number. A number is all that it may be. A task that has thrown does not start again, unlike in
   * Heddle's pool.
   */
  retries?: number | undefined;
}

/**
 * Options of a map: those of Heddle's pool, and `retries` of each chunk.
 *
 * @example
 * ```ts
 * import type { MapOptions, Pool } from "@heddle/redis";
 * import type { Task } from "heddle";
 *
 * const options: MapOptions = { chunkSize: 100, retries: 2 };
 * export const shrinkAll = (pool: Pool, shrink: Task<[file: string], number>, files: string[]) =>
 *   pool.map(shrink, files, options);
 * ```
 */
export interface MapOptions extends Omit<CoreMapOptions, "retries" | "key">, RunOptions {}

/** One call, or all chunks of a map: the task and its options. */
interface Plan {
  readonly module: string;
  readonly name: string;
  readonly limits: ReturnType<typeof checkRunOptions>;
  readonly retries: number;
  readonly isOpenMap?: boolean;
  /** The place of the first item of the next chunk of a map: chunks are sent in order. */
  first?: number;
}

/** For each place of a machine, the chunks of a stream that are sent, and not yet handed out. */
const CHUNKS_AHEAD = 2;
/** How many places a pool is taken to have before the server has said it. */
const PLACES_AT_FIRST = 4;

/**
 * A pool whose workers are on any machines: those that run `heddle worker` for its queue. It is as Heddle's `Pool`, with these differences. Its getters
 * are promises. `cancel` of a future is one, too. A task is known by its package, the package's version, its module there and its name.
 *
 * If a machine dies, the tasks that had started there reject with WorkerCrashedError, or start again if they have `retries`. Tasks that had not
 * started run elsewhere. If this program dies, its tasks that wait are dropped, and those that run are asked to stop.
 *
 * Fairness: tasks of a queue start in the order of submission, unless their priority says otherwise.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 * import { tasksFrom } from "heddle";
 *
 * const { resize } = tasksFrom<{ resize(width: number): Promise<number> }>(new URL("./images.js", import.meta.url));
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const pool = new cluster.Pool();
 * console.log(await pool.map(resize, [100, 200]));
 * ```
 */
export class Pool extends RemoteObject implements AsyncDisposable {
  /** The queue that its tasks wait in: `default`, or the name that was given to `Pool.named`. */
  readonly queue: string;
  readonly #payloads: Payloads;
  readonly #release: string | undefined;
  readonly #maxQueue: number;
  readonly #calls = new Set<Call>();
  #pending = 0;
  #places = PLACES_AT_FIRST;
  #isClosed = false;
  /** Maps that have begun: they are finished when the pool is closed. */
  #maps = 0;
  readonly #waitingForRoom = new Fifo<() => void>();
  #whenIdle: (() => void)[] = [];

  constructor(
    sessions: Sessions,
    queue: string,
    payloads: Payloads,
    release: string | undefined,
    options: PoolOptions = {},
  ) {
    super(sessions, queue);
    checkOptions(options, "A pool", ["maxQueue"]);
    const { maxQueue = Number.POSITIVE_INFINITY } = options;
    this.#maxQueue =
      maxQueue === Number.POSITIVE_INFINITY ? maxQueue : checkInteger(maxQueue, "maxQueue", 0, Number.MAX_SAFE_INTEGER);
    this.queue = checkQueue(queue);
    this.#payloads = payloads;
    this.#release = release;
  }

  /**
   * Runs a task on one of the machines.
   *
   * @returns The result of the task.
   * @throws The error that the task throws, with its class and its stack.
   * @throws SendError, TypeError, QueueFullError or PoolClosedError if the task was not accepted. Nothing is left behind then.
   * @throws TaskNotFoundError if the module of the machine has no such task.
   * @throws WorkerCrashedError if the machine, or its worker, dies while it runs the task.
   * @throws LeaseLostError if the lease of this program passes before the result has come.
   */
  async run<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): Promise<ResultOf<F>> {
    return await this.submit<F>(task, args);
  }

  /**
   * As {@link run}, with options.
   *
   * @returns A future: a promise with a state, which can be cancelled.
   * @throws TypeError, RangeError, SendError, QueueFullError and PoolClosedError; all at once.
   */
  submit<F>(
    task: F & TaskCheck<F>,
    args: SendableArguments<ArgumentsOf<F>>,
    options: RunOptions = {},
  ): Future<ResultOf<F>> {
    const plan = this.#plan(task, "submit", options);
    if (!Array.isArray(args)) throw typeError("submit needs the task's arguments as an array");
    if (this.#pending >= this.#maxQueue) {
      throw new QueueFullError(`The pool has no room for another task: ${this.#maxQueue} may wait, and do`);
    }
    return this.#send<ResultOf<F>>(plan, "call", args, "args", options.signal);
  }

  /**
   * Calls the task once for each item. Items of an array or another sync iterable are all read at once. A map that has begun is finished when the
   * pool is closed.
   *
   * @returns The results, in the order of the items.
   * @throws The first failure. Items whose task has not started are then never run.
   */
  async map<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options: MapOptions = {},
  ): Promise<ResultOf<F>[]> {
    const plan = { ...this.#plan(task, "map", options, MAP_OPTIONS), isOpenMap: true, first: 0 };
    checkIterable(items);
    checkChunkSize(options.chunkSize);
    this.#maps++;
    try {
      const places = options.chunkSize === undefined ? Math.max(1, await this.size) : 1;
      return await mapOver<ResultOf<F>>(items, {
        ...options,
        signal: options.signal,
        places,
        runChunk: (chunk) => plainly(this.#send<unknown[]>(plan, "map", chunk, "items")),
        whenRoom: (submit) => this.#whenRoom(submit),
      });
    } finally {
      this.#maps--;
      this.#tellIfIdle();
    }
  }

  /**
   * Runs a task for each item and yields the results one by one, in the order of the items. At most 2 × {@link size} × chunkSize items are read ahead
   * of the results that were taken. See Heddle's `Pool.imap`.
   */
  imap<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options: MapOptions = {},
  ): AsyncIterableIterator<ResultOf<F>> {
    return this.#stream(this.#plan(task, "imap", options, MAP_OPTIONS), items, true, options);
  }

  /** As {@link imap}, in the order in which the tasks end. */
  imapUnordered<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options: MapOptions = {},
  ): AsyncIterableIterator<ResultOf<F>> {
    return this.#stream(this.#plan(task, "imapUnordered", options, MAP_OPTIONS), items, false, options);
  }

  /** How many tasks the machines of the queue can run at once. */
  get size(): Promise<number> {
    return this.#state().then(([, , places]) => {
      this.#places = Math.max(1, places as number);
      return places as number;
    });
  }

  /** How many tasks of the queue wait for a machine, of all programs. */
  get queued(): Promise<number> {
    return this.#state().then(([queued]) => queued as number);
  }

  /** How many tasks of the queue run, of all programs. */
  get running(): Promise<number> {
    return this.#state().then(([, running]) => running as number);
  }

  async #state(): Promise<readonly number[]> {
    return (await this.read(poolScripts.state)).map(Number);
  }

  /** Takes no more tasks, and waits until those that this pool was given have ended. Machines go on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (!this.#isIdle) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** As {@link close}, but tasks that have not ended reject with PoolClosedError: those that run are asked to stop, and not waited for. */
  async terminate(): Promise<void> {
    this.#isClosed = true;
    for (const call of [...this.#calls].reverse()) call.abort(new PoolClosedError("The pool was terminated"));
    await this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #plan(task: unknown, method: string, options: RunOptions, more: readonly string[] = []): Plan {
    const { module, name } = refOf(task, method);
    const { retries = 0, ...others } = options;
    const limits = checkRunOptions(others, method, more);
    if (limits.key !== undefined)
      throw typeError(`${method} has no option "key" here: machines have workers of their own`);
    if (retries !== Number.POSITIVE_INFINITY) checkInteger(retries, "retries", 0, 2 ** 31 - 1);
    this.#checkOpen();
    return { module: portableName(module, this.#release), name, limits, retries };
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new PoolClosedError("The pool was closed: it takes no more tasks");
  }

  #send<R>(plan: Plan, mode: Mode, args: readonly unknown[], root: string, signal?: AbortSignal): Future<R> {
    if (plan.isOpenMap !== true) this.#checkOpen();
    const order = orderOf(plan, mode, this.queue, packPortable(args, root, plan.first));
    if (plan.first !== undefined) plan.first += args.length;
    const site = callSite();
    return RemoteFuture.of<R>((resolve, reject) => {
      let stopListening = (): void => {};
      const call: Call = new Call(order, this.#payloads, site, resolve, reject, {
        onStarted: () => {
          this.#pending--;
          this.#waitingForRoom.shift()?.();
        },
        onSettled: () => {
          stopListening();
          this.#calls.delete(call);
          this.#tellIfIdle();
        },
      });
      this.#pending++;
      this.#calls.add(call);
      if (signal?.aborted) call.abort(signal.reason);
      else {
        stopListening = whenAborted(signal, () => call.abort(signal?.reason));
        void call.runIn(this.sessions);
      }
      return call;
    });
  }

  #stream<R>(plan: Plan, items: Iterable<unknown> | AsyncIterable<unknown>, isOrdered: boolean, options: MapOptions) {
    const { chunkSize = 1, onProgress, signal } = options;
    checkIterable(items);
    checkChunkSize(chunkSize);
    const places = (): number => this.#places;
    const streamed: Plan = { ...plan, first: 0 };
    return new Stream<R>(items, {
      signal,
      chunkSize,
      get chunksAhead() {
        return CHUNKS_AHEAD * places();
      },
      isOrdered,
      ...(onProgress === undefined ? {} : { onProgress }),
      whenRoom: (submit) => this.#whenRoom(submit),
      send: (chunk) => sendInParts(chunk, (part) => this.#sendPart(streamed, part)),
    });
  }

  #sendPart(plan: Plan, items: readonly unknown[]): Attempted {
    try {
      const future = this.#send<unknown[]>(plan, "attempt", items, "items");
      const outcome = future.then((attempt) => outcomeOf(attempt), failedOutcome);
      return { outcome, cancel: (reason) => void future.cancel(reason), isRefused: false };
    } catch (error) {
      return { outcome: Promise.resolve(failedOutcome(error)), cancel: () => {}, isRefused: true };
    }
  }

  /** Submits at once if there is room; else it gives a promise of that. */
  #whenRoom(submit: () => void): Promise<void> | undefined {
    if (this.#pending < Math.max(1, this.#maxQueue)) {
      submit();
      return undefined;
    }
    return new Promise<void>((resolve) => this.#waitingForRoom.push(resolve)).then(() => {
      submit();
    });
  }

  get #isIdle(): boolean {
    return this.#calls.size === 0 && this.#maps === 0;
  }

  #tellIfIdle(): void {
    if (this.#isIdle) for (const tell of this.#whenIdle.splice(0)) tell();
  }
}

const MAP_OPTIONS = ["chunkSize", "onProgress"];

function orderOf({ module, name, limits, retries, first }: Plan, mode: Mode, queue: string, args: Uint8Array): Order {
  const { timeout, grace, priority } = limits;
  return {
    module,
    name,
    mode,
    first,
    args,
    line: `${queue} ${module}`,
    // The server has the smallest first.
    rank: Number.isFinite(priority) ? String(-priority) : priority > 0 ? "-inf" : "inf",
    timeout,
    grace,
    retries: Number.isFinite(retries) ? retries : -1,
  };
}

/** A queue's name is a word in those of lines. */
export function checkQueue(queue: string): string {
  if (typeof queue !== "string" || !/^[\w.:-]+$/.test(queue)) {
    throw typeError(
      `The name of a pool's queue has letters, digits and the signs _ . : - alone, unlike ${String(queue)}`,
    );
  }
  return queue;
}

const checkChunkSize = (size: number | undefined): unknown =>
  size === undefined || checkInteger(size, "chunkSize", 1, Number.MAX_SAFE_INTEGER);

/** For Heddle's map, which does not look at what `cancel` gives. */
const plainly = <R>(future: Future<R>): SyncFuture<R> => future as unknown as SyncFuture<R>;
