import { QueueEmptyError, QueueFullError, QueueShutDownError } from "../contracts/errors.js";
import type { Queue as QueueContract, ShutdownOptions } from "../contracts/queue.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { rangeError } from "../contracts/wrong-use.js";
import { checkOptions } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import { QUEUE_MAX_SIZE } from "../kernel/layout.js";
import { SharedObject } from "../sync/shared-object.js";
import { Channel } from "./channel.js";
import { ItemRing } from "./item-ring.js";
import type { Items } from "./items.js";

const endsThere = (): boolean => true;

/** A channel with a bound, whose items are counted until they are done. */
export class Queue<T = unknown> extends SharedObject implements QueueContract<T> {
  readonly #maxSize: number;
  readonly #channel: Channel<T>;

  constructor(kernel: Kernel, cell: number, className = "Queue", items: Items = new ItemRing(kernel, cell)) {
    super(kernel, cell, className);
    this.#maxSize = kernel.region.i32[cell + QUEUE_MAX_SIZE] as number;
    this.#channel = new Channel(
      kernel,
      cell,
      items,
      { object: this, label: this.label },
      {
        full: (timeout) =>
          new QueueFullError(
            `${this.label} is full (${this.maxSize} items), and no place came free within ${timeout} ms`,
          ),
        empty: (timeout) => new QueueEmptyError(`${this.label} is empty, and nothing came within ${timeout} ms`),
        shutDown: () =>
          new QueueShutDownError(`${this.label} was shut down: it takes nothing more, and nothing is left`),
      },
    );
  }

  protected get channel(): Channel<T> {
    return this.#channel;
  }

  protected override state(): Readonly<Record<string, unknown>> {
    const { maxSize, isShutDown, waits: waiting } = this;
    const size = this.#channel.sizeNow;
    return {
      size,
      ...(maxSize > 0 ? { maxSize } : {}),
      ...(waiting > 0 ? { waiting } : {}),
      ...(isShutDown ? { isShutDown } : {}),
    };
  }

  override nameIt(label: string): void {
    super.nameIt(label);
    this.channel.label = label;
  }

  put(item: T, options?: WaitOptions): Promise<void> {
    return this.channel.put(item, options);
  }

  putSync(item: T, options?: SyncWaitOptions): void {
    this.channel.putSync(item, options);
  }

  putNowait(item: T): void {
    this.channel.putSync(item, { timeout: 0 });
  }

  tryPut(item: T): boolean {
    return this.channel.tryPut(item);
  }

  get(options?: WaitOptions): Promise<T> {
    return this.channel.get(options);
  }

  getSync(options?: SyncWaitOptions): T {
    return this.channel.getSync(options);
  }

  getNowait(): T {
    return this.channel.getSync({ timeout: 0 });
  }

  tryGet<D>(otherwise?: D): T | D {
    return this.channel.tryGet(otherwise as D);
  }

  items(options?: WaitOptions): AsyncGenerator<T, void, undefined> {
    return this.channel.items(endsThere, options);
  }

  itemsSync(options?: SyncWaitOptions): Generator<T, void, undefined> {
    return this.channel.itemsSync(endsThere, options);
  }

  get maxSize(): number {
    return this.#maxSize;
  }

  get size(): number {
    return this.channel.size;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get isFull(): boolean {
    return this.maxSize > 0 && this.size >= this.maxSize;
  }

  taskDone(): void {
    if (!this.channel.markDone()) {
      throw rangeError(`${this.label}: taskDone was called more often than items were put`);
    }
  }

  join(options?: WaitOptions): Promise<boolean> {
    return this.channel.join(options);
  }

  joinSync(options?: SyncWaitOptions): boolean {
    return this.channel.joinSync(options);
  }

  shutdown(options?: ShutdownOptions): void {
    checkOptions(options, "shutdown", ["immediate"]);
    this.channel.shutDown(options?.immediate ?? false);
  }

  get isShutDown(): boolean {
    return this.channel.isShutDown;
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.items();
  }

  // ── for recovery, and for the cells' end ──

  passGrant(node: number): void {
    this.channel.passGrant(node);
  }

  onOwnerDeath(): void {
    this.channel.onOwnerDeath();
  }

  destroy(): void {
    this.channel.destroy();
  }
}
