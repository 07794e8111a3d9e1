import fc from "fast-check";
import { expect, it } from "vitest";
import { CLAIMS } from "../src/kernel/layout.js";
import { Call } from "../src/pool/call.js";
import { Outstanding } from "../src/pool/outstanding.js";

function call(): Call {
  const nobody = (): void => {};
  return new Call({ module: "m", name: "n" }, 0, { text: "[]" } as never, undefined, nobody, nobody);
}

it("outstanding calls are found by number and listed in order, whichever are answered first", () => {
  const steps = fc.array(fc.oneof(fc.constant("add" as const), fc.nat()), { maxLength: 300 });
  fc.assert(
    fc.property(steps, fc.nat({ max: 3 * CLAIMS }), (todo, before) => {
      const outstanding = new Outstanding();
      for (let n = 0; n < before; n++) {
        const passing = call();
        outstanding.add(passing);
        outstanding.remove(passing);
      }
      const model = new Map<number, Call>();
      for (const step of todo) {
        if (step === "add") {
          expect(outstanding.hasPlace).toBe(true);
          const added = call();
          model.set(outstanding.add(added), added);
        } else if (model.size > 0) {
          const number = [...model.keys()][step % model.size] as number;
          const removed = model.get(number) as Call;
          expect(outstanding.get(number)).toBe(removed);
          outstanding.remove(removed);
          model.delete(number);
          expect(outstanding.get(number)).toBeUndefined();
        }
        expect(outstanding.size).toBe(model.size);
      }
      expect([...outstanding]).toEqual([...model.values()]);
    }),
    { numRuns: 200 },
  );
});

it("a call that takes long holds its own place alone, however many come and go beside it", () => {
  const outstanding = new Outstanding();
  const long = call();
  outstanding.add(long);
  const numbers = new Set([long.number]);
  for (let n = 0; n < 4 * CLAIMS; n++) {
    expect(outstanding.hasPlace).toBe(true);
    const short = call();
    numbers.add(outstanding.add(short));
    expect([...outstanding]).toEqual([long, short]);
    outstanding.remove(short);
  }
  expect(numbers.size).toBe(4 * CLAIMS + 1);
  expect(outstanding.get(long.number)).toBe(long);
});

it("there are as many places as claims, and a number of a call that was answered names no later one", () => {
  const outstanding = new Outstanding();
  const calls = Array.from({ length: CLAIMS }, call);
  for (const each of calls) outstanding.add(each);
  expect(outstanding.hasPlace).toBe(false);
  outstanding.remove(calls[500] as Call);
  expect(outstanding.hasPlace).toBe(true);
  const next = call();
  expect(outstanding.add(next) % CLAIMS).toBe(500);
  expect([...outstanding].at(-1)).toBe(next);
  expect(outstanding.get((calls[500] as Call).number)).toBeUndefined();
});
