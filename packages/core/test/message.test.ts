import assert from "node:assert/strict";
import { describe, it } from "vitest";
import * as heddle from "../src/contracts/errors.js";
import { graftStack, markTransfer, pack, packThrown, registerClass, unpack } from "../src/kernel/message/index.js";
import { BundlingHost, roundTrip } from "./host.js";

const arrayWithName = Object.assign([1, 2], { name: "named" });
const sparse: number[] = [1];
sparse[2] = 3;
const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;

describe("a value arrives as structuredClone would copy it", () => {
  const values: Record<string, unknown> = {
    "a number": 1.5,
    undefined: undefined,
    null: null,
    "a list of calls' arguments": [1, "two", true, null],
    "a record": { id: 7, name: "Ada", tags: ["a", "b"], nested: { deep: { deeper: 1 } } },
    "undefined within": { a: undefined, b: [undefined] },
    "numbers that JSON has not": [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
    "a bigint": { big: 123456789012345678901234567890n, negative: -1n },
    "a Map": new Map<unknown, unknown>([
      ["a", new Set([1, { z: -0 }])],
      [{ key: 1 }, "by object"],
    ]),
    "a Set": new Set(["b", "a", Number.NaN]),
    "a Date": new Date(0),
    "a RegExp": /a\/b"[\u2028]/giu,
    "boxed primitives": [Object(1), Object("s"), Object(false), Object(5n)],
    "a sparse array": sparse,
    "an array of holes": new Array(5),
    "an array with a name": arrayWithName,
    "an array with as many names as holes": Object.assign(new Array(2), { 1: "one", name: "named" }),
    "a long array with a name": Object.assign(
      Array.from({ length: 200 }, (_, i) => i),
      { name: "named" },
    ),
    "many numbers": Array.from({ length: 1000 }, (_, i) => (i % 7 === 0 ? -0 : i / 3)),
    "many numbers and one NaN": [...new Array(100).fill(1), Number.NaN],
    "lone surrogates": ["\ud800", "a\udc00b", { "\ud800": 1 }],
    "an own __proto__": JSON.parse('{"__proto__":{"polluted":1},"a":1}'),
    "an own __proto__ in a graph": JSON.parse('{"__proto__":{"polluted":1},"a":1}'),
    "an ArrayBuffer": buffer,
    views: [
      new Uint8Array(buffer, 1, 3),
      new Float64Array([1.5, Number.NaN]),
      new BigInt64Array([-5n]),
      new DataView(buffer, 2, 4),
      new Uint8ClampedArray([300, -5]),
    ],
    "a class's instance, as a plain object": new (class Point {
      x = 1;
      y = [Number.NaN];
    })(),
    "an object without prototype": Object.assign(Object.create(null), { a: 1 }),
    "a view that has lost its prototype": Object.setPrototypeOf(Uint8Array.of(1, 2), null),
    "a boxed string that has lost its prototype": Object.setPrototypeOf(new String("ab"), null),
    "empty things": [{}, [], new Map(), new Set(), ""],
  };
  for (const [name, value] of Object.entries(values)) {
    it(name, () => assert.deepStrictEqual(roundTrip(value), structuredClone(value)));
  }

  it("a Date that is none", () => assert.ok(Number.isNaN((roundTrip(new Date(Number.NaN)) as Date).getTime())));

  it("an own __proto__ stays a property and pollutes nothing", () => {
    const arrived = roundTrip([JSON.parse('{"__proto__":{"polluted":1}}'), Number.NaN]) as [object];
    assert.equal(Object.getPrototypeOf(arrived[0]), Object.prototype);
    assert.ok(Object.hasOwn(arrived[0], "__proto__"));
    assert.equal(Reflect.get({}, "polluted"), undefined);
  });

  it("a resizable ArrayBuffer keeps its limit", () => {
    const arrived = roundTrip(new ArrayBuffer(4, { maxByteLength: 16 })) as ArrayBuffer;
    assert.deepEqual([arrived.byteLength, arrived.maxByteLength, arrived.resizable], [4, 16, true]);
  });

  it("an array of a number and 2^31 holes, without a look at each of them", () => {
    const array: unknown[] = [1];
    array.length = 2 ** 31;
    const copy = roundTrip([array]) as unknown[][];
    assert.deepEqual([Object.keys(copy[0] as unknown[]), copy[0]?.length], [["0"], 2 ** 31]);
  });

  it("a message stays as it was, even if the original is changed afterwards", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const host = new BundlingHost();
    const { text, blobs, references } = pack(host, [bytes], { root: "value" });
    bytes.fill(9);
    assert.deepEqual(unpack(host, { body: JSON.parse(text), blobs, references }), [new Uint8Array([1, 2, 3])]);
  });
});

describe("identity", () => {
  it("holds for cycles", () => {
    const cycle: { self?: unknown; map: Map<string, unknown> } = { map: new Map() };
    cycle.self = cycle;
    cycle.map.set("home", cycle);
    const arrived = roundTrip(cycle) as typeof cycle;
    assert.equal(arrived.self, arrived);
    assert.equal(arrived.map.get("home"), arrived);
  });

  it("holds for what is met twice, among few and among many", () => {
    const shared = { n: 1 };
    const many = [shared, ...Array.from({ length: 40 }, (_, i) => ({ i })), shared];
    const few = roundTrip([shared, shared]) as object[];
    assert.equal(few[0], few[1]);
    const arrived = roundTrip(many) as object[];
    assert.equal(arrived[0], arrived[41]);
  });

  it("holds for two views of one buffer", () => {
    const [a, b] = roundTrip([new Uint8Array(buffer), new Uint16Array(buffer)]) as [Uint8Array, Uint16Array];
    assert.equal(a.buffer, b.buffer);
  });

  it("no nesting is too deep", () => {
    let deep: unknown[] = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    let depth = 0;
    for (let at = roundTrip(deep) as unknown[]; at.length > 0; at = at[0] as unknown[]) depth++;
    assert.equal(depth, 100_000);
  });
});

describe("Heddle's own objects", () => {
  it("arrive as the same object, at any depth, in one reference set", () => {
    const host = new BundlingHost();
    const thing = host.thing(5);
    const arrived = roundTrip({ deep: [new Map([["here", thing]])], again: thing }, host) as { again: unknown };
    assert.equal(arrived.again, thing);
    assert.equal(host.referenceSets.length, 1);
  });

  it("are not tied up when something beside them cannot be sent", () => {
    const host = new BundlingHost();
    assert.throws(() => pack(host, [host.thing(1), host.thing(2), () => 1], { root: "args" }), heddle.SendError);
    assert.equal(host.referenceSets.length, 0);
  });

  it("tasks travel by their names", () => {
    const task = Object.assign(() => 1, { ref: { module: "m.js", name: "work" } });
    const { go } = roundTrip({ go: task }) as { go: typeof task };
    assert.deepEqual(go.ref, { module: "m.js", name: "work" });
  });
});

describe("a value that cannot be sent is refused with its path", () => {
  const cases: [unknown, string][] = [
    [[{ options: { onDone() {} } }], "args[0].options.onDone"],
    [[1, Symbol("s")], "args[1]"],
    [[{ "a-b": Promise.resolve() }], 'args[0]["a-b"]'],
    [[new Map([["key", new WeakMap()]])], 'args[0].get("key")'],
    [[new Set([1, () => 1])], "args[0].values()[1]"],
    [[new AbortController().signal], "args[0]"],
    [[[].values()], "args[0]"],
  ];
  for (const [value, path] of cases) {
    it(path, () =>
      assert.throws(
        () => pack(new BundlingHost(), value, { root: "args" }),
        (error: heddle.SendError) => {
          assert.ok(error instanceof heddle.SendError);
          assert.equal(error.path, path);
          assert.equal(error.code, "HEDDLE_SEND");
          assert.ok(error.message.startsWith(path));
          return true;
        },
      ),
    );
  }

  for (const [value, says] of [
    [new URL("http://a.b"), /: a URL cannot be sent: send url\.href$/],
    [[].values(), /: an Iterator cannot be sent/],
  ] as const) {
    it(`with the advice for its kind: ${says}`, () =>
      assert.throws(() => pack(new BundlingHost(), value, { root: "args" }), says));
  }

  it("a buffer that was moved away", () => {
    const gone = new ArrayBuffer(8);
    structuredClone(gone, { transfer: [gone] });
    assert.throws(() => roundTrip([gone]), heddle.SendError);
    assert.throws(() => roundTrip([new Uint8Array(buffer), gone]), heddle.SendError);
  });
});

describe("errors", () => {
  const decode = (thrown: unknown): unknown => {
    const host = new BundlingHost();
    const { text, blobs, references } = packThrown(host, thrown);
    return unpack(host, { body: JSON.parse(text), blobs, references });
  };

  it("built-in classes and Heddle's own arrive as themselves", () => {
    for (const error of [
      new TypeError("t"),
      new AggregateError([new RangeError("r"), 5], "many"),
      new heddle.SendError("s", "args[0]"),
      new heddle.WorkerCrashedError("w", { exitCode: 7 }),
      new DOMException("stopped", "AbortError"),
    ]) {
      const arrived = decode(error) as Error;
      assert.equal(Object.getPrototypeOf(arrived), Object.getPrototypeOf(error));
      assert.deepEqual([arrived.name, arrived.message, arrived.stack], [error.name, error.message, error.stack]);
      for (const key of Object.keys(error)) assert.deepEqual(Reflect.get(arrived, key), Reflect.get(error, key));
    }
    const many = decode(new AggregateError([new RangeError("r"), 5], "many")) as AggregateError;
    assert.ok(many.errors[0] instanceof RangeError);
    assert.equal(many.errors[1], 5);
  });

  it("other classes arrive as Errors of the same name, with their properties and their causes", () => {
    class DatabaseError extends Error {
      override name = "DatabaseError";
      table = "users";
    }
    const error = new DatabaseError("gone", { cause: new RangeError("inner", { cause: { code: 5n } }) });
    const arrived = decode(error) as DatabaseError;
    assert.equal(Object.getPrototypeOf(arrived), Error.prototype);
    assert.deepEqual([arrived.name, arrived.table], ["DatabaseError", "users"]);
    assert.ok(arrived.cause instanceof RangeError);
    assert.deepEqual(arrived.cause.cause, { code: 5n });
    assert.deepEqual(Object.keys(arrived).includes("cause"), false);
  });

  it("lose what cannot be sent, and nothing else", () => {
    const error = Object.assign(new Error("e"), { retry: () => 1, url: new URL("http://a.b"), n: 1 });
    const arrived = decode(error) as typeof error;
    assert.deepEqual([arrived.message, arrived.n, "retry" in arrived, "url" in arrived], ["e", 1, false, false]);
  });

  it("lose it where they are values, too, with the views of a buffer and the instances that hold it", () => {
    class Wrapper {
      readonly held: unknown;
      constructor(held: unknown) {
        this.held = held;
      }
    }
    registerClass(Wrapper, { name: "message: Wrapper", pack: ({ held }) => held, unpack: (held) => new Wrapper(held) });
    const { buffer } = new Uint8Array(8);
    structuredClone(buffer, { transfer: [buffer] });
    const lost = { view: new Uint8Array(new SharedArrayBuffer(4)), wrapped: new Wrapper(new Wrapper(() => 1)), buffer };
    const error = Object.assign(new RangeError("e", { cause: new URL("http://a.b") }), lost, { kept: new Wrapper(5) });
    const host = new BundlingHost();
    const { text, blobs, references } = pack(host, [error, { error }], { root: "args", hasNoTransfers: true });
    const arrived = unpack(host, { body: JSON.parse(text), blobs, references }) as [Error, { error: Error }];
    assert.ok(arrived[0] instanceof RangeError && arrived[0] === arrived[1].error);
    assert.deepEqual(
      [arrived[0].message, arrived[0].cause, { ...arrived[0] }],
      ["e", undefined, { kept: new Wrapper(5) }],
    );
  });

  it("a view that is thrown, and whose buffer cannot be sent, arrives as an error that says so", () => {
    assert.match((decode(new Uint8Array(new SharedArrayBuffer(4))) as Error).message, /thrown that cannot be sent/);
  });

  it("that are Proxies tell what can be read of them", () => {
    const throws = (): never => {
      throw new Error("not listed");
    };
    const proxy = new Proxy(new RangeError("e"), { ownKeys: throws });
    assert.equal((decode(proxy) as Error).message, "e");
  });

  it("a thrown value that is no error arrives as it is, and if it cannot be sent as an error that says so", () => {
    assert.equal(decode(undefined), undefined);
    assert.deepEqual(decode({ reason: "no" }), { reason: "no" });
    assert.match((decode(() => 1) as Error).message, /thrown that cannot be sent/);
  });

  it("a stack shows the remote frames, the worker, then the local call", () => {
    const remote = new Error("e");
    remote.stack = "Error: e\n    at there (file:///there.js:1:1)";
    const site = new Error();
    site.stack = "Error\n    at here (file:///here.js:2:2)";
    graftStack(remote, "Thread-1 (there)", site);
    assert.match(remote.stack, /there\.js:1:1\)\n.*worker "Thread-1 \(there\)".*\n.*here\.js:2:2/);
  });
});

describe("transfer", () => {
  it("puts what is moved into the transferables, and views of it arrive as views of what was moved", () => {
    const moved = new ArrayBuffer(8);
    const value = markTransfer({ view: new Uint8Array(moved) }, [moved]);
    const host = new BundlingHost();
    const { text, blobs, references, transferables } = pack(host, value, { root: "value" });
    const [posted] = transferables?.values ?? [];
    assert.deepEqual(transferables?.transfer, [posted]);
    assert.deepEqual([moved.byteLength, (posted as ArrayBuffer).byteLength], [0, 8]);
    const arrived = unpack(host, { body: JSON.parse(text), blobs, references }, transferables?.values) as {
      view: Uint8Array;
    };
    assert.equal(arrived.view.buffer, posted);
  });

  it("where nothing can be posted, an ArrayBuffer is copied and leaves its sender all the same", () => {
    const moved = new Uint8Array([1, 2]).buffer;
    assert.deepEqual(roundTrip(markTransfer([moved], [moved])), [new Uint8Array([1, 2]).buffer]);
    assert.equal(moved.byteLength, 0);
  });

  it("refuses what is no object", () => {
    assert.throws(() => markTransfer(5, []), TypeError);
    assert.throws(() => markTransfer({}, [5]), TypeError);
  });
});
