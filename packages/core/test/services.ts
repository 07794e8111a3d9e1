import assert from "node:assert/strict";
import type { Adapter } from "../src/contracts/adapter.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { TaskRegistry } from "../src/task/registry.js";
import { BackgroundTimers } from "../src/worker/background-timers.js";
import { Current } from "../src/worker/current.js";
import type { Services } from "../src/worker/services.js";
import { Unused } from "../src/worker/unused.js";

/** Here kernels are opened with whole adapters. */
const adapterOf = (kernel: Kernel): Adapter => kernel.adapter as Adapter;

/** The services of a worker above its kernel, for a worker that streams nothing and in which no error is left to report. */
export const servicesOf = (kernel: Kernel, tasks = new TaskRegistry()): Services => ({
  kernel,
  adapter: adapterOf(kernel),
  tasks,
  current: new Current(kernel, adapterOf(kernel), "worker", true, false),
  timers: new BackgroundTimers(kernel.bell),
  makeQueue: () => assert.fail("nothing is streamed here"),
  active: new Set<never>(),
  atIdle: new Set(),
  unused: new Unused(),
  reportUncaught: assert.fail,
});
