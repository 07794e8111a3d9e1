import { HeddleError } from "../contracts/errors.js";
import type { RunOptions } from "../contracts/pool-options.js";
import { typeError } from "../contracts/wrong-use.js";
import { checkCount, checkNumberFrom, checkOptions, checkTimeout, describe } from "../kernel/arguments.js";

const RETRIES = 3;
const BACKOFF_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const JITTER = 0.5;
/** How many earlier errors the last one tells of. */
const MOST_TOLD = 10;
/** Codes of errors that another attempt would end with, too. */
const FINAL: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "HEDDLE_SEND",
  "HEDDLE_TASK_NOT_FOUND",
  "HEDDLE_CLASS_NOT_FOUND",
]);

type RetryOptions = Exclude<NonNullable<RunOptions["retries"]>, number>;

/** Whether a call that has failed with that error would fail in the same way each time. */
export const isFinal = (error: unknown): error is HeddleError => error instanceof HeddleError && FINAL.has(error.code);

/** How often, how soon and after which failures a call is tried again. */
export interface RetryPolicy {
  readonly most: number;
  readonly backoff: number;
  readonly jitter: number;
  readonly when: RetryOptions["when"];
}

/** The option `retries` as a policy; undefined if nothing is tried again. Throws TypeError and RangeError. */
export function checkRetries(retries: RunOptions["retries"]): RetryPolicy | undefined {
  if (retries === undefined) return undefined;
  const options = typeof retries === "number" ? { most: retries } : retries;
  checkOptions(options, "retries", ["most", "backoff", "jitter", "when"]);
  const { most = RETRIES, backoff = BACKOFF_MS, jitter = JITTER, when } = options as RetryOptions;
  const policy = {
    most: checkCount(most, typeof retries === "object" ? "retries.most" : "retries", 0),
    backoff: checkTimeout(backoff),
    jitter: checkNumberFrom(jitter, "retries.jitter", 0, 1),
    when,
  };
  if (when !== undefined && typeof when !== "function") {
    throw typeError(`retries.when is a function of the error and the attempt, not ${describe(when)}`);
  }
  return policy.most === 0 ? undefined : policy;
}

/** The attempts at one call that may be tried again. */
export class Attempts {
  readonly #policy: RetryPolicy;
  readonly #errors: unknown[] = [];
  #failed = 0;

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
  }

  /** Whether another attempt may follow one that has failed with that error, as far as `when` does not decide it. */
  mayFollow(error: unknown): boolean {
    return this.#failed < this.#policy.most && !isFinal(error);
  }

  /** Asks the program; undefined if it has not said anything. The first attempt is number 1. */
  get ask(): ((error: unknown) => boolean) | undefined {
    const { when } = this.#policy;
    return when && ((error) => checkedAnswer(when(error, this.#failed + 1)));
  }

  /** Another attempt will follow one that has failed with that error. Gives the pause before it, in milliseconds. */
  failed(error: unknown): number {
    const { backoff, jitter } = this.#policy;
    if (this.#errors.push(error) > MOST_TOLD) this.#errors.shift();
    const pause = Math.min(backoff * 2 ** this.#failed++, Math.max(backoff, LONGEST_PAUSE_MS));
    return pause * (1 - jitter * Math.random());
  }

  /** No other attempt follows: the last error tells of those before it. */
  tell(last: unknown): void {
    if (this.#errors.length === 0 || !(last instanceof Error) || !Object.isExtensible(last)) return;
    Object.defineProperty(last, "previousErrors", {
      value: Object.freeze([...this.#errors]),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}

function checkedAnswer(answer: unknown): boolean {
  if (typeof answer === "boolean") return answer;
  throw typeError(`retries.when gives true or false, not ${describe(answer)}`);
}
