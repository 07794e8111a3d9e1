import { describe, expect, it } from "vitest";
import { Backoff } from "../src/kernel/backoff.js";

/** How many of the next thousand times a try was due, all of which `end`. */
function triesIn(backoff: Backoff, end: () => void): number {
  let tries = 0;
  for (let n = 0; n < 1000; n++) {
    if (!backoff.isDue()) continue;
    tries++;
    end();
  }
  return tries;
}

describe("a try with a backoff", () => {
  it("is tried each time as long as it succeeds", () => {
    const backoff = new Backoff();
    expect(triesIn(backoff, () => backoff.succeeded())).toBe(1000);
  });

  it("is tried more and more rarely while it fails, but never given up", () => {
    const backoff = new Backoff();
    const first = triesIn(backoff, () => backoff.failed());
    const second = triesIn(backoff, () => backoff.failed());
    expect(first).toBeLessThan(25);
    expect(second).toBeLessThanOrEqual(first);
    expect(second).toBeGreaterThan(10);
  });

  it("is tried each time again once it has succeeded as often as it had failed", () => {
    const backoff = new Backoff();
    triesIn(backoff, () => backoff.failed());
    triesIn(backoff, () => backoff.succeeded());
    expect(triesIn(backoff, () => backoff.succeeded())).toBe(1000);
  });

  it("stays rare if it succeeds now and then, but fails as often", () => {
    const backoff = new Backoff();
    triesIn(backoff, () => backoff.failed());
    let tries = 0;
    const inTurns = (): void => (tries++ % 2 === 0 ? backoff.succeeded() : backoff.failed());
    expect(triesIn(backoff, inTurns)).toBeLessThan(30);
  });
});
