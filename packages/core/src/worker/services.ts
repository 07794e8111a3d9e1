import type { Adapter } from "../contracts/adapter.js";
import type { Queue } from "../contracts/queue.js";
import type { ExceptHook, Worker as WorkerContract } from "../contracts/worker.js";
import type { Kernel } from "../kernel/kernel.js";
import type { TaskRegistry } from "../task/registry.js";
import type { BackgroundTimers } from "./background-timers.js";
import type { Current } from "./current.js";
import type { Unused } from "./unused.js";

/** The state of one worker that everything above the kernel shares. */
export interface Services {
  readonly kernel: Kernel;
  readonly adapter: Adapter;
  readonly tasks: TaskRegistry;
  readonly current: Current;
  readonly timers: BackgroundTimers;
  /** A queue without a name, for what the pool streams. */
  readonly makeQueue: <T>(maxSize: number) => Queue<T>;
  /** Workers started here and alive. */
  readonly active: Set<WorkerContract>;
  /** Called when this worker's event loop has nothing left to do, before the worker ends. */
  readonly atIdle: Set<() => void>;
  /** The program is warned of it then. */
  readonly unused: Unused;
  /** Hands an error that nobody awaits to the except hook. */
  readonly reportUncaught: ExceptHook;
}
