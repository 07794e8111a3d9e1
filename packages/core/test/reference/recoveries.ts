import assert from "node:assert/strict";
import { afterAll, describe, it } from "vitest";
import { giveWay, numbersOf, roundsOf } from "./explore.js";
import { type Operation, runPaused } from "./paused.js";
import type { DeathScene } from "./scenes/deaths.js";
import { goOn, stopTheWorld } from "./virtual.js";

/** More than any worker does here before it dies. */
const MOST_INSTANTS = 2000;

/**
 * A worker dies before each of its changes. Its recovery is paused at some access, by seed, and each other's operation runs whole there; and the
 * other way round. Gives how many schedules that were.
 */
export async function exploreDeaths(
  make: (instant: number) => DeathScene,
  seed: number,
  times: number,
): Promise<number> {
  const next = numbersOf(seed);
  const lengths = new Map<string, number>();
  let schedules = 0;
  let isAlive = false;
  /** Gives whether the victim has lived to the end of what it does. */
  const play = async (instant: number, order: (name: string) => readonly string[], name: string): Promise<void> => {
    stopTheWorld();
    const names = order(name);
    let stop = 0;
    try {
      const scene = make(instant);
      await scene.die();
      isAlive = scene.isVictimAlive;
      const operations = names.map((each) => scene.operations[each] as Operation);
      const [first] = operations as [Operation];
      // It would wait for a latch that died with its holder, and be after the recovery.
      if (first.may?.() === false) return;
      stop = next(lengths.get(names.join()) ?? 1);
      const [length = 0] = runPaused(operations, [stop]);
      lengths.set(names.join(), Math.max(1, length));
      scene.operations.recover?.run();
      await scene.end();
      schedules++;
    } catch (error) {
      const what = `${names.join(" / ")}, paused before access ${stop}, after a death before change ${instant}`;
      throw new Error(`HEDDLE_SEED=${seed}: ${what}`, { cause: error });
    } finally {
      goOn();
    }
  };
  stopTheWorld();
  const others = Object.keys(make(0).operations).filter((name) => name !== "recover");
  goOn();
  for (let instant = 0; !isAlive; instant++) {
    assert.ok(instant < MOST_INSTANTS);
    await giveWay();
    for (const name of others) {
      for (let n = 0; n < times; n++) {
        await play(instant, (other) => ["recover", other], name);
        await play(instant, (other) => [other, "recover"], name);
      }
    }
  }
  return schedules;
}

/** A test for each scene, which says how many schedules it played. */
export function recoveriesOf(scenes: Readonly<Record<string, (instant: number) => DeathScene>>): void {
  let all = 0;
  describe("schedules: a worker dies at any change, and is recovered while others go on, with a", () => {
    it.each(Object.entries(scenes))(
      "%s",
      async (kind, make) => {
        const { seed, count } = roundsOf(1);
        const schedules = await exploreDeaths(make, seed, count);
        all += schedules;
        console.log(`${kind}: ${schedules} schedules, from seed ${seed}`);
        assert.ok(schedules > 20);
      },
      600_000,
    );
    afterAll(() => console.log(`${all} schedules in all`));
  });
}
