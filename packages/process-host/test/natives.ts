import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { constants } from "node:os";
import { calls } from "../../node-processes/src/posix.js";
import { nodeRuntime } from "../../node-processes/src/runtime.js";
import type { Runtime } from "../src/runtime.js";
import { type LinuxPosix, linuxSymbols } from "../src/systems/linux/calls.js";
import { linux } from "../src/systems/linux/system.js";
import { type PortablePosix, portableSymbols } from "../src/systems/portable/calls.js";
import { portable } from "../src/systems/portable/system.js";
import type { System } from "../src/systems/system.js";

type Calls = LinuxPosix & PortablePosix;

/** A runtime with all the functions of C that there are on Linux. */
export type Whole = Runtime & { readonly posix: Calls };

const node = nodeRuntime(fork);

/** As Node calls them. */
export const real: Whole = {
  ...node,
  posix: { ...node.posix, ...calls(linuxSymbols), ...calls(portableSymbols) } as Calls,
};

/** Both systems, on Linux: it can be either. */
export const makers = [linux, portable] as const;
export const systems = makers.map((make) => make(real));

type Errno = keyof typeof constants.errno;

/** The stand-in for a function of C: gives its result, or the name of its error; undefined has the real one called. */
type StandIn<Call extends (...values: never[]) => unknown> = (
  ...values: Parameters<Call>
) => ReturnType<Call> | Errno | undefined;
type StandIns = { readonly [Name in keyof Calls]?: StandIn<NonNullable<Calls[Name]>> };

/** A runtime some of whose functions of C do what a test wants. */
export function faulty(standIns: StandIns): Whole {
  let errno: number | undefined;
  const calls = Object.entries(real.posix).map(([name, call]) => {
    const standIn = standIns[name as keyof Calls] as ((...values: unknown[]) => unknown) | undefined;
    const replaced = (...values: unknown[]): unknown => {
      errno = undefined;
      const result = standIn?.(...values);
      if (typeof result !== "string") return result ?? (call as (...values: unknown[]) => unknown)(...values);
      errno = constants.errno[result as Errno];
      return -1;
    };
    return [name, replaced];
  });
  return { ...real, posix: Object.fromEntries(calls) as Calls, errno: () => errno ?? real.errno() };
}

/** Gives these, one after another, and then undefined. */
export function inTurn<T>(...first: T[]): () => T | undefined {
  return () => first.shift();
}

/** The descriptors of this process. */
export const descriptors = (): string[] => readdirSync("/proc/self/fd").sort();

/** A runtime that can make so many descriptors more: as many as it likes until `leave` says how many. */
export function withFewDescriptors(): { runtime: Whole; leave: (n: number) => void } {
  let left = Number.POSITIVE_INFINITY;
  const make = (): Errno | undefined => (left-- > 0 ? undefined : "EMFILE");
  // The maker of one looks at it, too.
  const look = (): Errno | undefined => (left-- > 0 ? undefined : "ENOMEM");
  return {
    runtime: faulty({
      ...{ memfd_create: make, pipe2: make, socket: make, socketpair: make },
      ...{ bind: look, getsockname: look, statx: look },
    }),
    leave: (n) => {
      left = n;
    },
  };
}

/** Does `act` with ever more descriptors left, until it can; each time before, it leaves nothing open. */
export function withMoreAndMore(
  over: (runtime: Whole) => System,
  act: (system: System, runtime: Whole) => () => void,
): void {
  for (let n = 0; ; n++) {
    const { runtime, leave } = withFewDescriptors();
    const system = over(runtime);
    const before = descriptors();
    leave(n);
    let undo: () => void;
    try {
      undo = act(system, runtime);
    } catch (error) {
      assert.equal((error as { code?: string }).code, "HEDDLE_SYSTEM");
      assert.deepEqual(descriptors(), before);
      continue;
    }
    undo();
    assert.deepEqual(descriptors(), before);
    assert.ok(n > 0);
    return;
  }
}
