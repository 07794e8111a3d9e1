import fc from "fast-check";
import { expect, it } from "vitest";
import { Fifo } from "../src/kernel/fifo.js";
import { Stream } from "../src/pool/stream.js";
import { asCompleted } from "../src/pool/waiting.js";

it("gives what comes next, as an array does", () => {
  const steps = fc.array(
    fc.oneof(fc.record({ push: fc.nat({ max: 2000 }) }), fc.record({ take: fc.nat({ max: 1500 }) })),
  );
  fc.assert(
    fc.property(steps, (todo) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let last = 0;
      for (const step of todo) {
        if ("push" in step)
          for (let i = 0; i < step.push; i++) {
            model.push(++last);
            fifo.push(last);
          }
        else for (let i = 0; i < step.take; i++) if (fifo.shift() !== model.shift()) return false;
        if (fifo.size !== model.length || fifo.first !== model[0]) return false;
      }
      fifo.clear();
      return fifo.size === 0 && fifo.first === undefined;
    }),
  );
});

/** How many items the arrays had whose items were moved meanwhile, added up. */
async function moved(act: () => Promise<unknown>): Promise<number> {
  let items = 0;
  const methods = ["shift", "slice", "splice"] as const;
  const genuine = methods.map((name) => Array.prototype[name] as (this: unknown[], ...given: unknown[]) => unknown);
  for (const [n, name] of methods.entries()) {
    const method = genuine[n] as (typeof genuine)[0];
    const value = function (this: unknown[], ...given: unknown[]): unknown {
      items += this.length;
      return Reflect.apply(method, this, given);
    };
    Object.defineProperty(Array.prototype, name, { value, configurable: true, writable: true });
  }
  try {
    await act();
  } finally {
    for (const [n, name] of methods.entries()) {
      Object.defineProperty(Array.prototype, name, { value: genuine[n], configurable: true, writable: true });
    }
  }
  return items;
}

const REQUESTS = 5000;

it("each request of a stream is answered without moving those behind it", async () => {
  const stream = new Stream<number>([1], {
    signal: undefined,
    chunkSize: 1,
    chunksAhead: 2,
    isOrdered: true,
    send: () => ({ outcome: new Promise(() => {}), cancel: () => {} }),
    whenRoom: (send) => void send(),
  });
  const all = Array.from({ length: REQUESTS }, () => stream.next());
  const items = await moved(async () => {
    await stream.return();
    await Promise.all(all);
  });
  expect(items).toBeLessThan(10 * REQUESTS);
});

it("each future is given out as completed without moving those behind it", async () => {
  const futures = Array.from({ length: REQUESTS }, (_, n) =>
    Object.assign(Promise.resolve(n), { state: "fulfilled" as const, cancel: () => false }),
  );
  let sum = 0;
  const items = await moved(async () => {
    for await (const { index } of asCompleted(futures)) sum += index;
  });
  expect(sum).toBe((REQUESTS * (REQUESTS - 1)) / 2);
  expect(items).toBeLessThan(10 * REQUESTS);
});
