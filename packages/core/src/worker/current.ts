import type { AsyncContext } from "../contracts/adapter.js";
import type { CurrentWorker } from "../contracts/worker.js";
import type { Kernel } from "../kernel/kernel.js";

/** Who this worker is, and whether it was asked to stop. */
export class Current {
  readonly info: CurrentWorker;
  readonly #cancelled = new AbortController();
  readonly #context: AsyncContext;
  #entered: TaskScope | undefined;

  constructor(kernel: Kernel, name: string, daemon: boolean, isMain: boolean) {
    const { capabilities, host } = kernel.adapter;
    this.#context = kernel.adapter.context;
    kernel.currentTask = () => this.#task?.serial ?? 0;
    const signal = (): AbortSignal => this.#task?.signal ?? this.#cancelled.signal;
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
    });
  }

  /** This worker is asked to stop. */
  cancel(reason: unknown): void {
    this.#cancelled.abort(reason);
  }

  /** While a pool task runs alone, its own signal stands in for the worker's. */
  enterTask(task: TaskScope | undefined): void {
    this.#entered = task;
  }

  /** As {@link enterTask}, for one of several tasks that take turns: dearer, as each is followed through its `await`s. */
  runTask<T>(task: TaskScope, act: () => T): T {
    return this.#context.run(task, act);
  }

  get #task(): TaskScope | undefined {
    return this.#entered ?? (this.#context.get() as TaskScope | undefined);
  }
}

/** One run of a pool task. Its signal is made when first asked for: making one costs as much as a small task. */
export class TaskScope {
  /** The newest task's; counts as a word of the region does, which holds the serial of a lock's owner. */
  static last = 0;
  readonly number: number;
  /** Unlike that of any other task of this worker; 0 stands for what is no pool's task. */
  readonly serial = TaskScope.#next();
  #controller: AbortController | undefined;

  constructor(number: number) {
    this.number = number;
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

  get isAborted(): boolean {
    return this.#controller?.signal.aborted ?? false;
  }

  /** Whether `error` is the answer to its being asked to stop: its signal's reason, or an AbortError for that reason. */
  isStoppedBy(error: unknown): boolean {
    if (!this.isAborted) return false;
    const { reason } = this.signal;
    return error === reason || (error instanceof Error && error.name === "AbortError" && error.cause === reason);
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
