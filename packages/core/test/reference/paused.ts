import { vi } from "vitest";
import { BlockedForEver } from "./loom.js";

/** What a worker does in one go. */
export interface Operation {
  run(): void;
  /** Whether it can be run now, where it cannot be done again once it has found a latch taken. */
  may?(): boolean;
}

/**
 * Runs operations in one another: the first is paused before its access to shared memory number `stops[0]`, in which the second
 * one runs, which is paused before its access number `stops[1]`, and so on: bounded preemptions, as in CHESS (Musuvathi & Qadeer,
 * PLDI 2007). Gives how many accesses each had, up to the last that was begun. An operation that needs what a paused one holds is undone
 * by the kernel (it has not got its latch), and is run again once that one is through.
 */
export function runPaused(operations: readonly Operation[], stops: readonly number[]): number[] {
  const accesses = operations.map(() => 0);
  const blocked: Operation[] = [];
  let level = -1;
  const begin = (next: number): void => {
    const operation = operations[next] as Operation;
    if (operation.may?.() === false) {
      blocked.push(operation);
      return;
    }
    const before = level;
    level = next;
    try {
      operation.run();
    } catch (error) {
      if (!(error instanceof BlockedForEver)) throw error;
      blocked.push(operation);
    } finally {
      level = before;
    }
  };
  const native = Atomics;
  const watched = Object.getOwnPropertyNames(native).map((name) => {
    const call = Reflect.get(native, name) as (...args: unknown[]) => unknown;
    return [
      name,
      (...args: unknown[]) => {
        const now = level;
        const access = accesses[now];
        if (access !== undefined) {
          accesses[now] = access + 1;
          if (access === stops[now] && now + 1 < operations.length) begin(now + 1);
        }
        return call(...args);
      },
    ];
  });
  vi.stubGlobal("Atomics", Object.fromEntries(watched));
  try {
    begin(0);
  } finally {
    vi.stubGlobal("Atomics", native);
  }
  for (const operation of blocked) operation.run();
  return accesses;
}
