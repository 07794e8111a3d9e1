import type { TasksOf } from "@heddle/core";
import { packPortable, unpackPortable } from "@heddle/core";
import type { Done, Mode } from "./work.js";

type AnyTask = (...args: unknown[]) => unknown;

/** Functions of a worker's own Heddle. */
export interface Heddle {
  readonly current: () => { readonly signal: AbortSignal };
  readonly tasksFrom: <M extends object>(module: string) => TasksOf<M>;
}

/** Runs a task in a worker of a machine. Its arguments come, and its result goes, as bytes: classes are registered where its module is loaded. */
export function runTaskBy({ current, tasksFrom }: Heddle) {
  return async (module: string, name: string, mode: Mode, args: Uint8Array): Promise<Done> => {
    const { signal } = current();
    try {
      // If it does not load, the call says so.
      await import(module).catch(() => {});
      const task = (tasksFrom as (module: string) => Record<string, AnyTask>)(module)[name] as AnyTask;
      const values = unpackPortable(args) as readonly unknown[];
      const result = mode === "call" ? await task(...values) : await runEach(task, values, mode, signal);
      return { how: "value", bytes: packPortable(result, "result") };
    } catch (error) {
      if (signal.aborted && (error === signal.reason || isAbort(error))) throw signal.reason;
      return { how: "error", bytes: packPortable(error, "error") };
    }
  };
}

async function runEach(
  task: AnyTask,
  items: readonly unknown[],
  mode: Mode,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for (const item of items) {
    signal.throwIfAborted();
    try {
      results.push(await task(item));
    } catch (error) {
      if (mode === "map" || signal.aborted) throw error;
      return [...results, error, true];
    }
  }
  return mode === "map" ? results : [...results, false];
}

const isAbort = (error: unknown): boolean => (error as { readonly name?: unknown } | null)?.name === "AbortError";
