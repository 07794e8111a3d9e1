// Declarations name AsyncDisposable: without this, whoever has neither Node's types nor the newest library cannot compile.
/// <reference lib="esnext.disposable" preserve="true" />
export type * from "./adapter.js";
export type * from "./disposable.js";
export * from "./errors.js";
export type * from "./future.js";
export type * from "./pipe.js";
export type * from "./pool.js";
export type * from "./queue.js";
export type * from "./shared.js";
export type * from "./surface.js";
export type * from "./sync.js";
export type * from "./task.js";
export type * from "./task-group.js";
export type * from "./wait.js";
export type * from "./worker.js";
