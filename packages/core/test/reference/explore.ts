import { isLatchTaken, type Operation, runPaused } from "./paused.js";
import type { Scene } from "./scene.js";
import { goOn, stopTheWorld } from "./virtual.js";

const STRESS = Number(process.env.HEDDLE_STRESS ?? 1);
const SEED = Number(process.env.HEDDLE_SEED ?? Math.trunc(Math.random() * 2 ** 31));

/** Numbers from 0 to below `most`, the same for the same seed (mulberry32). */
export function numbersOf(seed: number): (most: number) => number {
  let state = seed | 0;
  return (most) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % most;
  };
}

/** Lets the event loop have its turn: until then, everything that a WeakRef has shown is kept alive. */
export const giveWay = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Played {
  /** How many accesses each operation had. */
  readonly accesses: readonly number[];
  /** Whether one of them waited for a latch until another was through. */
  readonly isBlocked: boolean;
}

/** Plays one schedule in a scene of its own: to its end, unless some operation was blocked and `mayBlock` is not so. */
async function play(
  make: () => Scene,
  names: readonly string[],
  stops: readonly number[],
  mayBlock: boolean,
): Promise<Played> {
  const scene = make();
  const operations = names.map((name) => scene.operations[name] as Operation);
  try {
    let isBlocked = false;
    const onBlocked = (): void => {
      isBlocked = true;
    };
    const accesses = runPaused(operations, stops, { stores: scene.stores, onBlocked });
    // Work that goes on in promises must not go on in the next scene.
    if (isBlocked && !mayBlock) await scene.settle();
    else await scene.end();
    return { accesses, isBlocked };
  } catch (error) {
    throw new Error(`${names.join(" / ")}, paused before their accesses ${stops.join(", ")}`, { cause: error });
  }
}

/** Before which of its accesses an operation has a latch. */
async function latchesOf(make: () => Scene, name: string): Promise<boolean[]> {
  const scene = make();
  const hasLatch: boolean[] = [];
  const onAccess = (): void => void hasLatch.push(isLatchTaken(scene.threads));
  runPaused([scene.operations[name] as Operation], [], { stores: scene.stores, onAccess });
  await scene.settle();
  return hasLatch;
}

/** Whether one worker has no two of them. */
export const areOfDifferentWorkers = (scene: Scene, names: readonly string[]): boolean =>
  new Set(names.map((name) => scene.operations[name]?.thread)).size === names.length;

/**
 * Every operation of the scene, paused before each of its accesses, with every other worker's operation run whole there. Gives how many
 * schedules that were. Those in which an operation would only have waited for
 * another to be through are one, and are counted once.
 */
export async function explore(make: () => Scene): Promise<number> {
  stopTheWorld();
  try {
    let schedules = 0;
    const scene = make();
    const names = Object.keys(scene.operations);
    for (const a of names) {
      const hasLatch = await latchesOf(make, a);
      for (const b of names) {
        if (!areOfDifferentWorkers(scene, [a, b])) continue;
        await giveWay();
        let wasBlocked = false;
        for (let stop = 0; ; stop++) {
          if (wasBlocked && hasLatch[stop] && scene.operations[b]?.may !== undefined) continue;
          const { accesses, isBlocked } = await play(make, [a, b], [stop], !wasBlocked);
          if (!(isBlocked && wasBlocked)) schedules++;
          wasBlocked ||= isBlocked;
          if ((accesses[0] as number) <= stop) break;
        }
      }
    }
    return schedules;
  } finally {
    goOn();
  }
}

/** So many rounds, each by a seed of its own: the first is the one that `HEDDLE_SEED` says. */
export const roundsOf = (count: number): { seed: number; count: number } => ({ seed: SEED, count: count * STRESS });

/** Beyond the last access of most operations: some are not paused. */
const FARTHEST = 70;
const MOST_IN_A_ROW = 4;

/** Operations of up to four workers, one paused for the next, several times in a row in one scene, with or without a rest between. */
export async function playAtRandom(make: () => Scene, rounds: { seed: number; count: number }): Promise<number> {
  stopTheWorld();
  let schedules = 0;
  try {
    for (let round = 0; round < rounds.count; round++) {
      const next = numbersOf(rounds.seed + round);
      if (round % 100 === 0) await giveWay();
      const scene = make();
      const told: string[] = [];
      try {
        for (let left = 1 + next(MOST_IN_A_ROW); left > 0; left--) {
          const names = chosenFrom(scene, next);
          const stops = names.map(() => next(next(2) === 0 ? FARTHEST : FARTHEST / 5));
          told.push(`${names.join(" / ")} at ${stops.join(", ")}`);
          schedules++;
          runPaused(
            names.map((name) => scene.operations[name] as Operation),
            stops,
            { stores: scene.stores },
          );
          if (next(3) > 0) continue;
          told.push("a rest");
          await scene.settle();
        }
        await scene.end();
      } catch (error) {
        throw new Error(`HEDDLE_SEED=${rounds.seed + round}: ${told.join("; ")}`, { cause: error });
      }
    }
    return schedules;
  } finally {
    goOn();
  }
}

/** One operation each of some workers, in some order. */
function chosenFrom(scene: Scene, next: (most: number) => number): string[] {
  const names = Object.keys(scene.operations);
  const chosen: string[] = [];
  for (let tries = 0; tries < 6; tries++) {
    const name = names[next(names.length)] as string;
    if (areOfDifferentWorkers(scene, [...chosen, name])) chosen.push(name);
  }
  return chosen;
}
