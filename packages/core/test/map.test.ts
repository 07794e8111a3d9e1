import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { Future } from "../src/contracts/future.js";
import { mapOver } from "../src/pool/map.js";

/** Maps by what `run` makes of each chunk; and the chunks. */
async function mapped(
  items: Iterable<unknown>,
  chunkSize: number | undefined,
  run: (chunk: readonly unknown[]) => unknown[],
) {
  const chunks: (readonly unknown[])[] = [];
  const results = await mapOver(items, {
    signal: undefined,
    places: 2,
    whenRoom: (submit) => void submit(),
    runChunk: (chunk) => {
      chunks.push(chunk);
      return Promise.resolve(run(chunk)) as unknown as Future<unknown[]>;
    },
    ...(chunkSize === undefined ? {} : { chunkSize }),
  });
  return { results, chunks };
}

const same = (chunk: readonly unknown[]): unknown[] => [...chunk];

describe("a map", () => {
  it("joins the results of its chunks in order, and none that are lists themselves", async () => {
    const items = [1, [2, [3]], "4", undefined, null];
    for (const size of [1, 2, 5, 9]) assert.deepEqual((await mapped(items, size, same)).results, items);
    assert.deepEqual((await mapped([], undefined, same)).results, []);
  });

  it("takes the items of any typed array, and gives each chunk a plain array", async () => {
    for (const items of [Float64Array.of(0.5, -0, Number.NaN), Uint8Array.of(1, 2, 3), BigInt64Array.of(1n, 2n, 3n)]) {
      const { results, chunks } = await mapped(items, 2, same);
      assert.deepEqual(results, [...items]);
      assert.deepEqual(chunks, [[items[0], items[1]], [items[2]]]);
    }
  });

  it("asks a typed array for its iterator, if it has one of its own", async () => {
    const items = Object.assign(Uint8Array.of(1, 2, 3), { [Symbol.iterator]: () => [7, 8].values() });
    assert.deepEqual((await mapped(items, 2, same)).results, [7, 8]);
  });

  it("refuses a typed array whose buffer was moved away", async () => {
    const items = Uint8Array.of(1, 2, 3);
    structuredClone(items.buffer, { transfer: [items.buffer] });
    await assert.rejects(mapped(items, 2, same), TypeError);
  });
});
