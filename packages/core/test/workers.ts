import assert from "node:assert/strict";
import type { Kernel } from "../src/kernel/kernel.js";
import { bindData, bindQueues, bindSync } from "./bound.js";
import { openKernels } from "./kernels.js";

export interface Worker {
  readonly kernel: Kernel;
  readonly surface: ReturnType<typeof bindSync> & ReturnType<typeof bindQueues> & ReturnType<typeof bindData>;
  /** This worker's object for another worker's. */
  see<T extends object>(object: T): T;
}

/** Three workers: one that lives, one that will die, one that waits. */
export function workers(): [Worker, Worker, Worker] {
  const kernels = openKernels(3);
  const made = kernels.map((kernel): Worker => {
    const surface = { ...bindSync(kernel), ...bindQueues(kernel), ...bindData(kernel) };
    return {
      kernel,
      surface,
      see<T extends object>(object: T): T {
        const handle = kernels.map(({ cells }) => cells.handleOf(object)).find((found) => found !== undefined);
        assert.ok(handle);
        return kernel.cells.hold(handle.address) as T;
      },
    };
  });
  return made as [Worker, Worker, Worker];
}
