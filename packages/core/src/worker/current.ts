import type { CurrentWorker } from "../contracts/worker.js";
import type { Kernel } from "../kernel/kernel.js";

/** Who this worker is, and whether it was asked to stop. */
export class Current {
  readonly info: CurrentWorker;
  readonly #cancelled = new AbortController();
  #task: TaskScope | undefined;

  constructor(kernel: Kernel, name: string, daemon: boolean, isMain: boolean) {
    const { capabilities, host } = kernel.adapter;
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

  /** While a pool task runs, its own signal stands in for the worker's. */
  enterTask(task: TaskScope | undefined): void {
    this.#task = task;
  }
}

/** One run of a pool task. Its signal is made when first asked for: making one costs as much as a small task. */
export class TaskScope {
  readonly number: number;
  #controller: AbortController | undefined;

  constructor(number: number) {
    this.number = number;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#controller?.signal.aborted ?? false;
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
