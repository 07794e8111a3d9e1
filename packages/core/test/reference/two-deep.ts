import { areOfDifferentWorkers, giveWay } from "./explore.js";
import { isLatchTaken, type Operation, runPaused } from "./paused.js";
import type { Scene } from "./scene.js";
import { goOn, stopTheWorld } from "./virtual.js";

/** The accesses of one operation to shared memory, in order. */
interface Access {
  readonly address: number;
  readonly isChange: boolean;
  /** Whether somebody had a latch before it. */
  readonly isLatched: boolean;
}

interface Played {
  readonly logs: readonly (readonly Access[])[];
  /** The operations that waited for a latch until the others were through. */
  readonly blocked: ReadonlySet<number>;
}

async function play(make: () => Scene, names: readonly string[], stops: readonly number[]): Promise<Played> {
  const scene = make();
  const operations = names.map((name) => scene.operations[name] as Operation);
  const logs: Access[][] = names.map(() => []);
  const blocked = new Set<number>();
  try {
    runPaused(operations, stops, {
      stores: scene.stores,
      onBlocked: (operation) => blocked.add(operations.indexOf(operation)),
      onAccess: (level, address, isChange) =>
        logs[level]?.push({ address, isChange, isLatched: isLatchTaken(scene.threads) }),
    });
    await scene.end();
  } catch (error) {
    throw new Error(`${names.join(" / ")}, paused before their accesses ${stops.join(", ")}`, { cause: error });
  }
  return { logs, blocked };
}

/**
 * The next place, from `stop` on, before which it makes a difference to run the operation that was run before access `stop` of operation
 * `level`. That is after the first access that two of them must not change places in, one of which is a change. Undefined if there is none.
 * An operation that waits for a latch is next run where there is none.
 */
function nextPlace({ logs, blocked }: Played, level: number, stop: number, operation: Operation): number | undefined {
  const own = logs[level] as readonly Access[];
  const isHeldUp = blocked.has(level + 1) && operation.may !== undefined;
  const inner = logs.slice(level + 1).flat();
  const changed = new Set(inner.filter(({ isChange }) => isChange).map(({ address }) => address));
  const seen = new Set(inner.map(({ address }) => address));
  for (let at = stop; at < own.length; at++) {
    const { address, isChange, isLatched } = own[at] as Access;
    if (isHeldUp) {
      if (!isLatched) return at;
    } else if (address === -1 || (isChange ? seen : changed).has(address)) return at + 1;
  }
  return undefined;
}

/** Three operations, each paused for the next at every place where that makes a difference. Gives how many schedules that were. */
async function exploreThree(make: () => Scene, names: readonly string[], inner: readonly Operation[]): Promise<number> {
  let schedules = 0;
  for (let first: number | undefined = 0; first !== undefined; ) {
    let next = Number.POSITIVE_INFINITY;
    for (let second: number | undefined = 0; second !== undefined; ) {
      const played = await play(make, names, [first, second]);
      schedules++;
      next = Math.min(next, nextPlace(played, 0, first, inner[0] as Operation) ?? next);
      second = played.blocked.has(1) ? undefined : nextPlace(played, 1, second, inner[1] as Operation);
    }
    first = next === Number.POSITIVE_INFINITY ? undefined : next;
  }
  return schedules;
}

/**
 * Every three operations of different workers, two preemptions deep. Of schedules that differ only in the order of accesses to different words, or of reads, one is played. (Flanagan & Godefroid, "Dynamic partial-order reduction", POPL 2005; here operations run whole.) That
 * takes words that are accessed plainly to be one worker's, or accessed under a latch.
 */
export async function exploreTwoDeep(make: () => Scene): Promise<number> {
  stopTheWorld();
  try {
    const scene = make();
    const names = Object.keys(scene.operations);
    let schedules = 0;
    for (const a of names) {
      for (const b of names) {
        for (const c of names) {
          if (!areOfDifferentWorkers(scene, [a, b, c])) continue;
          await giveWay();
          schedules += await exploreThree(
            make,
            [a, b, c],
            [scene.operations[b] as Operation, scene.operations[c] as Operation],
          );
        }
      }
    }
    return schedules;
  } finally {
    goOn();
  }
}
