import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { pack } from "../src/kernel/message/index.js";
import { textOfBytes, UnwrittenText } from "../src/kernel/message/long-text.js";
import { bytesOf } from "../src/kernel/message/unwritten.js";
import { BundlingHost, roundTrip } from "./host.js";

const LONG = 5000;
const filler = "x".repeat(LONG);

/** Long texts of every kind that is encoded in a way of its own. */
const texts = {
  ascii: filler,
  "Latin-1 from the start": "é".repeat(LONG),
  "wide from the start": "Ж".repeat(LONG),
  "not ASCII at its end alone": `${filler}Ж`,
  "pairs of surrogates": "😀".repeat(LONG),
  "a lone surrogate at its end": `${filler}\ud800`,
  "a lone surrogate at its start": `\udc00${filler}`,
  "a byte order mark": `\ufeff${filler}`,
  "wide, with a byte order mark": `\ufeff${"Ж".repeat(LONG)}`,
  "what JSON escapes": '"\\\n\u2028'.repeat(LONG),
} as const;

describe("a long string", () => {
  for (const [name, text] of Object.entries(texts)) {
    it(`arrives as it was: ${name}`, () => {
      for (const value of [text, [text], { a: { b: text, c: [1, text] } }, new Map([[text, new Set([text])]])]) {
        assert.deepEqual(roundTrip(value), value);
      }
    });

    it(`arrives where this runtime has no Buffer: ${name}`, () => {
      const { Buffer } = globalThis;
      Reflect.deleteProperty(globalThis, "Buffer");
      try {
        assert.equal(roundTrip(text) === text, true);
      } finally {
        globalThis.Buffer = Buffer;
      }
    });
  }

  it("travels beside the JSON", () => {
    const { text, blobs } = pack(new BundlingHost(), { page: filler }, { root: "value" });
    assert.equal(text.includes("xx"), false);
    assert.equal(blobs?.[0]?.length, LONG + 1);
  });

  it("stays in the JSON of a tree that is mostly something else", () => {
    const rows = Array.from({ length: 100 }, (_, id) => ({ id }));
    assert.equal(pack(new BundlingHost(), [filler, rows], { root: "value" }).blobs, undefined);
  });

  it("is refused in an encoding that nobody knows", () => {
    const bytes = bytesOf(new UnwrittenText(filler));
    bytes[LONG] = 7;
    assert.equal(textOfBytes(bytes), undefined);
    assert.equal(textOfBytes(new Uint8Array(0)), undefined);
  });
});
