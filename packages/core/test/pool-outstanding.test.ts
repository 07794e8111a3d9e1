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

it("a call that takes long holds the place of the one that comes round next, until it is answered", () => {
  const outstanding = new Outstanding();
  const long = call();
  outstanding.add(long);
  for (let n = 1; n < CLAIMS; n++) {
    const short = call();
    outstanding.add(short);
    outstanding.remove(short);
  }
  expect(outstanding.hasPlace).toBe(false);
  outstanding.remove(long);
  expect(outstanding.hasPlace).toBe(true);
  const next = call();
  expect(outstanding.get(outstanding.add(next))).toBe(next);
  expect(outstanding.get(long.number)).toBeUndefined();
  expect([...outstanding]).toEqual([next]);
});
