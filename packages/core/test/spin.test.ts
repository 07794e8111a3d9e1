import { describe, expect, it } from "vitest";
import { Spin } from "../src/kernel/spin.js";

/** How often a spin looks before it gives up. */
function looksOf(spin: Spin): number {
  let looks = 0;
  spin.until(() => {
    looks++;
    return false;
  });
  return looks;
}

const FEWEST = looksOf(new Spin(true));

describe("a spin", () => {
  it("looks not even once where spinning cannot pay", () => {
    expect(looksOf(new Spin(false))).toBe(0);
  });

  it("looks longer after it has paid, and no longer than its most", () => {
    const spin = new Spin(true);
    spin.until(() => true);
    expect(looksOf(spin)).toBe(2 * FEWEST);
    for (let n = 0; n < 50; n++) spin.until(() => true);
    const most = looksOf(spin);
    for (let n = 0; n < 50; n++) spin.until(() => true);
    expect(looksOf(spin)).toBe(most);
  });

  it("looks half as long after it has not paid, and never less than its fewest", () => {
    const spin = new Spin(true);
    for (let n = 0; n < 3; n++) spin.until(() => true);
    expect([looksOf(spin), looksOf(spin), looksOf(spin)]).toEqual([8 * FEWEST, 4 * FEWEST, 2 * FEWEST]);
    for (let n = 0; n < 50; n++) looksOf(spin);
    expect(looksOf(spin)).toBe(FEWEST);
  });

  it("looks longer after a sleep that was over at once, as it would have paid; not after a longer one", () => {
    const spin = new Spin(true);
    spin.slept(5);
    expect(looksOf(spin)).toBe(FEWEST);
    spin.slept(0.01);
    expect(looksOf(spin)).toBeGreaterThan(2 * FEWEST);
  });

  it("is tried at its longest more and more rarely while that fails", () => {
    const spin = new Spin(true);
    for (let n = 0; n < 10; n++) spin.slept(0.01);
    const most = looksOf(spin);
    let longest = 0;
    for (let n = 0; n < 1000; n++) {
      spin.slept(0.01);
      if (looksOf(spin) === most) longest++;
    }
    expect(longest).toBeGreaterThan(10);
    expect(longest).toBeLessThan(40);
  });
});
