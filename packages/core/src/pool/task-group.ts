import { PoolClosedError } from "../contracts/errors.js";
import { beginAtOnce, callSite } from "../contracts/frames.js";
import type { Future as FutureContract } from "../contracts/future.js";
import type { Pool } from "../contracts/pool.js";
import type { ArgumentsOf, ResultOf, SendableArguments, TaskCheck } from "../contracts/received.js";
import type { TaskGroup as TaskGroupContract, TaskGroupOptions } from "../contracts/task-group.js";
import { typeError } from "../contracts/wrong-use.js";
import { checkOptions, checkSignal } from "../kernel/arguments.js";
import { briefly, refuseToSend } from "../kernel/message/index.js";
import { showAs } from "../kernel/shown.js";
import { whenAborted } from "../kernel/signals.js";
import type { Unused } from "../worker/unused.js";
import { Future } from "./call.js";
import { hasFailed, hasSettled, onSettled } from "./settle-callbacks.js";

/** A pool, or a view of one. */
type Submitter = Pick<Pool, "submit">;

export class TaskGroup implements TaskGroupContract {
  readonly #pool: Submitter;
  #stopListening = (): void => {};
  readonly #controller = new AbortController();
  readonly #unfinished = new Set<FutureContract<unknown>>();
  /** In the order in which they happened. */
  readonly #failures: unknown[] = [];
  #whenFinished: (() => void)[] = [];
  #isFinished = false;
  #isAwaited = false;
  /** Somebody was told of the failures. */
  #isTold = false;

  readonly #unused: Unused | undefined;
  #markTold = (): void => {};

  constructor(pool: Submitter, options: TaskGroupOptions = {}, unused?: Unused) {
    this.#unused = unused;
    checkOptions(options, "new TaskGroup", ["signal"]);
    const { signal } = options;
    if (typeof (pool as Submitter | undefined)?.submit !== "function") throw typeError("A TaskGroup needs a Pool");
    this.#pool = pool;
    checkSignal(signal);
    if (signal?.aborted) this.#fail(signal.reason);
    else this.#stopListening = whenAborted(signal, () => this.#fail(signal?.reason));
  }

  /** Called where the class is bound. A static block would keep an unused class in every bundle. */
  static prepare(): void {
    refuseToSend(this.prototype, "a TaskGroup cannot be sent, as its Pool cannot: make them there");
    showAs(
      this.prototype,
      () => "TaskGroup",
      (group) => ({
        className: "TaskGroup",
        name: undefined,
        state: { unfinished: group.#unfinished.size, aborted: group.signal.aborted },
      }),
    );
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  run<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): FutureContract<ResultOf<F>> {
    this.#checkOpen();
    const future = submit(this.#pool, task, args);
    this.#unfinished.add(future);
    let error: unknown;
    future.catch((thrown: unknown) => {
      error = thrown;
    });
    onSettled(future, () => {
      this.#unfinished.delete(future);
      if (hasFailed(future)) this.#fail(error);
      if (this.#unfinished.size === 0) for (const tell of this.#whenFinished.splice(0)) tell();
    });
    return future;
  }

  cancel(reason?: unknown): void {
    if (this.#isFinished || this.signal.aborted) return;
    const why = reason ?? beginAtOnce(new DOMException("The task group was cancelled", "AbortError"), callSite());
    this.#controller.abort(why);
    // One that runs ends when it heeds its signal: the group waits for it, so that nothing outlives its block.
    // From the end: a worker that stops what it runs must not find the next one still there.
    for (const future of [...this.#unfinished].reverse()) if (!hasSettled(future)) future.cancel(why);
  }

  async wait(): Promise<void> {
    this.#isAwaited = true;
    this.#markTold();
    // Those who are told first may run more.
    while (this.#unfinished.size > 0) await new Promise<void>((resolve) => this.#whenFinished.push(resolve));
    this.#isFinished = true;
    this.#stopListening();
    if (this.#failures.length === 0) return;
    this.#isTold = true;
    if (this.#failures.length === 1) throw this.#failures[0];
    throw new AggregateError(this.#failures, `${this.#failures.length} failures in a task group`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const wasTold = this.#isTold;
    try {
      await this.wait();
    } catch (error) {
      if (!wasTold) throw error;
    }
  }

  get [Symbol.toStringTag](): string {
    return "TaskGroup";
  }

  #fail(error: unknown): void {
    if (!this.#isAwaited && this.#failures.length === 0 && this.#unused !== undefined) {
      const message = `A task group has failed, and nobody has called its wait(), which tells of that: ${briefly(error)}`;
      this.#markTold = this.#unused.add(message, Object(error));
    }
    this.#failures.push(error);
    this.cancel(error);
  }

  #checkOpen(): void {
    if (this.#isFinished) throw new PoolClosedError("The task group takes no more tasks: it has been waited for");
    if (!this.signal.aborted) return;
    throw new PoolClosedError("The task group takes no more tasks: it was cancelled", { cause: this.signal.reason });
  }
}

/** A task that the pool refuses has failed, like any other. */
function submit<F>(
  pool: Submitter,
  task: F & TaskCheck<F>,
  args: SendableArguments<ArgumentsOf<F>>,
): FutureContract<ResultOf<F>> {
  try {
    return pool.submit(task, args);
  } catch (error) {
    return Future.refused(error);
  }
}
