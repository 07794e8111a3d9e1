import v8 from "node:v8";
import vm from "node:vm";

/** How to collect all garbage at once on this runtime; undefined where there is no way. */
export function findCollector(): (() => void) | undefined {
  const { Bun } = globalThis as { Bun?: { gc(isSync: boolean): void } };
  if (Bun !== undefined) return () => Bun.gc(true);
  if (globalThis.gc !== undefined) return globalThis.gc;
  try {
    // As if the program had been started with the flag, which a command's user cannot be asked to do.
    v8.setFlagsFromString("--expose-gc");
    const gc: unknown = vm.runInNewContext("gc");
    return typeof gc === "function" ? () => gc() : undefined;
  } catch {
    return undefined;
  }
}
