import { vi } from "vitest";
import { SLOT_LATCH, slotAddress } from "../../src/kernel/layout.js";
import { BlockedForEver, type Thread } from "./stepped-backend.js";
import { bareOf, watchStores } from "./stores.js";

/** The steps that a worker does in one go. */
export interface Operation {
  run(): void;
  /** Whose it is: of one worker's operations none is run within another. */
  readonly thread?: Thread;
  /** Whether it can be run now, where it cannot be done again once it has found a latch taken. */
  may?(): boolean;
}

export interface Pauses {
  /** Plain stores into the region count as accesses, too, as far as others can see them. */
  readonly stores?: boolean;
  /** All run in the first, one after the other, each before that access of it: of two workers, one is preempted several times. */
  readonly inTurn?: boolean;
  /** An operation waits for a latch that a paused one has: it is as if it came after that. */
  readonly onBlocked?: (operation: Operation) => void;
  /** Called before each access: the number of the operation, and what it does to which word (-1 for a plain store). */
  readonly onAccess?: (level: number, address: number, isChange: boolean) => void;
}

/** In one operation: as nothing gives the event loop its turn, one that never ended would not even time out. */
const MOST_ACCESSES = 50_000;

/** Whether some worker, paused or dead, has a latch: a worker that needs it would wait for it. */
export function isLatchTaken(threads: readonly Thread[]): boolean {
  return threads.some(({ slot, kernel: { region } }) => {
    const i32 = bareOf(region.i32);
    const latch = i32[slotAddress(slot) + SLOT_LATCH] as number;
    return latch !== 0 && i32[latch] !== 0;
  });
}

/**
 * Runs operations in one another. The first is paused before its access to shared memory number `stops[0]`, in which the second one runs.
 * That is paused before its access number `stops[1]`, and so on: bounded preemptions, as in CHESS (Musuvathi & Qadeer, PLDI 2007). Gives
 * how many accesses each had, up to the last that was begun. An operation may need a latch that a paused one holds. The kernel then undoes
 * it (it has not got its latch), and it is run again once the paused one is through.
 */
export function runPaused(
  operations: readonly Operation[],
  stops: readonly number[],
  { stores = false, inTurn = false, onBlocked = () => {}, onAccess = () => {} }: Pauses = {},
): number[] {
  const accesses = operations.map(() => 0);
  const blocked: Operation[] = [];
  let level = -1;
  const run = ({ thread, run }: Operation): void => (thread === undefined ? run() : thread.timed(run));
  const block = (operation: Operation): void => {
    blocked.push(operation);
    onBlocked(operation);
  };
  const begin = (next: number): void => {
    const operation = operations[next] as Operation;
    if (operation.may?.() === false) {
      block(operation);
      return;
    }
    const before = level;
    level = next;
    try {
      run(operation);
    } catch (error) {
      if (!(error instanceof BlockedForEver)) throw error;
      block(operation);
    } finally {
      level = before;
    }
  };
  const access = (address = -1, isChange = true): void => {
    const now = level;
    const count = accesses[now];
    if (count === undefined) return;
    if (count === MOST_ACCESSES) throw new Error("this comes to an end");
    accesses[now] = count + 1;
    onAccess(now, address, isChange);
    if (!inTurn) {
      if (count === stops[now] && now + 1 < operations.length) begin(now + 1);
    } else if (now === 0) {
      for (const [n, stop] of stops.entries()) if (count === stop) begin(n + 1);
    }
  };
  const native = Atomics;
  const watched = Object.getOwnPropertyNames(native).map((name) => {
    const call = Reflect.get(native, name) as (...args: unknown[]) => unknown;
    return [
      name,
      (array: Int32Array, ...args: unknown[]) => {
        access(args[0] as number, name !== "load");
        return call(bareOf(array), ...args);
      },
    ];
  });
  const threads = stores ? operations.flatMap(({ thread }) => thread ?? []) : [];
  const unwatch = [...new Set(threads)].map((thread) => watchStores(thread, access));
  vi.stubGlobal("Atomics", Object.fromEntries(watched));
  try {
    begin(0);
  } finally {
    vi.stubGlobal("Atomics", native);
    for (const end of unwatch) end();
  }
  for (const operation of blocked) run(operation);
  return accesses;
}
