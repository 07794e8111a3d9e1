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

/** A test for each scene, one and two deep, which says how many schedules it played. */
export function schedulesOf(scenes: Readonly<Record<string, () => Scene>>): void {
  let all = 0;
  describe("schedules: operations paused at each access to shared memory, others running whole meanwhile, of a", () => {
    for (const [kind, make] of Object.entries(scenes)) {
      it(kind, async () => {
        const schedules = await explore(make);
        all += schedules;
        console.log(`${kind}: ${schedules} schedules`);
        assert.ok(schedules > 20);
      }, 120_000);
      if (!hasThreeWorkers(make)) continue;
      it(`${kind}, two deep`, async () => {
        const schedules = await exploreTwoDeep(make);
        all += schedules;
        console.log(`${kind}, two deep: ${schedules} schedules`);
        assert.ok(schedules > 20);
      }, 300_000);
    }
    afterAll(() => console.log(`${all} schedules in all`));
  });
}
