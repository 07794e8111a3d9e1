import type { PriorityOptions, PriorityQueue as PriorityQueueContract } from "../contracts/queue.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { rangeError, typeError } from "../contracts/wrong-use.js";
import { checkOptions, describe } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import { ItemHeap } from "./item-heap.js";
import { Queue } from "./queue.js";

export class PriorityQueue<T = unknown> extends Queue<T> implements PriorityQueueContract<T> {
  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "PriorityQueue", new ItemHeap(kernel, cell));
  }

  override async put(item: T, options?: WaitOptions & PriorityOptions): Promise<void> {
    const { priority, wait } = split(options);
    await super.put(item, wait, priority);
  }

  override putSync(item: T, options?: SyncWaitOptions & PriorityOptions): void {
    const { priority, wait } = split(options);
    super.putSync(item, wait, priority);
  }

  override putNowait(item: T, options?: PriorityOptions): void {
    checkOptions(options, "putNowait", ["priority"]);
    super.putSync(item, { timeout: 0 }, split(options).priority);
  }

  override tryPut(item: T, options?: PriorityOptions): boolean {
    checkOptions(options, "tryPut", ["priority"]);
    return super.tryPut(item, undefined, split(options).priority);
  }
}

/** The options of a put: its priority, and those of its wait. */
function split<O extends PriorityOptions>(
  options: O | undefined,
): { priority: number; wait: Omit<O, "priority"> | undefined } {
  if (options === undefined) return { priority: 0, wait: undefined };
  checkOptions(options, "A put", ["priority", "timeout", "signal"]);
  const { priority = 0, ...wait } = options;
  if (typeof priority !== "number") throw typeError(`A priority is a number, not ${describe(priority)}`);
  if (Number.isNaN(priority)) throw rangeError("A priority is a number that others can be compared with, not NaN");
  return { priority, wait };
}
