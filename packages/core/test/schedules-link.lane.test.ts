import assert from "node:assert/strict";
import { it } from "vitest";
import { giveWay } from "./reference/explore.js";
import { BEFORE, OF_POOL, playLink } from "./reference/links.js";

const TIMEOUT = 600_000;

/** Plays `name` with the first of the others run before each of its accesses, and the second before that or each later one. Gives how many schedules that were. */
async function preemptTwice(before: readonly string[], name: string, first: string, second: string): Promise<number> {
  let schedules = 0;
  for (let one = 0, length = 1; one < length; one++) {
    await giveWay();
    for (let two = one; two === one || two < length; two++) {
      length = await playLink(before, [name, first, second], [one, two], true);
      schedules++;
    }
  }
  return schedules;
}

it(
  "schedules: a pool does something, preempted twice by its worker, at every two accesses",
  async () => {
    const OF_WORKER = ["serve", "end a task"];
    let schedules = 0;
    for (const before of BEFORE) {
      for (const name of OF_POOL) {
        for (const first of OF_WORKER) {
          for (const second of OF_WORKER) schedules += await preemptTwice(before, name, first, second);
        }
      }
    }
    console.log(`link: ${schedules} schedules, its pool preempted twice`);
    assert.ok(schedules > 500);
  },
  TIMEOUT,
);

it(
  "schedules: a pool's worker takes calls and answers, preempted twice by its pool, at every two accesses",
  async () => {
    let schedules = 0;
    for (const before of BEFORE) {
      for (const first of OF_POOL) {
        for (const second of OF_POOL) schedules += await preemptTwice(before, "serve", first, second);
      }
    }
    console.log(`link: ${schedules} schedules, its worker preempted twice`);
    assert.ok(schedules > 10_000);
  },
  TIMEOUT,
);
