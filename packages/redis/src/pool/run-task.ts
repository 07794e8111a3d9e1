import type { Attempt, TasksOf } from "@heddle/core";
import {
  packAttemptPortable,
  packPortable,
  packThrownPortable,
  unpackItemsPortable,
  unpackPortable,
} from "@heddle/core";
import type { Done, Mode } from "./work.js";

type AnyTask = (...args: unknown[]) => unknown;

/** Functions of a worker's own Heddle. */
export interface Heddle {
  readonly current: () => { readonly signal: AbortSignal };
  readonly tasksFrom: <M extends object>(module: string) => TasksOf<M>;
}

/** Runs a task in a worker of a machine. Its arguments come, and its result goes, as bytes: classes are registered where its module is loaded. */
export function runTaskBy({ current, tasksFrom }: Heddle) {
  return async (module: string, name: string, mode: Mode, args: Uint8Array, first?: number): Promise<Done> => {
    const { signal } = current();
    try {
      // If it does not load, the call says so.
      await import(module).catch(() => {});
      const task = (tasksFrom as (module: string) => Record<string, AnyTask>)(module)[name] as AnyTask;
      return { how: "value", bytes: await run(task, mode, args, first ?? 0, signal) };
    } catch (error) {
      if (signal.aborted && (error === signal.reason || isAbort(error))) throw signal.reason;
      return { how: "error", bytes: packThrownPortable(error) };
    }
  };
}

/** The result, packed. Of an attempt, items fail alone that cannot be made here, and results that cannot be sent. */
async function run(
  task: AnyTask,
  mode: Mode,
  args: Uint8Array,
  first: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (mode === "attempt") return packAttemptPortable(await attemptEach(task, args, signal), first);
  const values = unpackPortable(args) as readonly unknown[];
  if (mode === "call") return packPortable(await task(...values), "result");
  const results: unknown[] = [];
  for (const item of values) {
    signal.throwIfAborted();
    results.push(await task(item));
  }
  return packPortable(results, "result", first);
}

async function attemptEach(task: AnyTask, args: Uint8Array, signal: AbortSignal): Promise<Attempt> {
  const { items, broken } = unpackItemsPortable(args);
  const results: unknown[] = [];
  for (const item of items.slice(0, broken?.at)) {
    signal.throwIfAborted();
    try {
      results.push(await task(item));
    } catch (error) {
      if (signal.aborted) throw error;
      return [...results, error, true];
    }
  }
  return broken === undefined ? [...results, false] : [...results, broken.why, true];
}

const isAbort = (error: unknown): boolean => (error as { readonly name?: unknown } | null)?.name === "AbortError";
