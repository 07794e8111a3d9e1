/**
 * Heddle's locks, events, barriers, queues and pools, between programs on any machines, on Redis or Valkey.
 *
 * @module
 */
export type { Barrier, BarrierOptions } from "./barrier.js";
export type { Cluster, QueueClass, ValueClass } from "./cluster.js";
export type { Condition } from "./condition.js";
export { type ConnectOptions, connect } from "./connect.js";
export { LeaseLostError } from "./errors.js";
export type { Event } from "./event.js";
export type { Guard, Permit } from "./guard.js";
export type { Kind } from "./kind.js";
export type { SentinelOptions, TlsOptions } from "./location.js";
export type { Lock } from "./lock.js";
export type { Future } from "./pool/future.js";
export { type Machine, type ServeOptions, serve } from "./pool/machine.js";
export type { ValueStore } from "./pool/payloads.js";
export type { MapOptions, Pool, PoolOptions, RunOptions } from "./pool/pool.js";
export type { TaskGroup } from "./pool/task-group.js";
export { asCompleted, wait } from "./pool/waiting.js";
export type { Delivery, PutOptions, Queue, QueueOptions } from "./queue.js";
export type { RLock } from "./rlock.js";
export type { RWLock } from "./rwlock.js";
export type { Semaphore } from "./semaphore.js";
export type { Value } from "./value.js";
