import assert from "node:assert/strict";
import type { Capabilities, Event, Surface, Task, TasksOf } from "@heddle/core";
import { findCollector } from "./collect-garbage.js";
import { type Kept, leavingNothing, type Watch } from "./leftovers.js";
import type * as work from "./tasks/work.js";
import { until } from "./wait-limit.js";

export { until } from "./wait-limit.js";

/**
 * The parts that the suite is run with: a test framework's two functions, and the adapter that is put to the test.
 *
 * @example
 * ```ts
 * import { type ConformanceOptions, conformance } from "@heddle/conformance";
 *
 * export function testLocks(options: ConformanceOptions): void {
 *   conformance(options, ["lock", "rlock", "rwlock"]);
 * }
 * ```
 */
export interface ConformanceOptions extends Watch {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>, timeout?: number): void;
  /** The adapter's module, all of it: `import * as adapter from "@heddle/node-threads"`. */
  adapter: Surface;
  capabilities: Capabilities;
}

/** The parts that a contract's tests are written with. */
export interface Suite extends ConformanceOptions {
  /** How many times over the stress tests do what they do: HEDDLE_STRESS, 1 by default. */
  readonly scale: number;
  /** Declares a test, which must leave nothing behind but what it says that it keeps. */
  it(name: string, body: () => Promise<void>, timeout?: number, kept?: Kept): void;
}

/**
 * Declares the tests of one contract in a suite.
 *
 * @example
 * ```ts
 * import { type Contract, contracts } from "@heddle/conformance";
 *
 * export const contractOf = (name: string): Contract | undefined => contracts[name];
 * ```
 */
export type Contract = (suite: Suite) => void;

/** Tasks of one of this package's own modules, which know nothing of the adapter that runs them. */
export const tasksOf = <M extends object>(suite: Suite, module: string): TasksOf<M> =>
  suite.adapter.tasksFrom<M>(new URL(`./tasks/${module}.js`, import.meta.url));

/** A task, and its arguments, that does not stop by itself and heeds no signal: the worst that this backend can end. */
export function heedless(suite: Suite, started: Event): readonly [Task<Event[], unknown>, Event[]] {
  const { spin, runUntilSync } = tasksOf<typeof work>(suite, "work");
  return suite.capabilities.stopsBusyWorkers
    ? [spin as Task<Event[], unknown>, [started]]
    : [runUntilSync as Task<Event[], unknown>, [started, new suite.adapter.Event()]];
}

/** Waits until so many waits, of all workers together, are parked at the object. */
export const untilWaiting = (suite: Suite, object: object, waiters: number): Promise<void> =>
  until(() => suite.adapter.waiting(object) === waiters, `${waiters} waits should be parked at ${String(object)}`);

/** A suite whose every test also checks that it leaves nothing behind. */
export function watched(options: ConformanceOptions): Suite {
  const watch = { ...options, collectGarbage: options.collectGarbage ?? findCollector() };
  return {
    ...options,
    scale: Math.max(1, Number(process.env.HEDDLE_STRESS ?? 1)),
    it: (name, body, timeout, kept) => options.it(name, () => leavingNothing(watch, kept, body), timeout),
  };
}

/**
 * The result of a `Sync` call of the main worker that has to wait. Where the main worker may not block, checks that the call is refused,
 * and gives what `instead`, its async form, gives.
 */
export async function blocking<T>(suite: Suite, act: () => T, instead: () => Promise<T>): Promise<T> {
  if (suite.capabilities.mainMayBlock) return act();
  await failsWith("HEDDLE_MAY_NOT_BLOCK", act);
  return instead();
}

/** The error that `act` throws or rejects with. Fails if it does neither. */
export async function failureOf(act: () => unknown): Promise<unknown> {
  let value: unknown;
  try {
    value = await act();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: `It should have failed, but gave ${String(value)}` });
}

/** Checks that each of the uses fails with a TypeError, which says that. */
export async function refuses(uses: Readonly<Record<string, () => unknown>>, says?: RegExp): Promise<void> {
  for (const [name, use] of Object.entries(uses)) {
    const error = await failureOf(async () => use());
    assert.ok(error instanceof TypeError, `${name}: ${error}`);
    if (says !== undefined) assert.match(error.message, says, name);
  }
}

/** Checks that `act` fails with a Heddle error of that code, which says something; gives the error. */
export async function failsWith(code: string, act: () => unknown): Promise<Error & { code: string }> {
  const error = await failureOf(act);
  assert.ok(error instanceof Error, `an Error should be thrown, not ${String(error)}`);
  assert.equal(Reflect.get(error, "code"), code, error.stack);
  assert.ok(error.message.length > 10, "its message should say what is wrong");
  return error as Error & { code: string };
}
