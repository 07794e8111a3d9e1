import assert from "node:assert/strict";
import { afterAll, beforeAll, expect, it } from "vitest";
import { markTransfer } from "../src/kernel/message/transfer.js";
import { oneThread, openKernel } from "./kernels.js";

const { prototype } = ArrayBuffer;
const native = Object.getOwnPropertyDescriptor(prototype, "transfer");
const kept = new WeakSet<object>();

/** As engines have it that know `transfer`, which Node 20 does not: for a size that there cannot be. */
beforeAll(() => {
  Object.defineProperty(prototype, "transfer", {
    configurable: true,
    value(this: ArrayBuffer) {
      throw kept.has(this) ? new TypeError("not detachable") : new RangeError("allocation failed");
    },
  });
});

afterAll(() => {
  if (native === undefined) Reflect.deleteProperty(prototype, "transfer");
  else Object.defineProperty(prototype, "transfer", native);
});

it("of several buffers to be moved, one that the runtime keeps is refused by its path, and none is moved", () => {
  const { codec } = openKernel(oneThread, undefined);
  const others = [new ArrayBuffer(16), new ArrayBuffer(32)] as const;
  const odd = new ArrayBuffer(8);
  kept.add(odd);
  const value = markTransfer({ others, deep: [odd] }, [...others, odd]);
  expect(() => codec.pack([value], "args")).toThrow(
    expect.objectContaining({ code: "HEDDLE_SEND", path: "args[0].deep[0]" }),
  );
  assert.deepEqual(
    [...others, odd].map(({ byteLength }) => byteLength),
    [16, 32, 8],
  );
  kept.delete(odd);
  codec.pack([value], "args");
  assert.deepEqual(
    [...others, odd].map(({ byteLength }) => byteLength),
    [0, 0, 0],
  );
});
