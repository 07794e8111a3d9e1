/** The functions that core uses of the runtime's time. Tests replace its members. */
export interface Clock {
  /** Milliseconds since {@link origin}; never goes back. */
  now(): number;
  /** When the clock began, in milliseconds since the epoch. */
  readonly origin: number;
  setTimeout(act: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  queueMicrotask(act: () => void): void;
}

/** The part that fake timers of `@sinonjs/fake-timers` (those of vitest, Jest and sinon) put in the place of a function or an object. */
interface Fake {
  readonly clock?: { readonly [name: `_${string}`]: unknown };
}

/** The runtime's own `name`, of which `present` is what one sees now: fake timers that were installed before keep it. */
export function genuine<T>(name: string, present: T): T {
  const kept = (present as Fake | undefined)?.clock?.[`_${name}`];
  return (kept as T | undefined) ?? present;
}

const performance = genuine("performance", globalThis.performance);

/** Runtimes and browsers refuse a call of theirs as a method of another object. */
const own = <T extends (...args: never) => unknown>(name: string, present: T): T =>
  genuine(name, present).bind(globalThis) as T;

/**
 * The time that Heddle goes by, taken when this module is loaded. Code that replaces the global functions afterwards, as fake timers do,
 * stops no call and no timeout. No other file of core uses the global ones (biome.json).
 */
export const clock: Clock = {
  // Bound: fake timers may replace the method of the one object.
  now: performance.now.bind(performance),
  origin: performance.timeOrigin,
  setTimeout: own("setTimeout", globalThis.setTimeout),
  clearTimeout: own("clearTimeout", globalThis.clearTimeout) as (timer: unknown) => void,
  queueMicrotask: own("queueMicrotask", globalThis.queueMicrotask),
};
