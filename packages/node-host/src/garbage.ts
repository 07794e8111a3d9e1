import * as nodeModule from "node:module";

const { createRequire: requireFrom } = nodeModule;

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
  // Loaded here: hardly any worker needs them, and each would take the longer to start.
  const load = requireFrom(process.execPath);
  const { setFlagsFromString } = load("node:v8") as typeof import("node:v8");
  const { runInNewContext } = load("node:vm") as typeof import("node:vm");
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return gc as Collect;
}
