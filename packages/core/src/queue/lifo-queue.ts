import type { LifoQueue as LifoQueueContract } from "../contracts/queue.js";
import type { Kernel } from "../kernel/kernel.js";
import { ItemStack } from "./item-stack.js";
import { Queue } from "./queue.js";

export class LifoQueue<T = unknown> extends Queue<T> implements LifoQueueContract<T> {
  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "LifoQueue", new ItemStack(kernel, cell));
  }
}
