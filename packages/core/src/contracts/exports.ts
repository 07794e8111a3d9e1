/**
 * The exports of an adapter package, for those that write programs. The other names of the contracts are for those that write adapters.
 *
 * @module
 */
// Declarations name AsyncDisposable. Without this line, a program that has neither Node's types nor the newest library cannot compile.
/// <reference lib="esnext.disposable" preserve="true" />
export type { AdapterInfo } from "./adapter.js";
export type { BarrierOptions } from "./barrier.js";
export * from "./bound.js";
export type { Callback } from "./callback.js";
export type { ClassOptions } from "./classes.js";
export * from "./errors.js";
export type { Future, FutureOutcome } from "./future.js";
export type { Guard, LockOptions } from "./locks.js";
export type { MapOptions, PoolOptions, RunOptions } from "./pool-options.js";
export type { PoolStats } from "./pool-stats.js";
export type { PriorityOptions, ShutdownOptions } from "./queue.js";
export type { Received, RegisteredClasses } from "./received.js";
export type { ScalarType } from "./shared.js";
export type { Usage } from "./surface.js";
export type { Task, TaskOptions } from "./task.js";
export type { TaskGroupOptions } from "./task-group.js";
export type { SyncWaitOptions, WaitOptions } from "./wait.js";
export type { CurrentWorker, ExceptHook, ResourceLimits, SleepOptions, WorkerOptions } from "./worker.js";
