import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { unframe } from "../src/kernel/frame.js";
import { framed } from "./framed.js";

const packet = (text: string) => ({
  text: JSON.stringify(text),
  blobs: undefined,
  references: undefined,
  transferables: undefined,
});
const textIn = (frame: Uint8Array): unknown => unframe(frame).body;

describe("a frame", () => {
  it("stays as it is while others are made, of any size and however deep one within another", () => {
    for (const size of [1, 100, 5000, 100_000]) {
      framed(packet("a".repeat(size)), (outer) => {
        framed(packet("b".repeat(size)), (inner) => {
          framed(packet("c".repeat(2 * size)), (innermost) => {
            assert.equal(textIn(innermost), "c".repeat(2 * size));
          });
          assert.equal(textIn(inner), "b".repeat(size));
        });
        framed(packet("d"), (next) => assert.equal(textIn(next), "d"));
        assert.equal(textIn(outer), "a".repeat(size));
      });
    }
  });

  it("has the memory of the one before it, also after one that failed", () => {
    const memory = (): ArrayBufferLike => framed(packet("x"), ({ buffer }) => buffer);
    const first = memory();
    assert.throws(() =>
      framed(packet("y"), () => {
        throw new Error("no");
      }),
    );
    assert.equal(memory(), first);
  });

  it("keeps no more than 64 KiB from one to the next for good", () => {
    framed(packet("x".repeat(1_000_000)), () => {});
    assert.ok(framed(packet("x"), ({ buffer }) => buffer.byteLength) <= 1 << 16);
  });

  it("carries text of more than one byte a character, and blobs", () => {
    const blobs = [new Uint8Array([1, 2, 3]), new Uint8Array(70_000).fill(4)];
    framed({ text: JSON.stringify("ä€😀"), blobs, references: undefined, transferables: undefined }, (frame) => {
      const { body, blobs: back } = unframe(frame.slice());
      assert.equal(body, "ä€😀");
      assert.deepEqual(back, blobs);
    });
  });
});
