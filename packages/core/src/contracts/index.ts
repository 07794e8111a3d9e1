// Declarations name AsyncDisposable. Without this line, a program that has neither Node's types nor the newest library cannot compile.
/// <reference lib="esnext.disposable" preserve="true" />
export type * from "./adapter.js";
export * from "./callback.js";
export * from "./classes.js";
export type * from "./disposable.js";
export * from "./errors.js";
export * from "./future.js";
export type * from "./instrumentation.js";
export * from "./pipe.js";
export * from "./pool.js";
export type * from "./pool-events.js";
export type * from "./pool-options.js";
export type * from "./pool-stats.js";
export * from "./queue.js";
export type * from "./received.js";
export * from "./shared.js";
export * from "./shared-map.js";
export * from "./surface.js";
export * from "./sync.js";
export * from "./task.js";
export * from "./task-group.js";
export type * from "./wait.js";
export * from "./worker.js";
