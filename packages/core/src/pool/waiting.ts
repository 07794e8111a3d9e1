import { TimeoutError } from "../contracts/errors.js";
import { beginAtOnce, callSite } from "../contracts/frames.js";
import type { Future, FutureOutcome, FutureWaitOptions, WaitedFor } from "../contracts/future.js";
import type { WaitOptions } from "../contracts/wait.js";
import { rangeError, typeError } from "../contracts/wrong-use.js";
import { after, checkOptions, checkSignal, checkTimeout, describe } from "../kernel/arguments.js";
import { clock } from "../kernel/clock.js";
import { Fifo } from "../kernel/fifo.js";
import { whenAborted } from "../kernel/signals.js";
import { hasFailed, hasSettled, onSettled } from "./settle-callbacks.js";

export async function wait<R>(futures: Iterable<Future<R>>, options: FutureWaitOptions = {}): Promise<WaitedFor<R>> {
  checkOptions(options, "wait", ["until", "timeout", "signal"]);
  const { until = "all", timeout: limit, signal: given } = options;
  const all = distinct(futures, "wait");
  const timeout = checkTimeout(limit);
  const signal = checkSignal(given);
  const isEnough = enough(until);
  signal?.throwIfAborted();
  const pending = new Set([...all].filter((future) => !hasSettled(future)));
  if (pending.size > 0 && timeout > 0 && ![...all].some((future) => hasSettled(future) && isEnough(future))) {
    await ending(pending, isEnough, timeout, signal);
  }
  const done = new Set<Future<R>>();
  for (const future of all) {
    if (!hasSettled(future)) continue;
    done.add(future);
    pending.delete(future);
  }
  return { done, pending };
}

/** Resolves once one of them has ended that is enough by itself, or all have, or the time is up. */
function ending<R>(
  pending: ReadonlySet<Future<R>>,
  isEnough: (future: Future<R>) => boolean,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = pending.size;
    const end = (settle: () => void): void => {
      stopTimer();
      stopListening();
      for (const forget of watches) forget();
      settle();
    };
    const stopTimer = after(timeout, () => end(resolve));
    const stopListening = whenAborted(signal, () => end(() => reject(signal?.reason)));
    const watches = [...pending].map((future) =>
      onSettled(future, () => {
        if (--left === 0 || isEnough(future)) end(resolve);
      }),
    );
  });
}

/** Of a future that has ended: whether nobody need wait for the others. */
function enough(until: unknown): (future: Future<unknown>) => boolean {
  switch (until) {
    case "all":
      return () => false;
    case "first":
      return () => true;
    case "firstError":
      return hasFailed;
    default:
      if (typeof until !== "string") throw typeError(`until is a string, not ${describe(until)}`);
      throw rangeError(`until is "first", "firstError" or "all", not "${until}"`);
  }
}

export function asCompleted<R>(
  futures: Iterable<Future<R>>,
  options: WaitOptions = {},
): AsyncIterableIterator<FutureOutcome<R>> {
  checkOptions(options, "asCompleted", ["timeout", "signal"]);
  const { timeout: limit, signal: given } = options;
  const all = [...distinct(futures, "asCompleted")];
  const timeout = checkTimeout(limit);
  const signal = checkSignal(given);
  return new Completions(all, clock.now() + timeout, signal).drain();
}

/** Futures in the order in which they end; those that had ended before come first, as they were given. */
class Completions<R> {
  readonly #futures: readonly Future<R>[];
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  readonly #site = callSite();
  /** Places of those that have ended, and were not given out. */
  readonly #ended = new Fifo<number>();
  readonly #watches: (() => void)[] = [];
  #wake = (): void => {};

  constructor(futures: readonly Future<R>[], deadline: number, signal: AbortSignal | undefined) {
    this.#futures = futures;
    this.#deadline = deadline;
    this.#signal = signal;
    for (const [index, future] of futures.entries()) {
      if (hasSettled(future)) this.#ended.push(index);
      else this.#watches.push(onSettled(future, () => this.#add(index)));
    }
  }

  async *drain(): AsyncGenerator<FutureOutcome<R>, void, undefined> {
    try {
      for (let left = this.#futures.length; left > 0; left--) {
        this.#signal?.throwIfAborted();
        if (this.#ended.size === 0) await this.#wait(left);
        const index = this.#ended.shift() as number;
        const future = this.#futures[index] as Future<R>;
        const [outcome] = await Promise.allSettled([future]);
        yield { ...outcome, index, future };
      }
    } finally {
      for (const forget of this.#watches) forget();
    }
  }

  #add(index: number): void {
    this.#ended.push(index);
    this.#wake();
  }

  #wait(left: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        stopTimer();
        stopListening();
        this.#wake = () => {};
        settle();
      };
      const onTimeout = (): void => {
        const error = new TimeoutError(`${left} of ${this.#futures.length} futures unfinished`);
        end(() => reject(beginAtOnce(error, this.#site)));
      };
      let stopListening = (): void => {};
      const time = this.#deadline - clock.now();
      const stopTimer = time > 0 ? after(time, onTimeout) : () => {};
      if (time <= 0) return onTimeout();
      stopListening = whenAborted(this.#signal, () => end(() => reject(this.#signal?.reason)));
      this.#wake = () => end(resolve);
    });
  }
}

function distinct<R>(futures: Iterable<Future<R>>, what: string): Set<Future<R>> {
  if (typeof (futures as Partial<Iterable<unknown>> | undefined)?.[Symbol.iterator] !== "function") {
    throw typeError(`${what} needs an iterable of futures, not ${describe(futures)}`);
  }
  const all = new Set(futures);
  for (const future of all) {
    if (typeof future?.then === "function" && typeof future.state === "string") continue;
    throw typeError(`${what} needs futures, as submit gives them, not ${typeof future}`);
  }
  return all;
}
