import { fork } from "node:child_process";
import { constants } from "node:os";
import { systemNamed } from "../../node-processes/src/posix.js";
import { nodeRuntime } from "../../node-processes/src/runtime.js";
import type { Runtime } from "../src/runtime.js";
import type { System } from "../src/systems/system.js";

/** The C library as Node calls it. */
export const real: Runtime = nodeRuntime(fork);

/** Both systems, on Linux. */
export const systems: readonly System[] = ["linux", "portable"].map((name) => systemNamed(name));

type Calls = Runtime["posix"];
type Errno = keyof typeof constants.errno;

/** What stands for a function of C: gives its result, or the name of the error that it fails with; undefined has the real one called. */
type StandIn<Name extends keyof Calls> = (
  ...values: Parameters<Calls[Name]>
) => ReturnType<Calls[Name]> | Errno | undefined;

/** A runtime some of whose functions of C do what a test wants. */
export function faulty<R extends Runtime>(runtime: R, standIns: { readonly [Name in keyof Calls]?: StandIn<Name> }): R {
  let errno: number | undefined;
  const replaced = Object.entries(standIns).map(([name, standIn]) => {
    const call = (...values: never[]): unknown => {
      errno = undefined;
      const result = (standIn as (...values: never[]) => unknown)(...values);
      if (typeof result === "string") {
        errno = constants.errno[result as Errno];
        return -1;
      }
      return result ?? (runtime.posix[name as keyof Calls] as (...values: never[]) => unknown)(...values);
    };
    return [name, call];
  });
  return {
    ...runtime,
    posix: { ...runtime.posix, ...Object.fromEntries(replaced) },
    errno: () => errno ?? runtime.errno(),
  };
}

/** Gives `first` for the first calls, one after another, and then undefined. */
export function inTurn<T>(...first: T[]): () => T | undefined {
  return () => first.shift();
}
