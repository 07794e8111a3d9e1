import { TimeoutError } from "../contracts/errors.js";
import { inBackground } from "./background-timer.js";
import type { Call, Limits } from "./call.js";
import type { Link } from "./link.js";

/**
 * Sees to it that calls with a timeout give their worker back. The time counts from when the worker says that it has started
 * the call; the worker itself could not watch it, as the call may block it.
 */
export class Deadlines {
  readonly #onChange: () => void;
  readonly #replace: (link: Link, why: string) => void;

  constructor(onChange: () => void, replace: (link: Link, why: string) => void) {
    this.#onChange = onChange;
    this.#replace = replace;
  }

  start(link: Link, call: Call): void {
    const { limits } = call;
    if (limits === undefined) return;
    call.stopTimer = inBackground(limits.timeout, () => this.#expire(link, call, limits));
  }

  #expire(link: Link, call: Call, { timeout, grace }: Limits): void {
    // An answer that has come counts, even if it was not read before.
    link.read();
    this.#onChange();
    if (link.outstanding.get(call.number) !== call) return;
    const error = new TimeoutError(`${call.ref.name} ran for more than ${timeout} ms in ${link.name}`);
    link.abort(call, error);
    if (!call.isSettled) call.reject(error);
    call.stopTimer = inBackground(grace, () =>
      this.#replace(link, `was replaced, as ${call.ref.name} did not stop within ${grace} ms after its timeout,`),
    );
  }
}
