import assert from "node:assert/strict";
import type { SharedArray } from "@heddle/core";
import { findCollector } from "../collect-garbage.js";
import { rest, turn } from "../patience.js";
import type { Contract } from "../suite.js";

/** Shared memory: what keeps it, what gives it back, and what happens when there is no more. */
export const memory: Contract = ({ describe, it, adapter }) => {
  const collect = findCollector();

  /** Everything that is garbage by now has been let go of. */
  async function collected(): Promise<void> {
    for (let n = 0; n < 3; n++) {
      collect?.();
      await rest();
      await turn();
    }
  }

  describe("a view of a SharedArray", () => {
    type Parts = Record<string, (array: SharedArray<"i32">) => ArrayBufferView>;
    const parts: Parts = {
      "a subarray": (array) => array.view.subarray(2, 6),
      "a subarray of a subarray": (array) => array.view.subarray(1, 7).subarray(1, 5),
      "a DataView": ({ view }) => new DataView(view.buffer, view.byteOffset + 8, 16),
      "a view of its buffer": ({ view }) => new Uint8Array(view.buffer, view.byteOffset + 8, 16),
    };
    for (const [name, part] of Object.entries(parts)) {
      it(`keeps the memory, though the array has dropped out of sight: ${name}`, async () => {
        const made = Array.from({ length: 20 }, () => part(new adapter.SharedArray("i32", [0, 0, 7, 7, 7, 7, 0, 0])));
        const before = made.map(bytesOf);
        await collected();
        // What was freed is given out again.
        for (let n = 0; n < 40; n++) new adapter.SharedArray("i32", 8).view.fill(-1);
        assert.deepEqual(made.map(bytesOf), before);
      });
    }

    it("that came in a message keeps the memory, too", async () => {
      const queue = new adapter.Queue<Int32Array>();
      for (let n = 0; n < 20; n++) queue.putNowait(new adapter.SharedArray("i32", [1, 2, 3, n]).view.subarray(2));
      await collected();
      const rows = Array.from({ length: 20 }, () => queue.getNowait().subarray(0, 2));
      await collected();
      for (let n = 0; n < 40; n++) new adapter.SharedArray("i32", 4).view.fill(-1);
      assert.deepEqual(
        rows.map((row) => [...row]),
        rows.map((_, n) => [3, n]),
      );
    });

    it("is refused where it shows more than its array", async () => {
      const array = new adapter.SharedArray("i32", 4);
      const { buffer, byteOffset, byteLength } = array.view;
      const queue = new adapter.Queue();
      await assert.rejects(queue.put(buffer), { code: "HEDDLE_SEND" });
      if (buffer.byteLength > byteOffset + byteLength) {
        await assert.rejects(queue.put(new Uint8Array(buffer, byteOffset, byteLength + 4)), { code: "HEDDLE_SEND" });
      }
      await queue.put(new Uint8Array(buffer, byteOffset, byteLength));
      const bytes = (await queue.get()) as Uint8Array;
      bytes[0] = 9;
      assert.equal(array.view[0], 9);
    });
  });
};

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): number[] => [
  ...new Uint8Array(buffer, byteOffset, byteLength),
];
