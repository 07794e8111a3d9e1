import type { MapOptions } from "../contracts/pool-options.js";
import { typeError } from "../contracts/wrong-use.js";
import { describe } from "../kernel/arguments.js";
import { Fifo } from "../kernel/fifo.js";
import { refuseToSend } from "../kernel/message/refusal.js";
import { whenAborted } from "../kernel/signals.js";
import { ReadAhead } from "./read-ahead.js";

/** The outcome of a chunk: the results of all of its items, or of those before the one that failed. */
export interface Outcome {
  readonly results: readonly unknown[];
  readonly failure?: { readonly error: unknown };
}

/** A chunk that was sent. */
export interface Chunk {
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  cancel(reason: unknown): void;
}

export interface StreamPlan extends Pick<MapOptions, "onProgress"> {
  readonly signal: AbortSignal | undefined;
  readonly chunkSize: number;
  /** The chunks that keep all workers busy: at least so many are sent ahead of those that are handed out. */
  readonly chunksAhead: number;
  /** Whether results come in the order of the items, or as they are there. */
  readonly isOrdered: boolean;
  /** Called once somebody asks for the first result, or does without. */
  readonly onRead?: () => void;
  readonly send: (items: readonly unknown[]) => Chunk;
  /** Sends once there is room: undefined if that was at once, else a promise of it. */
  readonly whenRoom: (send: () => void) => Promise<void> | undefined;
}

type Source = Iterator<unknown> | AsyncIterator<unknown>;

interface Request<R> {
  readonly resolve: (result: IteratorResult<R>) => void;
  readonly reject: (error: unknown) => void;
}

/** A chunk's results, handed out up to `next`. */
interface ChunkResults {
  outcome: Outcome | undefined;
  next: number;
}

const AT_ONCE = Promise.resolve();

/**
 * A map whose items are read, and whose results are computed, as somebody asks for them, and a bounded way ahead. Requests are
 * served in the order in which they were made, however many are open at a time.
 */
export class Stream<R> implements AsyncIterableIterator<R> {
  readonly #items: Iterable<unknown> | AsyncIterable<unknown>;
  readonly #plan: StreamPlan;
  #stopListening = (): void => {};
  readonly #total: number | undefined;
  readonly #requests = new Fifo<Request<R>>();
  /** Whose results are handed out, and in which order: chunks as they were sent, or as they came back. */
  readonly #results = new Fifo<ChunkResults>();
  readonly #underWay = new Set<Chunk>();
  #source: Source | undefined;
  #state: "new" | "open" | "over" = "new";
  #isReading = false;
  #isSourceDone = false;
  /** Chunks sent, and not all handed out. */
  #ahead = 0;
  readonly #window: ReadAhead;
  #finished = 0;
  /** The error that the iteration fails with: told once, to the first request that comes to it. */
  #failure: { readonly error: unknown } | undefined;
  /** The source has been let go of. */
  #released: Promise<void> = AT_ONCE;

  constructor(items: Iterable<unknown> | AsyncIterable<unknown>, plan: StreamPlan) {
    this.#items = items;
    this.#plan = plan;
    this.#window = new ReadAhead(plan.chunksAhead);
    this.#total = lengthOf(items);
  }

  /** Called where the class is bound. A static block would keep an unused class in every bundle. */
  static prepare(): void {
    refuseToSend(
      this.prototype,
      "an iterator of a Pool cannot be sent: send an array of its items, or put them into a Queue",
    );
    // It is printed by its name, which a bundler may have replaced.
    Object.defineProperty(this, "name", { value: "Stream" });
  }

  next(): Promise<IteratorResult<R>> {
    return new Promise((resolve, reject) => {
      this.#requests.push({ resolve, reject });
      if (this.#state === "new") this.#open();
      this.#serve();
    });
  }

  async return(value?: unknown): Promise<IteratorResult<R>> {
    let released = this.#released.catch(() => {});
    if (this.#state !== "over") {
      this.#end(new DOMException("The iteration was left", "AbortError"));
      released = this.#release();
      this.#released = released;
    }
    this.#failure = undefined;
    this.#serve();
    await released;
    return { done: true, value };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get [Symbol.toStringTag](): string {
    return "Stream";
  }

  #open(): void {
    const { signal } = this.#plan;
    this.#state = "open";
    this.#plan.onRead?.();
    if (signal?.aborted) this.#fail(signal.reason);
    else {
      this.#stopListening = whenAborted(signal, this.#onAbort);
      void this.#read();
    }
  }

  // ── from the source to the pool ──

  /** Reads and sends until it is far enough ahead. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    let items: unknown[] = [];
    try {
      while (this.#isWantingMore) {
        this.#source ??= open(this.#items);
        const step = this.#source.next();
        // Not awaited unless it must be: calls that are made in one go are sent as one batch.
        const { done, value } = "then" in step ? await step : step;
        if (done) this.#isSourceDone = true;
        else if (items.push(value) === this.#plan.chunkSize) {
          const chunk = items;
          items = [];
          const sent = this.#plan.whenRoom(() => this.#send(chunk));
          if (sent !== undefined) await sent;
        }
      }
    } catch (error) {
      this.#isSourceDone = true;
      // Told once what was read before it has been handed out.
      if (this.#state === "open") this.#failure = { error };
    }
    if (items.length > 0) await this.#plan.whenRoom(() => this.#send(items));
    this.#isReading = false;
    this.#serve();
  }

  get #isWantingMore(): boolean {
    return this.#state === "open" && !this.#isSourceDone && this.#ahead < this.#window.size;
  }

  #send(items: readonly unknown[]): void {
    if (this.#state !== "open") return;
    const { isOrdered, send } = this.#plan;
    const chunk = send(items);
    const place: ChunkResults = { outcome: undefined, next: 0 };
    this.#ahead++;
    this.#underWay.add(chunk);
    if (isOrdered) this.#results.push(place);
    void chunk.outcome.then((outcome) => {
      this.#underWay.delete(chunk);
      if (this.#state !== "open") return;
      place.outcome = outcome;
      if (!isOrdered) this.#results.push(place);
      this.#tellProgress(outcome);
      this.#serve();
    });
  }

  #tellProgress({ results, failure }: Outcome): void {
    if (failure !== undefined) return;
    this.#finished += results.length;
    try {
      this.#plan.onProgress?.(this.#finished, this.#total);
    } catch (error) {
      this.#fail(error);
    }
  }

  // ── from the pool to who asks ──

  #serve(): void {
    while (this.#requests.size > 0) {
      if (this.#state === "over") this.#refuse();
      else if (!this.#handOut()) return;
    }
  }

  /** Gives the first request what comes next, or ends; false if that is not there yet. */
  #handOut(): boolean {
    const place = this.#results.first;
    if (place?.outcome === undefined) return this.#wait();
    const { results, failure } = place.outcome;
    if (place.next < results.length) {
      this.#requests.shift()?.resolve({ done: false, value: results[place.next++] as R });
    } else if (failure !== undefined) {
      this.#fail(failure.error);
      return true;
    }
    if (place.next === results.length && failure === undefined) {
      this.#results.shift();
      if (this.#window.onHandedOut(--this.#ahead)) void this.#read();
    }
    return true;
  }

  /** The next results are not there yet, or there are no more. Returns whether that is the end. */
  #wait(): boolean {
    if (this.#isSourceDone && !this.#isReading && this.#ahead === 0) {
      this.#end(undefined);
      return true;
    }
    if (this.#ahead >= this.#window.size && this.#window.onWaiting()) void this.#read();
    return false;
  }

  /** The iteration is over: the first request hears of the failure, if there was one. */
  #refuse(): void {
    const request = this.#requests.shift();
    const failure = this.#failure;
    this.#failure = undefined;
    const settle = (): void => {
      if (failure === undefined) request?.resolve({ done: true, value: undefined });
      else request?.reject(failure.error);
    };
    this.#released.then(settle, settle);
  }

  // ── the end ──

  readonly #onAbort = (): void => {
    this.#fail(this.#plan.signal?.reason);
    this.#serve();
  };

  #fail(error: unknown): void {
    if (this.#state === "over") return;
    this.#end(error);
    this.#failure = { error };
    // A source that is being read may not come back for long: the failure does not wait for it.
    const released = this.#release();
    this.#released = this.#isReading ? AT_ONCE : released;
    released.catch(() => {});
  }

  #end(reason: unknown): void {
    if (this.#state === "new") this.#plan.onRead?.();
    this.#state = "over";
    this.#stopListening();
    this.#results.clear();
    // From the end: a worker that stops what it runs must not find the next one still there.
    for (const chunk of [...this.#underWay].reverse()) chunk.cancel(reason);
    this.#underWay.clear();
  }

  async #release(): Promise<void> {
    if (!this.#isSourceDone) await this.#source?.return?.();
  }
}

/** Throws TypeError for items that are none. */
export function checkIterable(items: unknown): void {
  const { [Symbol.iterator]: sync, [Symbol.asyncIterator]: async } = Object(items);
  if (typeof sync === "function" || typeof async === "function") return;
  throw typeError(`The items are an iterable, sync or async, not ${describe(items)}`);
}

function open(items: Iterable<unknown> | AsyncIterable<unknown>): Source {
  const { [Symbol.asyncIterator]: async } = items as Partial<AsyncIterable<unknown>>;
  return async === undefined ? (items as Iterable<unknown>)[Symbol.iterator]() : async.call(items);
}

function lengthOf(items: unknown): number | undefined {
  if (Array.isArray(items)) return items.length;
  return items instanceof Set || items instanceof Map ? items.size : undefined;
}
