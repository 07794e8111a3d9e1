import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = () => unknown;

/** Bun's own function for it, where this runs in Bun. */
const { Bun } = globalThis as { Bun?: { gc(isBlocking: boolean): void } };

let collect: Collect | undefined;

/** Collects all garbage. V8 has a function for it that new contexts see once its flag is set. */
export function collectGarbage(): void {
  collect ??= Bun === undefined ? (globalThis.gc ?? exposed()) : () => Bun.gc(true);
  collect();
}

function exposed(): Collect {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return gc as Collect;
}
