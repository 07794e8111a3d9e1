import { rangeError, typeError } from "../contracts/wrong-use.js";
import { clock } from "./clock.js";
import { warnOnce } from "./warnings.js";

/** The longest delay that a timer takes; it turns longer ones into 1 ms. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A timeout as given by a user: `Infinity` when left out. Throws RangeError for a negative number or NaN. */
export function checkTimeout(timeout: number | undefined): number {
  if (timeout === undefined) return Number.POSITIVE_INFINITY;
  if (typeof timeout !== "number") {
    throw typeError(`A timeout is a number of milliseconds, not ${describe(timeout)}`);
  }
  if (!(timeout >= 0)) throw rangeError(`A timeout is 0 or more milliseconds, not ${timeout}`);
  if (timeout > 0 && timeout < 1) warnOfSeconds(timeout);
  return timeout;
}

/** Few decimals are a person's, such as 0.5. The rest of a time that was measured has more, and may be as short as that. */
function warnOfSeconds(timeout: number): void {
  if (Number(timeout.toFixed(3)) !== timeout) return;
  warnOnce(
    "seconds",
    () =>
      `${timeout} is less than a millisecond, as times are in milliseconds: write ${timeout * 1000} for ${timeout} s`,
  );
}

/** A whole number from `least` to `most`, as given by a user. Throws TypeError or RangeError. */
export function checkInteger(value: number, what: string, least: number, most: number): number {
  if (typeof value !== "number") throw typeError(`${what} is a number, not ${describe(value)}`);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw rangeError(`${what} is a whole number from ${least} to ${most}, not ${value}`);
  }
  return value;
}

/** As {@link checkInteger}, or Infinity, which is also what is left out. */
export const checkCount = (count: number | undefined, what: string, least: number): number =>
  count === undefined || count === Number.POSITIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : checkInteger(count, what, least, Number.MAX_SAFE_INTEGER);

/** A number from `least` to `most`, as given by a user. Throws TypeError or RangeError. */
export function checkNumberFrom(value: number, what: string, least: number, most: number): number {
  checkNumber(value, what);
  if (value < least || value > most) throw rangeError(`${what} is a number from ${least} to ${most}, not ${value}`);
  return value;
}

/** A number other than NaN, as given by a user. Throws TypeError or RangeError. */
export function checkNumber(value: number, what: string): number {
  if (typeof value !== "number") throw typeError(`${what} is a number, not ${describe(value)}`);
  if (Number.isNaN(value)) throw rangeError(`${what} is a number, not NaN`);
  return value;
}

/** A signal as given by a user. Throws TypeError for something that is no AbortSignal. */
export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    const instead = Object(signal).signal === undefined ? "" : ": give its signal, as in { signal: controller.signal }";
    throw typeError(`A signal is an AbortSignal, not ${describe(signal)}${instead}`);
  }
  return signal;
}

/**
 * Options as given by a user: an object, or nothing. Throws TypeError for anything else, and for a name that is none of `names`: it says
 * which one may have been meant. `what` takes the options, such as `acquire`.
 */
export function checkOptions(options: unknown, what: string, names: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw typeError(`${what} takes an object of options, such as { ${names[0]} }, not ${describe(options)}`);
  }
  if (names.includes("signal") && "addEventListener" in options) {
    throw typeError(`${what} takes an object of options: give it the signal as { signal }`);
  }
  for (const name in options) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const isPythons = /^block(ing)?$/.test(name) && names.includes("timeout");
    const hint = isPythons
      ? "{ timeout: 0 } does not wait"
      : near === undefined
        ? `it has ${names.join(", ")}`
        : `did you mean ${near}?`;
    throw typeError(`${what} has no option ${JSON.stringify(name)}: ${hint}`);
  }
}

/** An option that is of one type, if it is given. Throws TypeError for anything else. */
export function checkType(value: unknown, what: string, type: "string" | "boolean"): void {
  if (value === undefined || typeof value === type) return;
  throw typeError(`${what} is a ${type}, not ${describe(value)}`);
}

/** The one of `names` that `name` was most likely meant to be: few letters are wrong, both begin alike, or one holds the other. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const low = name.toLowerCase();
  const wrong = (each: string): number => lettersBetween(low, each.toLowerCase());
  const [near] = [...names].sort((a, b) => wrong(a) - wrong(b));
  if (near !== undefined && wrong(near) <= Math.ceil(near.length / 4)) return near;
  return names.find((each) => {
    const other = each.toLowerCase();
    return low.includes(other) || other.includes(low) || (low.length > 3 && other.startsWith(low.slice(0, 4)));
  });
}

const sorted = (name: string): string => [...name].sort().join();

/** How many letters to add, take out or change until one name is the other (Levenshtein's distance); 1 if all letters are there. */
function lettersBetween(one: string, other: string): number {
  if (sorted(one) === sorted(other)) return one === other ? 0 : 1;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [above, letter] of [...one].entries()) {
    const next = [above + 1];
    for (const [at, its] of [...other].entries()) {
      const changed = (row[at] as number) + (letter === its ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] as number) + 1, (next[at] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}

/** The kind of a value, as an error says it: `a number`, `an object`, `undefined`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "then" in value ? "a promise: await it first" : "an object";
  return isClass(value) ? "a class" : `a ${typeof value}`;
}

/** Whether a value is a class, which cannot be called. */
export const isClass = (value: unknown): boolean =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

/**
 * Calls `act` in `ms` milliseconds, however many, unless the returned function is called first. `Infinity`: never.
 * `onTimer` sees every timer that is made for it.
 */
export function after(ms: number, act: () => void, onTimer: (timer: unknown) => void = () => {}): () => void {
  if (ms === Number.POSITIVE_INFINITY) return () => {};
  let timer: unknown;
  const wait = (left: number): void => {
    timer =
      left > LONGEST_DELAY
        ? clock.setTimeout(() => wait(left - LONGEST_DELAY), LONGEST_DELAY)
        : clock.setTimeout(act, Math.ceil(left));
    onTimer(timer);
  };
  wait(ms);
  return () => clock.clearTimeout(timer);
}
