import { afterEach, beforeEach, expect, it } from "vitest";
import { type Rate, RateLimit } from "../src/pool/host/rate-limit.js";
import { BackgroundTimers } from "../src/worker/background-timers.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";

const timers = new BackgroundTimers({ serveTimers: () => 0 });

beforeEach(stopTheWorld);
afterEach(goOn);

/** When tasks start that wait from the beginning on. */
function starts(rate: Rate, tasks: number): number[] {
  const times: number[] = [];
  const begin = virtual.now;
  const start = (): void => {
    while (times.length < tasks && limit.mayStart) {
      limit.take();
      times.push(virtual.now - begin);
    }
  };
  const limit: RateLimit = new RateLimit(rate, timers, start);
  start();
  virtual.timers.pass(1_000_000);
  expect(virtual.timers.any).toBe(false);
  return times;
}

it("as many tasks as the limit start at once, and then one whenever a token has come back", () => {
  expect(starts({ limit: 3, interval: 300 }, 7)).toEqual([0, 0, 0, 100, 200, 300, 400]);
  expect(starts({ limit: 1, interval: 50 }, 4)).toEqual([0, 50, 100, 150]);
});

it("a bucket that was left alone is full, and no more than full", () => {
  const limit = new RateLimit({ limit: 2, interval: 100 }, timers, () => {});
  virtual.timers.pass(10_000);
  for (const mayStart of [true, true, false]) {
    expect(limit.mayStart).toBe(mayStart);
    limit.take();
  }
  limit.stop();
  expect(virtual.timers.any).toBe(false);
});
