import type { PriorityOptions, PriorityQueue as PriorityQueueContract } from "../contracts/queue.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import type { Kernel } from "../kernel/kernel.js";
import { ItemHeap } from "./heap.js";
import { Queue } from "./queue.js";

export class PriorityQueue<T = unknown> extends Queue<T> implements PriorityQueueContract<T> {
  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "PriorityQueue", new ItemHeap(kernel, cell));
  }

  override async put(item: T, options?: WaitOptions & PriorityOptions): Promise<void> {
    await this.channel.put(item, options, checkPriority(options));
  }

  override putSync(item: T, options?: SyncWaitOptions & PriorityOptions): void {
    this.channel.putSync(item, options, checkPriority(options));
  }

  override putNowait(item: T, options?: PriorityOptions): void {
    this.channel.putSync(item, { timeout: 0 }, checkPriority(options));
  }
}

function checkPriority(options: PriorityOptions | undefined): number {
  const priority = options?.priority ?? 0;
  if (typeof priority !== "number") throw new TypeError(`A priority is a number, not a ${typeof priority}`);
  if (Number.isNaN(priority)) throw new RangeError("A priority is a number that others can be compared with, not NaN");
  return priority;
}
