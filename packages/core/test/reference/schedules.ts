import assert from "node:assert/strict";
import { afterAll, describe, it } from "vitest";
import { explore } from "./explore.js";
import type { Scene } from "./scene.js";
import { exploreTwoDeep } from "./two-deep.js";
import { goOn, stopTheWorld } from "./virtual.js";

/** A ring has two ends: nothing of a third worker's could be run there. */
function hasThreeWorkers(make: () => Scene): boolean {
  stopTheWorld();
  const { operations } = make();
  goOn();
  return new Set(Object.values(operations).map(({ thread }) => thread)).size > 2;
}

/** A test for each scene, one and two deep if not only one of these, which says how many schedules it played. */
export function schedulesOf(scenes: Readonly<Record<string, () => Scene>>, depth?: 1 | 2): void {
  let all = 0;
  describe("schedules: operations paused at each access to shared memory, others running whole meanwhile, of a", () => {
    const test = (name: string, play: () => Promise<number>): void =>
      it(name, async () => {
        const schedules = await play();
        all += schedules;
        console.log(`${name}: ${schedules} schedules`);
        assert.ok(schedules > 20);
      }, 300_000);
    for (const [kind, make] of Object.entries(scenes)) {
      if (depth !== 2) test(kind, () => explore(make));
      if (depth !== 1 && hasThreeWorkers(make)) test(`${kind}, two deep`, () => exploreTwoDeep(make));
    }
    afterAll(() => console.log(`${all} schedules in all`));
  });
}
