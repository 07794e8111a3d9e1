/** Durations in milliseconds. Percentiles are accurate to a sixteenth. All fields are 0 if nothing was measured. */
export interface Summary {
  /** How many durations were measured. */
  readonly count: number;
  /** The average duration. */
  readonly mean: number;
  /** The median duration: half of the tasks took less. */
  readonly p50: number;
  /** The 99th percentile: one task in a hundred took longer. */
  readonly p99: number;
  /** The longest duration. */
  readonly max: number;
}

/**
 * Counts of a pool's work so far: a snapshot. A chunk of `map` counts as one task.
 *
 * @example
 * ```ts
 * import type { Pool, PoolStats } from "@heddle/node-threads";
 *
 * const isLate = ({ utilization, waitTime }: PoolStats): boolean => utilization > 0.9 && waitTime.p99 > 100;
 * export const needsMore = (pool: Pool): boolean => isLate(pool.stats);
 * ```
 */
export interface PoolStats {
  /** Tasks that returned. */
  readonly completed: number;
  /** Tasks that threw, crashed, timed out, or were unfinished when the pool ended. */
  readonly failed: number;
  /** Tasks that were cancelled before they started, or whose signal aborted. */
  readonly cancelled: number;
  /** Workers that were replaced: they crashed, did not stop after a timeout, or had run all their tasks. */
  readonly respawned: number;
  /** How long answered tasks waited, from submission to start. The way of the answer, usually well under a millisecond, is included. */
  readonly waitTime: Summary;
  /** How long answered tasks ran, from start to end, as measured in the worker. Tasks that threw count, too. */
  readonly runTime: Summary;
  /** The share of the workers' time that answered tasks took, from 0 to 1. With a `concurrency` above 1, each place for a task counts. */
  readonly utilization: number;
}
