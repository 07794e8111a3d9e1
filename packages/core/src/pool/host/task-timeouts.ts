import { TimeoutError } from "../../contracts/errors.js";
import { beginAtOnce } from "../../contracts/frames.js";
import type { BackgroundTimers } from "../../worker/background-timers.js";
import type { Call } from "../call.js";
import type { Link } from "./link.js";

/**
 * Sees to it that calls that have timed out, or were cancelled, give their worker back. The time counts from when the worker says that it
 * has started the call. The worker itself could not watch it, as the call may block it.
 */
export class TaskTimeouts {
  readonly #timers: BackgroundTimers;
  readonly #read: (link: Link) => void;
  readonly #replace: (link: Link, why: string) => void;

  /** `read` takes in the answers that have come from a worker. */
  constructor(timers: BackgroundTimers, read: (link: Link) => void, replace: (link: Link, why: string) => void) {
    this.#timers = timers;
    this.#read = read;
    this.#replace = replace;
  }

  start(link: Link, call: Call): void {
    const { timeout } = call.options;
    // One that was asked to stop before its start was heard of is in its grace.
    if (timeout === undefined || call.isLimited) return;
    call.limitedBy(this.#timers.start(timeout, () => this.#expire(link, call, timeout)));
  }

  /** A call that runs was asked to stop: its worker is replaced if it has not stopped when its grace is over. */
  startGrace(link: Link, call: Call, why: string): void {
    const { grace } = call.options;
    const replace = (): void => {
      if (this.#hasAnswered(link, call)) return;
      this.#replace(link, `was replaced, as ${call.ref.name} did not stop within ${grace} ms after ${why},`);
    };
    call.limitedBy(this.#timers.start(grace, replace));
  }

  #expire(link: Link, call: Call, timeout: number): void {
    if (this.#hasAnswered(link, call)) return;
    const error = new TimeoutError(`${call.ref.name} ran for more than ${timeout} ms in ${link.name}`);
    link.abort(call, beginAtOnce(error, call.site));
    if (!call.isSettled) call.rejectWith(error);
    this.startGrace(link, call, "its timeout");
  }

  /** An answer that has come counts, even if it was not read before. */
  #hasAnswered(link: Link, call: Call): boolean {
    this.#read(link);
    return link.inFlight.get(call.number) !== call;
  }
}
