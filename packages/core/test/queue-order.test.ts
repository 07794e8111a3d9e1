import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import { workers } from "./workers.js";

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ priority: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })) }),
  },
  { weight: 2, arbitrary: fc.constant("get" as const) },
);

describe("the order in which items come out", () => {
  it("by priority, then by age: as of a sorted list, for any priorities", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const [main] = workers();
        const queue = new main.surface.PriorityQueue<number>();
        const model: { priority: number; item: number }[] = [];
        for (const [item, what] of steps.entries()) {
          if (what !== "get") {
            queue.putNowait(item, what);
            model.push({ ...what, item });
          } else if (model.length > 0) {
            const least = Math.min(...model.map(({ priority }) => priority));
            const next = model.findIndex(({ priority }) => priority === least);
            assert.equal(queue.getNowait(), model.splice(next, 1)[0]?.item);
          }
        }
        model.sort((a, b) => (a.priority === b.priority ? 0 : a.priority < b.priority ? -1 : 1));
        for (const { item } of model) assert.equal(queue.getNowait(), item);
        assert.ok(queue.isEmpty);
      }),
      { numRuns: 150 },
    );
  });

  it("of many thousands of items, most urgent first", () => {
    const [main] = workers();
    const queue = new main.surface.PriorityQueue<number>();
    for (let n = 0; n < 10_000; n++) queue.putNowait(n, { priority: (n * 7919) % 10_000 });
    for (let n = 0; n < 10_000; n++) assert.equal((queue.getNowait() * 7919) % 10_000, n);
  });

  it("of integers, with as few looks at items for many as for few", () => {
    const [main] = workers();
    const looksOfTen = (items: number): number => {
      const queue = new main.surface.PriorityQueue<number>();
      for (let n = 0; n < items; n++) queue.putNowait(n, { priority: ((n * 7919) % 100) - 50 });
      const { reach } = main.kernel.region;
      let looks = 0;
      main.kernel.region.reach = (address) => {
        looks++;
        reach.call(main.kernel.region, address);
      };
      for (let n = 0; n < 10; n++) queue.getNowait();
      main.kernel.region.reach = reach;
      return looks;
    };
    looksOfTen(10);
    // But for those of the allocator, which may find free cells beside the one that is freed. The larger heap has two levels more. On each of
    // them, the three words of a place are written. To look at all sixteen children of a place there would be 320 looks.
    assert.ok(looksOfTen(5000) <= looksOfTen(20) + (2 + 2 * 3) * 10);
  });

  it("by all of a priority, and all of an age, where the packed keys are equal", () => {
    const [main] = workers();
    const queue = new main.surface.PriorityQueue<string>();
    // Doubles that differ in their last bits alone.
    const priorities = [3, 1, 0, 2].map((bits) => 1 + Number.EPSILON * (4 + bits));
    for (const priority of priorities) queue.putNowait(`${priority}`, { priority });
    for (const priority of priorities.toSorted()) assert.equal(queue.getNowait(), `${priority}`);
  });

  it("last in first out, for items of any size", () => {
    const [main] = workers();
    const queue = new main.surface.LifoQueue<string>();
    const sizes = [0, 3, 100_000, 7, 1, 50_000];
    for (const size of sizes) queue.putNowait("x".repeat(size));
    for (const size of sizes.toReversed()) assert.equal(queue.getNowait().length, size);
  });

  it("memory of a queue that was emptied is given back", () => {
    const [main] = workers();
    for (const kind of ["Queue", "LifoQueue", "PriorityQueue"] as const) {
      const queue = new main.surface[kind]<string>();
      queue.putNowait("first");
      queue.getNowait();
      const before = main.kernel.usage().bytes;
      for (let n = 0; n < 20_000; n++) queue.putNowait(`item ${n}`);
      assert.ok(main.kernel.usage().bytes > before + 100_000);
      for (let n = 0; n < 20_000; n++) queue.getNowait();
      assert.ok(main.kernel.usage().bytes <= before, kind);
    }
  });
});
