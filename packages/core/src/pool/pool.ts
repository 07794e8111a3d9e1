import { QueueFullError, SendError } from "../contracts/errors.js";
import type { Future as FutureContract } from "../contracts/future.js";
import type { GeneratorCheck, ItemOf, MapCheck, Pool as PoolContract, YieldOf } from "../contracts/pool.js";
import type { PoolEvents } from "../contracts/pool-events.js";
import type { CloseOptions, MapOptions, PoolOptions, RunOptions } from "../contracts/pool-options.js";
import type { PoolStats } from "../contracts/pool-stats.js";
import type { ArgumentsOf, Received, ResultOf, SendableArguments, TaskCheck } from "../contracts/received.js";
import type { TaskRef } from "../contracts/task.js";
import { typeError } from "../contracts/wrong-use.js";
import { checkInteger, checkOptions, checkType, describe } from "../kernel/arguments.js";
import { clock } from "../kernel/clock.js";
import { copyByIndex } from "../kernel/lists.js";
import { refuseToSend } from "../kernel/message/index.js";
import { showAs } from "../kernel/shown.js";
import { whenAborted } from "../kernel/signals.js";
import { siteOfCall } from "../kernel/sites.js";
import { warnOfArguments } from "../task/one-array.js";
import { carrierFor } from "../worker/instrumented.js";
import type { Services } from "../worker/services.js";
import { Call, Future } from "./call.js";
import { GeneratorStream } from "./generator-stream.js";
import type { Link } from "./host/link.js";
import { Scheduler } from "./host/scheduler.js";
import { warnOfSurplus } from "./ignored-options.js";
import { mapOver } from "./map.js";
import { type CheckedRunOptions, checkPoolOptions, checkRunOptions } from "./options.js";
import { calledAt, checkArguments, checkItems, deferred, type Origin, originOf } from "./origin.js";
import { type Submitted, sender } from "./sending.js";
import { Stream } from "./stream.js";
import { PoolView } from "./view.js";
import { HAS_CARRIER, MODE_CALL, MODE_ITERATE, MODE_MAP, MODE_STARMAP, toldOfPlace } from "./wire/entries.js";

/** For each worker, the chunks of a stream that are sent, and not yet handed out: one to work on, and the next. */
const CHUNKS_AHEAD = 2;
/** How many values a generator may be ahead of who reads them. */
const VALUES_AHEAD = 16;

/** Options of maps, beyond those of one run. */
const MAP_OPTIONS = ["chunkSize", "onProgress"];

/** Makes a call of the two functions of its promise. */
type Submit = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => Call;

export class Pool implements PoolContract {
  readonly #size: number;
  readonly #services: Services;
  readonly #scheduler: Scheduler;
  readonly #name: string;
  readonly #places: number;
  readonly #maxQueue: number;

  constructor(services: Services, options: PoolOptions = {}) {
    const checked = checkPoolOptions(services, options);
    this.#size = checked.size;
    this.#services = services;
    this.#name = checked.name;
    this.#places = checked.size * checked.concurrency;
    this.#maxQueue = checked.maxQueue;
    this.#scheduler = new Scheduler(services, checked);
  }

  run<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): Promise<ResultOf<F>> {
    return new Promise<ResultOf<F>>((resolve, reject) => {
      const ref = this.#refOf(task, "run");
      warnOfArguments(this.#services.tasks, ref, task, args, "run", warnOfSurplus);
      this.#submit(ref, MODE_CALL, args, "args", resolve as (value: unknown) => void, reject);
    });
  }

  submit<F>(
    task: F & TaskCheck<F>,
    args: SendableArguments<ArgumentsOf<F>>,
    options: RunOptions = {},
  ): FutureContract<ResultOf<F>> {
    const ref = this.#refOf(task, "submit");
    if (!Array.isArray(args)) throw typeError(`submit needs the task's arguments as an array, not ${describe(args)}`);
    warnOfArguments(this.#services.tasks, ref, task, args, "submit", warnOfSurplus);
    const checked = checkRunOptions(options);
    this.#scheduler.checkOpen();
    return Future.of<ResultOf<F>>(this.#scheduler, (resolve, reject) =>
      // The items are read once: of the caller's own array, a getter could give others the next time.
      this.#submit(ref, MODE_CALL, copyByIndex(args as readonly unknown[]), "args", resolve, reject, checked),
    );
  }

  map<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options: MapOptions = {},
  ): Promise<ResultOf<F>[]> {
    return this.#map(task, "map", MODE_MAP, items, options);
  }

  starmap<F>(
    task: F & TaskCheck<F>,
    items: Iterable<SendableArguments<ArgumentsOf<F>>> | AsyncIterable<SendableArguments<ArgumentsOf<F>>>,
    options: MapOptions = {},
  ): Promise<ResultOf<F>[]> {
    return this.#map(task, "starmap", MODE_STARMAP, items, options);
  }

  imap<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options?: MapOptions,
  ): AsyncIterableIterator<ResultOf<F>> {
    return this.#stream(task, "imap", items, true, options);
  }

  imapUnordered<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options?: MapOptions,
  ): AsyncIterableIterator<ResultOf<F>> {
    return this.#stream(task, "imapUnordered", items, false, options);
  }

  iterate<F>(
    task: F & GeneratorCheck<F>,
    ...args: SendableArguments<ArgumentsOf<F>>
  ): AsyncIterableIterator<Received<YieldOf<F>>> {
    const ref = this.#refOf(task, "iterate");
    const origin = originOf(ref);
    warnOfArguments(this.#services.tasks, ref, task, args, "iterate", warnOfSurplus);
    const onRead = this.#unread(ref, "iterate", origin);
    return new GeneratorStream<Received<YieldOf<F>>>(() => {
      const queue = this.#services.makeQueue<Received<YieldOf<F>>>(VALUES_AHEAD);
      const submitted = this.#future((resolve, reject) =>
        calledAt(origin.site, () =>
          this.#submit(ref, MODE_ITERATE, [...args, queue], "args", resolve, reject, undefined, origin),
        ),
      );
      return { queue, ...submitted };
    }, onRead);
  }

  on<E extends keyof PoolEvents>(event: E, listener: (told: PoolEvents[E]) => void): () => void {
    return this.#scheduler.events.on(event, listener);
  }

  withOptions(options: RunOptions): PoolView {
    return new PoolView(this, {}, options);
  }

  broadcast<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): Promise<ResultOf<F>[]> {
    return new Promise((resolve, reject) => {
      const ref = this.#refOf(task, "broadcast");
      warnOfArguments(this.#services.tasks, ref, task, args, "broadcast", warnOfSurplus);
      const workers: readonly (Link | undefined)[] = this.#scheduler.workersForAll(ref.module);
      const origin = { site: undefined, carrier: carrierFor(ref) };
      const run = (worker: Link | undefined): Promise<ResultOf<F>> =>
        new Promise((resolve, reject) => {
          const options = { ...checkRunOptions({}), isPinned: true, worker };
          this.#send(ref, MODE_CALL, args, "args", resolve as (value: unknown) => void, reject, origin, options);
        });
      Promise.all((workers.length === 0 ? [undefined] : workers).map(run)).then(resolve, reject);
    });
  }

  /** Called where the class is bound. A static block would keep an unused class in every bundle. */
  static prepare(): void {
    refuseToSend(
      this.prototype,
      "a Pool cannot be sent: make one there, or have this worker run what comes through a Queue",
    );
    showAs(
      this.prototype,
      () => "Pool",
      (pool) => {
        const { size, running, queued, isPaused } = pool;
        const paused = isPaused ? { isPaused } : {};
        return { className: "Pool", name: pool.#name, state: { size, running, queued, ...paused } };
      },
    );
  }

  get size(): number {
    return this.#size;
  }

  get queued(): number {
    return this.#scheduler.queued;
  }

  get running(): number {
    return this.#scheduler.running;
  }

  get stats(): PoolStats {
    return this.#scheduler.stats;
  }

  ready(): Promise<void> {
    return this.#scheduler.ready();
  }

  get isPaused(): boolean {
    return this.#scheduler.isPaused;
  }

  pause(): void {
    this.#scheduler.pause();
  }

  resume(): void {
    this.#scheduler.resume();
  }

  async close(options?: CloseOptions): Promise<void> {
    checkOptions(options, "close", ["cancelQueued"]);
    checkType(options?.cancelQueued, "cancelQueued", "boolean");
    await this.#scheduler.close(options);
  }

  terminate(): Promise<void> {
    return this.#scheduler.terminate();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get [Symbol.toStringTag](): string {
    return this.#name;
  }

  /** Notes that nothing runs before the iterator is read; the returned function notes that it is. */
  #unread(ref: TaskRef, method: string, { site }: Origin): () => void {
    const made = `pool.${method}(${ref.name}, …)`;
    return this.#services.unused.add(`Nothing has asked ${made} for a value, so nothing ran: use for await`, site);
  }

  #refOf(task: unknown, method: string): TaskRef {
    return this.#services.tasks.mustBeTask(task, `pool.${method}`);
  }

  #map<R>(
    task: unknown,
    method: string,
    mode: number,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    options: MapOptions,
  ): Promise<R[]> {
    const { promise, ...settle } = deferred<R[]>();
    try {
      const ref = this.#refOf(task, method);
      const { signal, ...limits } = checkRunOptions(options, method, MAP_OPTIONS);
      checkItems(mode === MODE_MAP ? task : undefined, items);
      if (options.chunkSize !== undefined) checkInteger(options.chunkSize, "chunkSize", 1, Number.MAX_SAFE_INTEGER);
      this.#scheduler.checkOpen();
      const given: ChunkOptions = { ...limits, first: 0 };
      const origin = originOf(ref);
      const runChunk = (chunk: readonly unknown[]): FutureContract<unknown[]> => {
        if (mode === MODE_STARMAP) for (const item of chunk) checkArguments(item);
        return Future.of<unknown[]>(this.#scheduler, this.#sendChunk(ref, mode, chunk, origin, given, true));
      };
      const leave = this.#scheduler.admit();
      mapOver<R>(items, {
        ...options,
        signal,
        places: this.#places,
        runChunk,
        whenRoom: (submit) => this.#scheduler.whenRoom(submit),
      })
        .finally(leave)
        .then(settle.resolve, settle.reject);
    } catch (error) {
      settle.reject(error);
    }
    return promise;
  }

  #stream<R>(
    task: unknown,
    method: string,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    isOrdered: boolean,
    options: MapOptions = {},
  ): Stream<R> {
    const ref = this.#refOf(task, method);
    const { signal, ...limits } = checkRunOptions(options, "imap", MAP_OPTIONS);
    const { chunkSize = 1, onProgress } = options;
    checkInteger(chunkSize, "chunkSize", 1, Number.MAX_SAFE_INTEGER);
    checkItems(task, items);
    const given: ChunkOptions = { ...limits, first: 0 };
    const origin = originOf(ref);
    return new Stream<R>(items, {
      signal,
      chunkSize,
      chunksAhead: CHUNKS_AHEAD * this.size,
      isOrdered,
      onRead: this.#unread(ref, method, origin),
      ...(onProgress === undefined ? {} : { onProgress }),
      whenRoom: (submit) => this.#scheduler.whenRoom(submit),
      send: sender((mode, chunk) => this.#future(this.#sendChunk(ref, mode, chunk, origin, given, false)), chunkSize),
    });
  }

  /** Submits a chunk of a map, whose call may have returned. The signal is the map's, not each chunk's. */
  #sendChunk(
    ref: TaskRef,
    mode: number,
    chunk: readonly unknown[],
    origin: Origin,
    given: ChunkOptions,
    isOpenMap: boolean,
  ): Submit {
    return (resolve, reject) =>
      calledAt(origin.site, () => {
        this.#scheduler.checkOpen(isOpenMap);
        const options = { ...given, signal: undefined };
        const call = this.#send(ref, mode, chunk, "items", resolve, reject, origin, options);
        given.first += chunk.length;
        return call;
      });
  }

  /** A call, and a future of it that stands for its refusal, too. */
  #future(submit: Submit): Submitted {
    let call: Call | undefined;
    const future = Future.of<unknown>(this.#scheduler, (resolve, reject) => {
      call = submit(resolve, reject);
      return call;
    });
    return { future, call };
  }

  #submit(
    ref: TaskRef,
    mode: number,
    args: readonly unknown[],
    root: string,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    options?: CheckedRunOptions,
    given?: Origin,
  ): Call {
    this.#scheduler.checkOpen();
    if (options?.signal?.aborted) {
      // It never runs: its arguments are not sent, and need no room.
      const call = this.#send(ref, mode, [], root, resolve, reject, given, options);
      this.#scheduler.abort(call, options.signal.reason);
      return call;
    }
    if (this.#scheduler.isFull) {
      throw new QueueFullError(`${this.#name} has no room for another task: ${this.#maxQueue} may wait, and do`);
    }
    const now = clock.now();
    const origin = given ?? { site: undefined, carrier: carrierFor(ref) };
    return this.#send(ref, mode, args, root, resolve, reject, origin, options, now);
  }

  #send(
    ref: TaskRef,
    mode: number,
    args: readonly unknown[],
    root: string,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    origin: Origin | undefined,
    options?: CheckedRunOptions & { readonly first?: number; readonly worker?: Link | undefined },
    now: number = clock.now(),
  ): Call {
    const { kernel } = this.#services;
    const carrier = origin?.carrier;
    const packet = kernel.codec.packArguments(carrier === undefined ? args : [...args, carrier], root, options?.first);
    const place = options?.first === undefined ? 0 : toldOfPlace(options.first);
    const told = mode + place + (carrier === undefined ? 0 : HAS_CARRIER);
    const call = new Call(ref, told, packet, origin?.site, resolve, reject, options, now);
    if (call.attempts !== undefined && packet.transferables !== undefined) {
      kernel.codec.dispose(packet);
      throw typeError(
        `${root}: an object that can only be moved is sent once, so that ${ref.name} cannot have retries`,
      );
    }
    try {
      if (packet.blobs !== undefined) call.own(kernel, this.#scheduler.mayShare);
    } catch (cause) {
      kernel.codec.dispose(packet);
      if (cause instanceof SendError) throw cause;
      throw new SendError(`${root}: there is no memory for a copy of ${call.bytes} bytes`, root, { cause });
    }
    this.#scheduler.enqueue(call, options === undefined && call.isPlain, options?.worker);
    // Only now: to take a stack costs as much as to wake a worker, which wakes up meanwhile. No call is refused before that.
    call.site ??= siteOfCall(now);
    if (options?.signal !== undefined) this.#listen(call, options.signal);
    return call;
  }

  #listen(call: Call, signal: AbortSignal): void {
    call.whenSettled(whenAborted(signal, () => this.#scheduler.abort(call, signal.reason)));
  }
}

/** Of all chunks of a map, which are sent in order. */
interface ChunkOptions extends Omit<CheckedRunOptions, "signal"> {
  /** The place of the first item of the next one. */
  first: number;
}
