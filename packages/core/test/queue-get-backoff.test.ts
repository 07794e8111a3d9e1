import { describe, expect, it } from "vitest";
import { GetBackoff } from "../src/queue/get-backoff.js";

const LOOKS_AT_MOST = 2000;

function after(...spare: number[]): GetBackoff {
  const backoff = new GetBackoff(0);
  for (const items of spare) backoff.learn(items);
  return backoff;
}

describe("a getter's pause before it takes the latch", () => {
  it("is none where nothing else comes while an item is fetched", () => {
    expect(after(0, 0, 0).looksBefore(1)).toBe(0);
  });

  it("grows while more than one item is there, up to its most", () => {
    const backoff = new GetBackoff(0);
    const looks = Array.from({ length: 20 }, () => {
      backoff.learn(1);
      return backoff.looksBefore(1);
    });
    expect(looks).toEqual(looks.toSorted((a, b) => a - b));
    expect(looks.at(-1)).toBe(LOOKS_AT_MOST);
  });

  it("stays as it is once it brings enough", () => {
    const backoff = after(1, 1, 1);
    const looks = backoff.looksBefore(1);
    backoff.learn(1000);
    expect(backoff.looksBefore(1)).toBe(looks);
  });

  it("is left out when enough is there already", () => {
    expect(after(1, 1, 1).looksBefore(1000)).toBe(0);
  });

  it("is over after a few items that came alone", () => {
    const backoff = after(...Array(20).fill(1));
    for (let n = 0; n < 12; n++) backoff.learn(0);
    expect(backoff.looksBefore(1)).toBe(0);
  });

  it("asks for no more than half of what a small queue holds", () => {
    const looksAt = (maxSize: number, items: number): number => {
      const backoff = new GetBackoff(maxSize);
      for (let n = 0; n < 3; n++) backoff.learn(1);
      return backoff.looksBefore(items);
    };
    expect(looksAt(10, 4)).toBeGreaterThan(0);
    expect(looksAt(10, 5)).toBe(0);
    // Of one, or of two, any number is enough.
    expect(looksAt(1, 0)).toBe(0);
    expect(looksAt(2, 1)).toBe(0);
    expect(looksAt(1000, 31)).toBeGreaterThan(0);
  });
});
