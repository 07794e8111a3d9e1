import assert from "node:assert/strict";
import { afterAll, describe, it } from "vitest";
import { roundsOf } from "./reference/explore.js";
import { DEATHS } from "./reference/scenes/deaths.js";
import { exploreDeaths } from "./reference/sweeps.js";

let all = 0;

describe("schedules: a worker dies at any change, and is swept while others go on, with a", () => {
  it.each(Object.entries(DEATHS))(
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
