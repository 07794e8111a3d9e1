/**
 * Every error that Heddle throws of its own. Wrong arguments are plain `TypeError` and `RangeError`, without a code.
 *
 * Codes are stable across major versions, messages are not: test `error.code`, or `instanceof` where the class is at hand.
 * An error that crosses to another worker arrives there as an instance of the same class (see kernel/message).
 */

export interface HeddleErrorOptions {
  cause?: unknown;
}

/** Base of every error of Heddle's own; `code` says which one it is. */
export class HeddleError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: HeddleErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static {
    // On the prototype, as the built-in errors have it, so that `name` is no own property of each instance.
    nameClass(this, "HeddleError");
  }
}

/** The time given to a wait, or to a pool's task, has passed. */
export class TimeoutError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_TIMEOUT", message, options);
  }

  static {
    nameClass(this, "TimeoutError");
  }
}

/** A worker was used in a state that does not allow it: started twice, joined before it started. */
export class WorkerStateError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_WORKER_STATE", message, options);
  }

  static {
    nameClass(this, "WorkerStateError");
  }
}

/** The worker ended without an answer: crash, kill, `process.exit`, out of memory. */
export class WorkerCrashedError extends HeddleError {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;

  constructor(
    message: string,
    options?: HeddleErrorOptions & { exitCode?: number | undefined; signal?: string | undefined },
  ) {
    super("HEDDLE_WORKER_CRASHED", message, options);
    this.exitCode = options?.exitCode;
    this.signal = options?.signal;
  }

  static {
    nameClass(this, "WorkerCrashedError");
  }
}

/** Something cannot be sent to another worker; `path` says where it sits, such as `args[0].options.onDone`. */
export class SendError extends HeddleError {
  readonly path: string;

  constructor(message: string, path: string, options?: HeddleErrorOptions) {
    super("HEDDLE_SEND", message, options);
    this.path = path;
  }

  static {
    nameClass(this, "SendError");
  }
}

/** The worker found no task under that module and name; `cause` holds the error if the module did not load. */
export class TaskNotFoundError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_TASK_NOT_FOUND", message, options);
  }

  static {
    nameClass(this, "TaskNotFoundError");
  }
}

/** A function given to `inline` uses names from outside itself; `names` lists them. */
export class FreeVariableError extends HeddleError {
  readonly names: readonly string[];

  constructor(message: string, names: readonly string[], options?: HeddleErrorOptions) {
    super("HEDDLE_FREE_VARIABLE", message, options);
    this.names = names;
  }

  static {
    nameClass(this, "FreeVariableError");
  }
}

/** A lock was used in a state that does not allow it: released when free, or by a worker that does not own it. */
export class LockStateError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_LOCK_STATE", message, options);
  }

  static {
    nameClass(this, "LockStateError");
  }
}

/** A worker died holding the lock: what it guards may be half-written. `lock.recover()` takes it back into use. */
export class AbandonedError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_ABANDONED", message, options);
  }

  static {
    nameClass(this, "AbandonedError");
  }
}

/** Workers wait for one another in a circle; `cycle` names workers and locks in order. */
export class DeadlockError extends HeddleError {
  readonly cycle: readonly string[];

  constructor(message: string, cycle: readonly string[], options?: HeddleErrorOptions) {
    super("HEDDLE_DEADLOCK", message, options);
    this.cycle = cycle;
  }

  static {
    nameClass(this, "DeadlockError");
  }
}

/**
 * A `Sync` call would have had to wait in a worker that may not block: the main worker, where the adapter's capability
 * `mainMayBlock` is false. Nothing has changed. Await the async form, or make the call in another worker.
 */
export class MayNotBlockError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_MAY_NOT_BLOCK", message, options);
  }

  static {
    nameClass(this, "MayNotBlockError");
  }
}

/** The barrier was broken, by an abort, a reset, a failed action or a party that gave up. */
export class BrokenBarrierError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_BROKEN_BARRIER", message, options);
  }

  static {
    nameClass(this, "BrokenBarrierError");
  }
}

/** Nothing came out of the queue in time. */
export class QueueEmptyError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_QUEUE_EMPTY", message, options);
  }

  static {
    nameClass(this, "QueueEmptyError");
  }
}

/** The queue, or a pool's list of waiting tasks, had no room in time. */
export class QueueFullError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_QUEUE_FULL", message, options);
  }

  static {
    nameClass(this, "QueueFullError");
  }
}

/** The queue was shut down: it takes nothing more, and what it held has come out. */
export class QueueShutDownError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_QUEUE_SHUT_DOWN", message, options);
  }

  static {
    nameClass(this, "QueueShutDownError");
  }
}

/** The other end of the pipe has closed and nothing is left to receive. */
export class ConnectionClosedError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_CONNECTION_CLOSED", message, options);
  }

  static {
    nameClass(this, "ConnectionClosedError");
  }
}

/** The pool takes no more work, or was terminated before this task ended. */
export class PoolClosedError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_POOL_CLOSED", message, options);
  }

  static {
    nameClass(this, "PoolClosedError");
  }
}

function nameClass(errorClass: { prototype: object }, name: string): void {
  Object.defineProperty(errorClass.prototype, "name", { value: name, writable: true, configurable: true });
}
