import assert from "node:assert/strict";
import { it } from "vitest";
import { allAtOnce } from "../src/all-at-once.js";

it("memory that is there from the start is one buffer, and each window another at its place", () => {
  const made: (readonly [address: number | bigint, bytes: number])[] = [];
  const bufferAt = (address: number | bigint, bytes: number): ArrayBuffer => {
    made.push([address, bytes]);
    return new ArrayBuffer(bytes);
  };
  const places: (number | undefined)[] = [];
  const mapped = allAtOnce(bufferAt)(1024, (place) => {
    places.push(place);
    return 4096;
  });
  assert.deepEqual([mapped.maxBytes, mapped.buffer.byteLength, places], [1024, 1024, [undefined]]);
  mapped.grow(512);
  const window = mapped.window(256, 64);
  assert.deepEqual([window.buffer.byteLength, window.byteOffset], [64, 0]);
  assert.deepEqual(made, [
    [4096, 1024],
    [4352n, 64],
  ]);
});
