import type { Future } from "../contracts/future.js";
import type { Queue } from "../contracts/queue.js";
import { refuseToSend } from "../kernel/message/refusal.js";

/** A generator at work in a worker: the queue that it fills, and its end. */
export interface GeneratorRun<T> {
  readonly queue: Queue<T>;
  /** Settles after the last value was put. */
  readonly future: Future<unknown>;
}

interface Open<T> extends GeneratorRun<T> {
  /** Aborts once the future has settled. */
  readonly ended: AbortSignal;
}

/** The values that a generator in a worker yields, here. The generator starts when the first value is asked for. */
export class GeneratorStream<T> implements AsyncIterableIterator<T> {
  readonly #start: () => GeneratorRun<T>;
  #open: Open<T> | undefined;
  #isOver = false;
  /** A request waits for the requests before it. */
  #lastTurn: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | undefined;

  readonly #onRead: () => void;

  /** `onRead` is called once somebody asks for the first value, or does without. */
  constructor(start: () => GeneratorRun<T>, onRead: () => void) {
    this.#start = start;
    this.#onRead = onRead;
  }

  /** Called where the class is bound. A static block would keep an unused class in every bundle. */
  static prepare(): void {
    refuseToSend(
      this.prototype,
      "an iterator of a Pool cannot be sent: send an array of its items, or put them into a Queue",
    );
    // It is printed by its name, which a bundler may have replaced.
    Object.defineProperty(this, "name", { value: "GeneratorStream" });
  }

  next(): Promise<IteratorResult<T>> {
    this.#onRead();
    const turn = this.#lastTurn.then(() => this.#nextValue());
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  async return(value?: unknown): Promise<IteratorResult<T>> {
    this.#onRead();
    const open = this.#isOver ? undefined : this.#open;
    this.#isOver = true;
    if (open !== undefined) this.#stopping = stop(open);
    await this.#stopping;
    return { done: true, value };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #nextValue(): Promise<IteratorResult<T>> {
    if (this.#isOver) return { done: true, value: undefined };
    this.#open ??= opened(this.#start());
    const { queue, future, ended } = this.#open;
    try {
      // The end comes after the last value was put: once it is known, the remaining values are in the queue.
      while (!(ended.aborted && queue.isEmpty)) {
        const value = await this.#get(queue, ended);
        if (this.#isOver) return { done: true, value: undefined };
        if (value !== undefined) return { done: false, value: value.got };
      }
      await future;
    } catch (error) {
      if (!this.#isOver) await this.return().catch(() => {});
      throw error;
    }
    this.#isOver = true;
    return { done: true, value: undefined };
  }

  /** The next value; undefined if the generator's end comes first. */
  async #get(queue: Queue<T>, ended: AbortSignal): Promise<{ got: T } | undefined> {
    if (!queue.isEmpty) return { got: queue.getNowait() };
    try {
      return { got: await queue.get({ signal: ended }) };
    } catch (error) {
      if (ended.aborted) return undefined;
      throw error;
    }
  }

  get [Symbol.toStringTag](): string {
    return "GeneratorStream";
  }
}

function opened<T>(run: GeneratorRun<T>): Open<T> {
  const end = new AbortController();
  const settled = (): void => end.abort();
  run.future.then(settled, settled);
  return { ...run, ended: end.signal };
}

/** Has the generator leave, and waits until it has. Rejects with what it throws on its way out. */
async function stop<T>({ future, ended }: Open<T>): Promise<void> {
  // Values that it came to by itself, which nobody has asked for, no longer matter.
  if (ended.aborted) return;
  future.cancel();
  try {
    await future;
  } catch (error) {
    if (future.state !== "cancelled") throw error;
  }
}
