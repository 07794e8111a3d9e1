import assert from "node:assert/strict";
import { it } from "vitest";
import { ClassNotFoundError } from "../src/contracts/errors.js";
import { pack, packThrown, registerClass, unpack, unpackItems, unpackThrown } from "../src/kernel/message/index.js";
import { BundlingHost } from "./host.js";

/*
 * Event loops read errors and reasons, and nobody awaits that. So a part that cannot be made may end no worker. The receiver has other
 * classes than the sender, or none of Float16Array's kind, so its packet's nodes are those of another worker.
 */

class Kept {
  n = 1;
}
class Picky {
  set n(n: number) {
    throw new RangeError(`no ${n} here`);
  }
}
class Failing {}
const opened: unknown[] = [];
class Whole {}
registerClass(Whole, {
  pack: () => [{ inner: [new Kept()] }],
  unpack: (parts) => {
    opened.push(parts);
    return new Whole();
  },
});
registerClass(Kept);
registerClass(Picky);
registerClass(Failing, {
  pack: () => ({ inner: new Kept() }),
  unpack: () => {
    throw new RangeError("not here");
  },
});

const host = new BundlingHost();

/** The same as a receiver reads it, that does not know the class Kept by its name. */
function arrived(thrown: unknown, rename = "Kept"): unknown {
  const { text, blobs, references } = packThrown(host, thrown);
  const body: unknown = JSON.parse(text.replaceAll(`"${rename}"`, '"Unknown"'));
  return unpackThrown(host, { body, blobs, references });
}

it("an error arrives without the parts that cannot be made where it arrives, and with all others", () => {
  const picky = Object.defineProperty(new Picky(), "n", { value: 1, enumerable: true });
  const parts = {
    kept: new Kept(),
    failing: new Failing(),
    picky,
    same: new Set([1, new Failing()]),
    deep: { list: [new Kept()] },
  };
  const error = arrived(Object.assign(new RangeError("lost"), { code: 7, ...parts, last: 1n }));
  assert.ok(error instanceof RangeError);
  assert.equal(error.message, "lost");
  assert.deepEqual(
    { ...error },
    { code: 7, same: new Set([1]), deep: { list: [undefined] }, last: 1n, picky: Reflect.get(error, "picky") },
  );
});

it("so does one with a view of a buffer, or an instance of an instance, that cannot be made", () => {
  const bytes = new Float64Array([1, 2]);
  const view = arrived(Object.assign(new Error("lost"), { bytes, code: 7 }), "Float64Array");
  assert.deepEqual([Reflect.get(view as Error, "code"), "bytes" in (view as Error)], [7, false]);
  const lost = packThrown(host, Object.assign(new Error("lost"), { bytes, code: 7 }));
  const body: unknown = JSON.parse(lost.text);
  const noBuffer = unpackThrown(host, { body, blobs: [], references: undefined }) as Error;
  assert.deepEqual([Reflect.get(noBuffer, "code"), "bytes" in noBuffer], [7, false]);
  const { text } = packThrown(host, Object.assign(new Error("lost"), { at: new Failing(), code: 7 }));
  const inner = unpackThrown(host, { body: JSON.parse(text), blobs: undefined, references: undefined }) as Error;
  assert.deepEqual([inner.message, Reflect.get(inner, "code"), "at" in inner], ["lost", 7, false]);
});

it("a class's unpack is not given what is not whole", () => {
  const error = arrived(Object.assign(new Error("lost"), { whole: new Whole(), code: 7 })) as Error;
  assert.deepEqual([Reflect.get(error, "code"), "whole" in error, opened], [7, false, []]);
  const { text } = packThrown(host, Object.assign(new Error("lost"), { whole: new Whole() }));
  const body: unknown = JSON.parse(text);
  assert.ok("whole" in (unpackThrown(host, { body, blobs: undefined, references: undefined }) as Error));
  assert.equal(opened.length, 1);
});

it("of a list, the first item that is not whole is told of, and not those that share parts with it and are", () => {
  const shared = { n: 1 };
  const list = [shared, [shared], { of: [shared, new Kept()] }, new Whole(), 5];
  const { text, blobs, references } = pack(host, list, { root: "list" });
  const body: unknown = JSON.parse(text.replaceAll('"Kept"', '"Unknown"'));
  const { items, broken } = unpackItems(host, { body, blobs, references });
  assert.deepEqual([items.length, items.slice(0, 2), broken?.at], [5, [shared, [shared]], 2]);
  assert.ok(broken?.why instanceof ClassNotFoundError);
  assert.deepEqual(opened.length, 1);
});

it("a thrown value that itself cannot be made is the error that says so", () => {
  const error = arrived(new Kept());
  assert.ok(error instanceof ClassNotFoundError);
  assert.match(error.message, /the class Unknown/);
  assert.match(String(unpackThrown(host, { body: 1, blobs: [], references: undefined })), /cannot be read/);
});

it("of a value all parts have to be there", () => {
  const { text, blobs, references } = pack(host, { at: new Failing() }, { root: "value" });
  assert.throws(() => unpack(host, { body: JSON.parse(text), blobs, references }), { code: "HEDDLE_UNREADABLE" });
});
