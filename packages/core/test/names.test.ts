import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { NAMES_LATCH } from "../src/kernel/layout.js";
import { workers } from "./workers.js";

describe("named objects", () => {
  it("are found by every worker, however many there are, and each knows its name", () => {
    const [one, two] = workers();
    const objects = Array.from({ length: 2000 }, (_, n) => one.surface.Lock.named(`lock ${n}`));
    for (const [n, lock] of objects.entries()) {
      const there = two.surface.Lock.named(`lock ${n}`);
      const cell = two.kernel.cells.handleOf(there)?.address ?? 0;
      assert.equal(cell, one.kernel.cells.handleOf(lock)?.address);
      assert.equal(two.kernel.names.nameOf(cell), `lock ${n}`);
    }
    const unnamed = one.kernel.cells.handleOf(new one.surface.Lock())?.address ?? 0;
    assert.equal(one.kernel.names.nameOf(unnamed), undefined);
  });

  it("of different kinds may have one name, and of one name one kind", () => {
    const [{ surface, kernel }] = workers();
    const lock = surface.Lock.named("both");
    const event = surface.Event.named("both");
    assert.notEqual(kernel.cells.handleOf(lock)?.address, kernel.cells.handleOf(event)?.address);
    assert.equal(surface.Lock.named("both"), lock);
    assert.throws(() => [surface.Semaphore.named("n", 1), surface.Semaphore.named("n", 2)], TypeError);
  });

  it("leave nothing behind of the tables that have become too small", () => {
    const [{ surface, kernel }] = workers();
    surface.Lock.named("first");
    const before = kernel.usage().bytes;
    const kept = Array.from({ length: 500 }, (_, n) => surface.Lock.named(`${n}`));
    // A lock and its name each, and a table that is at least three eighths full.
    const most = (kept.length * 2 * 32 + (kept.length * 8 * 2) / 3 + 64) * 4 * 2;
    assert.ok(kernel.usage().bytes - before < most);
    const kinds = kernel.usage().objects;
    assert.equal(kinds, kept.length + 1);
  });

  it("are looked for in the same few steps, be there few or many", () => {
    const [{ surface, kernel }] = workers();
    for (let n = 0; n < 5000; n++) surface.Lock.named(`lock ${n}`);
    let reads = 0;
    const { reach } = kernel.region;
    kernel.region.reach = (address) => {
      reads++;
      reach.call(kernel.region, address);
    };
    for (let n = 0; n < 100; n++) surface.Lock.named(`lock ${n * 50}`);
    assert.ok(reads < 100 * 20, `${reads} looks for 100 names`);
    assert.equal(Atomics.load(kernel.region.i32, NAMES_LATCH), 0);
  });
});
