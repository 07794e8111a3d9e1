import fc from "fast-check";
import { expect, it } from "vitest";
import { CLAIMS } from "../src/kernel/layout.js";
import { Call } from "../src/pool/call.js";
import { InFlight } from "../src/pool/host/in-flight.js";

const link = { name: "worker", hasStarted: () => false };

function call(): Call {
  const nobody = (): void => {};
  return new Call({ module: "m", name: "n" }, 0, { text: "[]" } as never, undefined, nobody, nobody);
}

it("calls in flight are found by number and listed in order, whichever are answered first", () => {
  const steps = fc.array(fc.oneof(fc.constant("add" as const), fc.nat()), { maxLength: 300 });
  fc.assert(
    fc.property(steps, fc.nat({ max: 3 * CLAIMS }), (todo, before) => {
      const inFlight = new InFlight(link);
      for (let n = 0; n < before; n++) {
        const passing = call();
        inFlight.add(passing);
        inFlight.remove(passing);
      }
      const model = new Map<number, Call>();
      for (const step of todo) {
        if (step === "add") {
          expect(inFlight.hasSpace).toBe(true);
          const added = call();
          model.set(inFlight.add(added), added);
        } else if (model.size > 0) {
          const number = [...model.keys()][step % model.size] as number;
          const removed = model.get(number) as Call;
          expect(inFlight.get(number)).toBe(removed);
          inFlight.remove(removed);
          model.delete(number);
          expect(inFlight.get(number)).toBeUndefined();
        }
        expect(inFlight.size).toBe(model.size);
      }
      expect([...inFlight]).toEqual([...model.values()]);
    }),
    { numRuns: 200 },
  );
});

it("a call that takes long holds its own place alone, however many come and go beside it", () => {
  const inFlight = new InFlight(link);
  const long = call();
  inFlight.add(long);
  const numbers = new Set([long.number]);
  for (let n = 0; n < 4 * CLAIMS; n++) {
    expect(inFlight.hasSpace).toBe(true);
    const short = call();
    numbers.add(inFlight.add(short));
    expect([...inFlight]).toEqual([long, short]);
    inFlight.remove(short);
  }
  expect(numbers.size).toBe(4 * CLAIMS + 1);
  expect(inFlight.get(long.number)).toBe(long);
});

it("there are as many places as claims, and a number of a call that was answered names no later one", () => {
  const inFlight = new InFlight(link);
  const calls = Array.from({ length: CLAIMS }, call);
  for (const each of calls) inFlight.add(each);
  expect(inFlight.hasSpace).toBe(false);
  inFlight.remove(calls[500] as Call);
  expect(inFlight.hasSpace).toBe(true);
  const next = call();
  expect(inFlight.add(next) % CLAIMS).toBe(500);
  expect([...inFlight].at(-1)).toBe(next);
  expect(inFlight.get((calls[500] as Call).number)).toBeUndefined();
});
