/** How long a wait may last, and what may end it early. */
export interface WaitOptions {
  /** Milliseconds. Default: `Infinity`, for ever. 0 tries once. A negative number or NaN throws RangeError. */
  timeout?: number;
  /** Rejects the wait with `signal.reason` once it aborts; the wait leaves no trace. */
  signal?: AbortSignal;
}

/** As {@link WaitOptions}, for the forms that block: a blocked worker could not see its signal abort. */
export interface SyncWaitOptions {
  timeout?: number;
}
