import type { Adapter, AsyncContext } from "../contracts/adapter.js";
import type { CurrentWorker } from "../contracts/worker.js";
import type { Kernel } from "../kernel/kernel.js";
import { consumeReason, isMarkedCancelled } from "./cancel-word.js";

/** The identity of this worker, and whether it was asked to stop. */
export class Current {
  readonly info: CurrentWorker;
  /** Aborts the signal of a task that the pool has asked to stop by shared memory alone. */
  hearOfCancel: (task: TaskScope) => void = () => {};
  readonly #kernel: Kernel;
  readonly #cancelled = new AbortController();
  readonly #context: AsyncContext;
  #entered: TaskScope | undefined;
  #hasTarget = false;
  #followsTasks = false;
  /** The event loop is kept alive, as the target may wait for nothing but its signal. */
  #holds = false;

  constructor(
    kernel: Kernel,
    { capabilities, context, host }: Adapter,
    name: string,
    daemon: boolean,
    isMain: boolean,
  ) {
    this.#kernel = kernel;
    this.#context = context;
    kernel.currentTask = () => this.task?.serial ?? 0;
    const signal = (): AbortSignal => this.task?.signal ?? this.#ownSignal;
    const isCancelled = (): boolean => this.#isCancelled;
    this.info = Object.freeze({
      name,
      id: kernel.id,
      pid: host.pid,
      daemon,
      isMain,
      kind: capabilities.kind,
      get signal() {
        return signal();
      },
      get isCancelled() {
        return isCancelled();
      },
      throwIfCancelled() {
        if (isCancelled()) throw signal().reason;
      },
    });
  }

  /** This worker is asked to stop, for a reason that was posted if there is one. */
  cancel(posted: { readonly reason: unknown } | undefined): void {
    if (posted === undefined) this.#hear();
    else this.#abort(posted.reason);
  }

  /** Until {@link endTarget} this worker stays alive for as long as it may be cancelled, once it has asked for its signal. */
  beginTarget(): void {
    this.#hasTarget = true;
  }

  endTarget(): void {
    this.#hasTarget = false;
    this.#letGo();
  }

  /**
   * Has a pool task be known by its context, in all that follows from `act`: where several take turns, and after it has ended. A task that
   * runs alone is known without it, and its own signal stands in for the worker's. A callback may come in the context of an earlier task,
   * such as the one that has opened a connection.
   */
  runTask<T>(task: TaskScope, isAlone: boolean, act: () => T): T {
    if (isAlone) {
      this.#entered = task;
      if (this.#context.slowsAwaits) return act();
    }
    this.#followsTasks = true;
    return this.#context.run(task, act);
  }

  /** The task that ran alone has ended. */
  leaveTask(): void {
    this.#entered = undefined;
  }

  /** Whether tasks that take turns are known by their context. */
  get followsTasks(): boolean {
    return this.#followsTasks;
  }

  get #ownSignal(): AbortSignal {
    const { signal } = this.#cancelled;
    if (this.#hasTarget && !this.#holds && !signal.aborted) {
      this.#holds = true;
      this.#kernel.adapter.keepAlive.hold();
    }
    return signal;
  }

  /** Asks shared memory, as the event loop may have had no turn since; then the signal has aborted, too. */
  get #isCancelled(): boolean {
    const task = this.task;
    if (task === undefined) return this.#hear();
    if (!task.isAborted) this.hearOfCancel(task);
    if (!task.isAborted && this.#hear()) task.abort(this.#cancelled.signal.reason);
    return task.isAborted;
  }

  /** True if this worker was cancelled: then its signal has aborted. */
  #hear(): boolean {
    const { signal } = this.#cancelled;
    if (signal.aborted) return true;
    if (!isMarkedCancelled(this.#kernel)) return false;
    const taken = consumeReason(this.#kernel);
    this.#abort(taken === undefined ? new DOMException(`${this.info.name} was cancelled`, "AbortError") : taken.reason);
    return true;
  }

  #abort(reason: unknown): void {
    if (this.#cancelled.signal.aborted) return;
    this.#cancelled.abort(reason);
    this.#letGo();
  }

  #letGo(): void {
    if (this.#holds) this.#kernel.adapter.keepAlive.letGo();
    this.#holds = false;
  }

  /** Which of a pool's tasks runs. */
  get task(): TaskScope | undefined {
    return this.#entered ?? this.followed;
  }

  /** The task that this flow of control comes from, which may have ended. */
  get followed(): TaskScope | undefined {
    const context = this.#context.get();
    return context instanceof TaskScope ? context : undefined;
  }
}

/** One run of a pool task. Its signal is made when first asked for: making one costs as much as a small task. */
export class TaskScope {
  /** The newest task's; counts as a word of the region does, which holds the serial of a lock's owner. */
  static last = 0;
  readonly number: number;
  readonly name: string;
  hasEnded = false;
  /** Unlike that of any other task of this worker; 0 stands for what is no pool's task. */
  readonly serial = TaskScope.#next();
  #controller: AbortController | undefined;

  constructor(number: number, name: string) {
    this.number = number;
    this.name = name;
  }

  /** Goes round, and leaves out 0, and -1, whose successor is what a lock shows that no task holds. */
  static #next(): number {
    TaskScope.last = (TaskScope.last + 1) | 0;
    if (TaskScope.last === -1) TaskScope.last = 1;
    return TaskScope.last;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Somebody has asked for it. */
  get hasSignal(): boolean {
    return this.#controller !== undefined;
  }

  get isAborted(): boolean {
    return this.#controller?.signal.aborted ?? false;
  }

  /** Whether `error` is the answer to its being asked to stop: its signal's reason, or an AbortError for that reason. */
  isStoppedBy(error: unknown): boolean {
    if (!this.isAborted) return false;
    const { reason } = this.signal;
    try {
      return error === reason || (error instanceof Error && error.name === "AbortError" && error.cause === reason);
    } catch {
      // A Proxy that was revoked, or a getter that throws.
      return false;
    }
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
