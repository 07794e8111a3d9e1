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

  it("is tried each time again after one success", () => {
    const backoff = new Backoff();
    triesIn(backoff, () => backoff.failed());
    while (!backoff.isDue());
    backoff.succeeded();
    expect(triesIn(backoff, () => backoff.succeeded())).toBe(1000);
  });
});
