import { QueueEmptyError, QueueFullError, QueueShutDownError } from "../contracts/errors.js";
import type { Queue as QueueContract, ShutdownOptions } from "../contracts/queue.js";
import { rangeError } from "../contracts/wrong-use.js";
import { checkOptions } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import { QUEUE_MAX_SIZE } from "../kernel/layout.js";
import { Channel, type Refusal } from "./channel.js";
import { ItemRing } from "./item-ring.js";
import type { Items } from "./items.js";

/** A channel with a bound, whose items are counted until they are done. */
export class Queue<T = unknown> extends Channel<T> implements QueueContract<T> {
  readonly #maxSize: number;

  constructor(kernel: Kernel, cell: number, className = "Queue", items: Items = new ItemRing(kernel, cell)) {
    super(kernel, cell, className, items);
    this.#maxSize = kernel.region.i32[cell + QUEUE_MAX_SIZE] as number;
  }

  protected override refusal(why: Refusal, timeout: number): Error {
    const { label, maxSize } = this;
    if (why === "full") {
      return new QueueFullError(`${label} is full (${maxSize} items), and no place came free within ${timeout} ms`);
    }
    if (why === "empty") return new QueueEmptyError(`${label} is empty, and nothing came within ${timeout} ms`);
    return new QueueShutDownError(`${label} was shut down: it takes nothing more, and nothing is left`);
  }

  protected override state(): Readonly<Record<string, unknown>> {
    const { maxSize, isShutDown, sizeNow: size, waits: waiting } = this;
    return {
      size,
      ...(maxSize > 0 ? { maxSize } : {}),
      ...(waiting > 0 ? { waiting } : {}),
      ...(isShutDown ? { isShutDown } : {}),
    };
  }

  putNowait(item: T): void {
    this.putSync(item, { timeout: 0 });
  }

  getNowait(): T {
    return this.getSync({ timeout: 0 });
  }

  get maxSize(): number {
    return this.#maxSize;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get isFull(): boolean {
    return this.maxSize > 0 && this.size >= this.maxSize;
  }

  taskDone(): void {
    if (!this.markDone()) throw rangeError(`${this.label}: taskDone was called more often than items were put`);
  }

  shutdown(options?: ShutdownOptions): void {
    checkOptions(options, "shutdown", ["immediate"]);
    this.shutDown(options?.immediate ?? false);
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.items();
  }
}
