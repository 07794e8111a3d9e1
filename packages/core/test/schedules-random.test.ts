import assert from "node:assert/strict";
import { afterAll, describe, it } from "vitest";
import { playAtRandom, roundsOf } from "./reference/explore.js";
import { LOCKS, MEMORY, QUEUES, SYNC } from "./reference/scenes/index.js";

const SCENES = { ...LOCKS, ...SYNC, ...QUEUES, ...MEMORY };
let all = 0;

describe("schedules chosen by seed: up to four workers, each paused for the next, several times in a row, of a", () => {
  it.each(Object.entries(SCENES))(
    "%s",
    async (kind, make) => {
      const rounds = roundsOf(100);
      const schedules = await playAtRandom(make, rounds);
      all += schedules;
      console.log(`${kind}: ${schedules} schedules, from seed ${rounds.seed}`);
      assert.ok(schedules >= rounds.count);
    },
    600_000,
  );
  afterAll(() => console.log(`${all} schedules in all`));
});
