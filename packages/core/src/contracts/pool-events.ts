/** A worker that an event is of. */
export interface WorkerOfPool {
  /** The name of the worker: that of the pool, and a number. */
  readonly name: string;
  /** The id of the worker, as its `current().id`. */
  readonly id: number;
}

/** How a worker of a pool has ended. */
export interface EndOfWorker extends WorkerOfPool {
  /** Its exit code; undefined if that is not known. */
  readonly exitCode: number | undefined;
  /** The signal that killed it; undefined if none did. */
  readonly signal: string | undefined;
  /** Why the pool has ended it; undefined if it ended otherwise. */
  readonly reason: string | undefined;
}

/** An error in a worker that no task rejects with. */
export interface ErrorOfWorker extends WorkerOfPool {
  /** The error, as the except hook gets it. */
  readonly error: unknown;
}

/** The events of a pool, and what their listeners are given. */
export interface PoolEvents {
  /** No more tasks may wait ({@link PoolOptions.maxQueue}): the next one would be refused. Never without that option. */
  readonly needsDrain: undefined;
  /** There is room again after `needsDrain`. */
  readonly drain: undefined;
  /** No task waits or runs any more. */
  readonly idle: undefined;
  /** A worker was started. It may still have to get ready. */
  readonly workerStarted: WorkerOfPool;
  /** A worker has ended. */
  readonly workerEnded: EndOfWorker;
  /** An error in a worker that no task rejects with, such as one of a finalizer, or of a timer that a task left behind. The except hook gets it, too. */
  readonly error: ErrorOfWorker;
}
