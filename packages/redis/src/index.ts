/**
 * Heddle's locks, events, barriers and queues, between programs on any machines, on Redis or Valkey.
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
export type { Lock } from "./lock.js";
export type { Delivery, PutOptions, Queue, QueueOptions } from "./queue.js";
export type { RLock } from "./rlock.js";
export type { RWLock } from "./rwlock.js";
export type { Semaphore } from "./semaphore.js";
export type { Value } from "./value.js";
