import assert from "node:assert/strict";
import type { Kernel } from "../src/kernel/kernel.js";
import { TaskRegistry } from "../src/task/registry.js";
import { Current } from "../src/worker/current.js";
import type { Services } from "../src/worker/services.js";

/** What a worker has above its kernel, for a worker that streams nothing and in which no error is left to report. */
export const servicesOf = (kernel: Kernel, tasks = new TaskRegistry()): Services => ({
  kernel,
  tasks,
  current: new Current(kernel, "worker", true, false),
  makeQueue: () => assert.fail("nothing is streamed here"),
  active: new Set<never>(),
  atIdle: new Set(),
  reportUncaught: assert.fail,
});
