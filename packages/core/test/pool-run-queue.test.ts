import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Call } from "../src/pool/call.js";
import { Durations } from "../src/pool/host/pool-counters.js";
import { RunQueue } from "../src/pool/host/run-queue.js";

const packet = { text: "[]", blobs: undefined, references: undefined, transferables: undefined };

function call(ordinal: number, priority: number): Call {
  const made = new Call(
    { module: "m", name: "n" },
    0,
    packet,
    undefined,
    () => {},
    () => {},
    {
      priority,
      timeout: undefined,
      grace: 0,
    },
  );
  made.queuedAs(ordinal);
  return made;
}

it("a run queue gives the oldest call of the highest priority, even if calls leave it or come back", () => {
  const steps = fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ push: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -99, max: 99 })) }),
      },
      { weight: 2, arbitrary: fc.constant("take" as const) },
      { weight: 1, arbitrary: fc.record({ cancel: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ bringBack: fc.nat({ max: 5 }) }) },
    ),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(steps, (todo) => {
      const line = new RunQueue();
      let model: Call[] = [];
      let taken: Call[] = [];
      let ordinal = 0;
      for (const step of todo) {
        if (step === "take") {
          const next = line.next;
          expect(next).toBe(model[0]);
          if (next === undefined) continue;
          line.shift();
          taken.push(model.shift() as Call);
        } else if ("push" in step) {
          const added = call(++ordinal, step.push);
          line.push(added);
          model.push(added);
        } else if ("cancel" in step) {
          const left = model[step.cancel % Math.max(1, model.length)];
          if (left === undefined) continue;
          line.remove(left);
          left.cancel("enough");
          model = model.filter((other) => other !== left);
        } else {
          const back = taken.slice(-step.bringBack - 1);
          taken = taken.slice(0, -step.bringBack - 1);
          line.reinstate(back);
          model.push(...back);
        }
        model.sort((a, b) => b.priority - a.priority || a.ordinal - b.ordinal);
        expect(line.size).toBe(model.length);
        expect(line.bytes).toBe(model.reduce((bytes, each) => bytes + each.bytes, 0));
      }
      expect(line.drain()).toEqual(model);
      expect([line.size, line.next, line.isMixed]).toEqual([0, undefined, false]);
    }),
  );
});

it("a line forgets calls that were cancelled, though their turn never comes", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const line = new RunQueue();
  line.push(call(0, 1));
  const cancelled = Array.from({ length: 100 }, (_, i) => {
    const left = call(i + 1, 0);
    line.push(left);
    line.remove(left);
    left.cancel("enough");
    return new WeakRef(left);
  });
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(cancelled.filter((left) => left.deref() !== undefined).length).toBeLessThan(70);
  expect(line.next?.ordinal).toBe(0);
});

it("percentiles are right to a sixteenth, and the rest exactly", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 300 }), (times) => {
      const durations = new Durations();
      for (const ms of times) durations.add(ms);
      const { count, mean, p50, p99, max } = durations.summary;
      const sorted = [...times].sort((a, b) => a - b);
      const exact = (share: number): number => sorted[Math.ceil(share * times.length) - 1] as number;
      expect(count).toBe(times.length);
      expect(max).toBe(sorted.at(-1));
      expect(mean).toBeCloseTo(times.reduce((a, b) => a + b, 0) / times.length, 3);
      for (const [estimate, value] of [
        [p50, exact(0.5)],
        [p99, exact(0.99)],
      ] as const) {
        // Beyond 35 minutes all are alike.
        const longest = Math.min(value, (2 ** 31 - 1) / 1000);
        expect(Math.abs(Math.min(estimate, (longest * 17) / 16) - longest)).toBeLessThanOrEqual(longest / 16 + 0.001);
      }
    }),
  );
});
