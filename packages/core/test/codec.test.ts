import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { HeddleError, SendError } from "../src/contracts/errors.js";
import { unframe } from "../src/kernel/frame.js";
import { graftStack, markTransfer, pack, packThrown, unpack } from "../src/kernel/message/index.js";
import { framed } from "./framed.js";
import { BundlingHost, roundTrip } from "./host.js";
import { Dice, difference, services, Values } from "./values.js";

/*
 * The codec beside structuredClone, and bytes that no packer has written. HEDDLE_VALUES is how many values, and how many frames, and
 * HEDDLE_SEED where they begin. Each has a seed of its own, which a failure tells, so that
 *
 *     HEDDLE_SEED=17 HEDDLE_VALUES=1 pnpm --filter @heddle/core exec vitest run test/codec.test.ts
 *
 * makes that one value again.
 */
const SEED = Number(process.env.HEDDLE_SEED ?? 1);
const COUNT = Number(process.env.HEDDLE_VALUES ?? 2000);
const TIMEOUT = 60_000 + COUNT * 5;

describe("the codec, by seed", () => {
  const all = services();

  it(
    `${COUNT} values arrive as structuredClone copies them`,
    () => {
      let alone = 0;
      for (let seed = SEED; seed < SEED + COUNT; seed++) {
        const value = new Values(new Dice(seed), all).next();
        const copy = copied(value);
        const arrived = roundTrip(value);
        // Not beside the value itself: of a getter, or a class, a copy has something else than it.
        const wrong = difference(copy === undefined ? roundTrip(arrived) : copy.of, arrived);
        if (copy === undefined) alone++;
        assert.equal(wrong, undefined, `seed ${seed}: ${wrong}`);
      }
      console.log(`codec: ${COUNT - alone} values from seed ${SEED} arrived as structuredClone copies them`);
      if (alone > 0)
        console.log(`codec: ${alone} more arrived alike twice, which this runtime's structuredClone cannot read again`);
    },
    TIMEOUT,
  );

  it(
    `${COUNT} errors with anything in them arrive with their texts, without the parts that cannot be sent`,
    () => {
      for (let seed = SEED; seed < SEED + COUNT; seed++) {
        const dice = new Dice(seed);
        const detail = new Values(dice, all).next();
        const spoilt = spoil(dice, detail);
        const error = Object.assign(new RangeError(`seed ${seed}`), { code: seed, detail, spoilt });
        const host = new BundlingHost();
        const { text, blobs, references } = packThrown(host, error);
        const arrived = unpack(host, { body: JSON.parse(text), blobs, references }) as typeof error;
        assert.ok(arrived instanceof RangeError, `seed ${seed}`);
        assert.deepEqual([arrived.message, arrived.code, arrived.stack], [error.message, seed, error.stack]);
        const copy = copied(detail);
        const wrong = copy === undefined ? undefined : difference(copy.of, arrived.detail);
        assert.equal(wrong, undefined, `seed ${seed}: ${wrong}`);
      }
    },
    TIMEOUT,
  );

  it(
    `${COUNT} frames that were changed give a value or a HeddleError, and change nothing else`,
    () => {
      const before = builtIns();
      let refused = 0;
      for (let seed = SEED; seed < SEED + COUNT; seed++) {
        const dice = new Dice(seed);
        const host = new BundlingHost();
        const value = new Values(dice, all).next();
        const packet = pack(host, [value, host.thing(1)], { root: "value", hasNoTransfers: true });
        const whole = framed(packet, (bytes) => bytes.slice());
        try {
          const { body, referenceSets, blobs } = unframe(changed(dice, whole));
          unpack(host, { body, blobs, references: referenceSets[0] });
        } catch (error) {
          assert.ok(error instanceof HeddleError, `seed ${seed}: ${error instanceof Error ? error.stack : error}`);
          refused++;
        }
      }
      assert.deepEqual(builtIns(), before);
      console.log(`codec: ${COUNT} changed frames from seed ${SEED}: ${refused} refused, ${COUNT - refused} a value`);
    },
    TIMEOUT,
  );

  it(
    `${COUNT} packets whose nodes were changed give a value or a HeddleError, and change nothing else`,
    () => {
      const before = builtIns();
      for (let seed = SEED; seed < SEED + COUNT; seed++) {
        const dice = new Dice(seed);
        const host = new BundlingHost();
        const value = [new Values(dice, all).next(), undefined];
        const { text, blobs, references } = pack(host, value, { root: "value", hasNoTransfers: true });
        const body: unknown = JSON.parse(text);
        for (let n = 1 + dice.below(3); n > 0; n--) changePart(dice, body);
        try {
          unpack(host, { body, blobs, references });
        } catch (error) {
          assert.ok(error instanceof HeddleError, `seed ${seed}: ${error instanceof Error ? error.stack : error}`);
        }
      }
      assert.deepEqual(builtIns(), before);
    },
    TIMEOUT,
  );
});

/**
 * The platform's copy; undefined where it writes what it cannot read again: V8's, of an error in a cycle, before Node 22. A value that it
 * refuses is no value of ours, and throws.
 */
function copied(value: unknown): { readonly of: unknown } | undefined {
  try {
    return { of: structuredClone(value) };
  } catch (error) {
    if (error instanceof Error && /Unable to deserialize/.test(error.message)) return undefined;
    throw error;
  }
}

/** Values that structuredClone refuses, on their own, or beside a value, in the middle of something. */
function spoil(dice: Dice, value: unknown): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const thrower = new Proxy(
    {},
    {
      get() {
        throw new Error("not read");
      },
    },
  );
  const bad = dice.pick<unknown>([
    () => 1,
    Symbol("s"),
    Promise.resolve(),
    new WeakMap(),
    new Proxy(new Map(), {}),
    proxy,
    thrower,
  ]);
  return dice.pick<unknown>([
    bad,
    [value, bad, value],
    new Map<unknown, unknown>([
      [bad, 1],
      [2, bad],
    ]),
    new Set([bad, value]),
    { deep: { deeper: [bad] } },
    new Error("inner", { cause: bad }),
    Object.defineProperty({}, "read", {
      get() {
        throw bad;
      },
      enumerable: true,
    }),
  ]);
}

/** A frame with bytes flipped, words replaced, cut short, or longer than it was. */
function changed(dice: Dice, bytes: Uint8Array): Uint8Array {
  const words = new Uint32Array(bytes.buffer);
  const lie = (): number => dice.pick([0, 1, 3, 0x7fffffff, 0xffffffff, 0x80000000, bytes.length, dice.below(2 ** 32)]);
  switch (dice.below(5)) {
    case 0:
      for (let n = 1 + dice.below(8); n > 0; n--) {
        const at = dice.below(bytes.length);
        bytes[at] = (bytes[at] as number) ^ (1 << dice.below(8));
      }
      return bytes;
    case 1:
      words[dice.below(Math.min(words.length, 10))] = lie();
      return bytes;
    case 2:
      words[dice.below(words.length)] = lie();
      return bytes;
    case 3:
      return bytes.subarray(0, dice.below(bytes.length));
    default: {
      const other = new Uint8Array(bytes.length + 4 * dice.below(20));
      other.set(bytes);
      return other;
    }
  }
}

const ODD: readonly unknown[] = [
  ...["x", "o", "a", "s", "m", "t", "d", "r", "b", "e", "h", "k", "p", "f", "u", "v", "w", "__proto__", "constructor"],
  ...[
    "prototype",
    "Float64Array",
    "Object",
    "length",
    0,
    1,
    -1,
    -6,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 53,
    1e300,
    0.5,
    null,
    true,
  ],
  ...[[], [0], [1], [-1], [-6], [99], ["12"], ["x"], [null], [[0]], {}, { length: 5 }],
];

/** Replaces, adds or takes out something somewhere in a parsed body. */
function changePart(dice: Dice, body: unknown): void {
  let at = body as unknown[];
  for (;;) {
    const inner = at.filter((part): part is unknown[] => Array.isArray(part) && part.length > 0);
    if (inner.length === 0 || dice.below(4) === 0) break;
    at = dice.pick(inner);
  }
  const place = dice.below(at.length);
  const odd: unknown = structuredClone(dice.pick(ODD));
  switch (dice.below(3)) {
    case 0:
      at[place] = odd;
      return;
    case 1:
      at.splice(place, 0, odd);
      return;
    default:
      at.splice(place, 1);
  }
}

/** The properties that everything inherits, by their names. */
function builtIns(): readonly (readonly PropertyKey[])[] {
  return [Object, Array, Map, Set, Date, RegExp, Error, Function, Uint8Array, ArrayBuffer].flatMap((one) => [
    Reflect.ownKeys(one),
    Reflect.ownKeys(one.prototype),
  ]);
}

const memory = (initial = 1): { readonly buffer: ArrayBuffer } =>
  Reflect.construct(Reflect.get(Reflect.get(globalThis, "WebAssembly"), "Memory"), [{ initial }]);

describe("what structuredClone refuses", () => {
  const things: Readonly<Record<string, () => unknown>> = {
    "a generator": () => (function* () {})(),
    "a promise": () => Promise.resolve(),
    "a WeakRef": () => new WeakRef({}),
    "a boxed symbol": () => Object(Symbol()),
    "a formatter": () => new Intl.DateTimeFormat("en"),
    "a WebAssembly.Memory": () => memory(),
    "a Proxy of a RegExp": () => new Proxy(/a/, {}),
    "a Proxy of a typed array": () => new Proxy(new Uint8Array(1), {}),
    "a view that reaches beyond its buffer": () => {
      const buffer = new ArrayBuffer(8, { maxByteLength: 8 });
      const view = new Uint8Array(buffer, 4, 4);
      buffer.resize(2);
      return view;
    },
  };
  for (const [name, make] of Object.entries(things)) {
    it(`is a SendError: ${name}`, () => {
      assert.throws(() => structuredClone(make()));
      assert.throws(() => roundTrip({ deep: [make()] }), SendError);
    });
  }
});

describe("an error, as its program has changed it", () => {
  const arrived = (thrown: unknown): Error => {
    const host = new BundlingHost();
    const { text, blobs, references } = packThrown(host, thrown);
    return unpack(host, { body: JSON.parse(text), blobs, references }) as Error;
  };

  it("keeps own properties as enumerable as they were", () => {
    const error = Object.defineProperty(new Error("invalid"), "issues", { value: [1], enumerable: false });
    const copy = arrived(Object.assign(error, { errors: [2], cause: 3 }));
    assert.deepEqual(Object.entries(copy), [
      ["errors", [2]],
      ["cause", 3],
    ]);
    assert.deepEqual(Reflect.get(copy, "issues"), [1]);
  });

  it("has its first line for a stack where a hook or a getter gives none", () => {
    for (const get of [() => [{}], () => undefined, () => assert.fail("a stack")]) {
      const error = Object.defineProperty(new TypeError("boom"), "stack", { get, configurable: true });
      assert.equal(arrived(error).stack, "TypeError: boom");
      assert.match(String((graftStack(error, "Thread-1", error) as Error).stack), /^TypeError: boom$/);
    }
  });

  it("keeps all else where the getter of its message or its name throws", () => {
    for (const [key, seen] of [
      ["message", ["TypeError", "", 7]],
      ["name", ["TypeError", "boom", 7]],
    ] as const) {
      const get = (): never => assert.fail(`a ${key}`);
      const error = Object.defineProperty(Object.assign(new TypeError("boom"), { code: 7 }), key, { get });
      const copy = arrived(error);
      assert.ok(copy instanceof TypeError);
      assert.deepEqual([copy.constructor.name, copy.message, Reflect.get(copy, "code")], seen);
    }
  });

  it("arrives as an error that says so, when it cannot be looked at", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.match(arrived(proxy).message, /thrown that cannot be sent/);
  });
});

describe("transfer of what cannot be moved", () => {
  const things: Readonly<Record<string, () => object>> = {
    "a plain object": () => ({}),
    "a SharedArrayBuffer": () => new SharedArrayBuffer(8),
    "a buffer that was moved away": () => {
      const buffer = new ArrayBuffer(8);
      structuredClone(buffer, { transfer: [buffer] });
      return buffer;
    },
    "the buffer of a WebAssembly.Memory": () => memory().buffer,
  };
  for (const [name, make] of Object.entries(things)) {
    for (const hasNoTransfers of [true, false]) {
      it(`is a SendError, and moves nothing: ${name}, ${hasNoTransfers ? "where nothing is posted" : "beside transferables"}`, () => {
        const other = new ArrayBuffer(4);
        const value = markTransfer({ other }, [other, make()]);
        assert.throws(() => pack(new BundlingHost(), [value], { root: "args", hasNoTransfers }), {
          code: "HEDDLE_SEND",
          path: "args[0]",
        });
        assert.equal(other.byteLength, 4);
      });
    }
  }

  it("is a SendError with its path, and is not copied: the buffer of a WebAssembly.Memory alone", () => {
    for (const initial of [0, 1]) {
      const { buffer } = memory(initial);
      const value = markTransfer({ bytes: [buffer] }, [buffer]);
      for (const hasNoTransfers of [true, false]) {
        assert.throws(() => pack(new BundlingHost(), [value], { root: "args", hasNoTransfers }), {
          code: "HEDDLE_SEND",
          path: "args[0].bytes[0]",
          message: /cannot be moved: send it without transfer/,
        });
      }
      assert.deepEqual(roundTrip([buffer]), [new ArrayBuffer(initial * 65_536)]);
    }
  });

  it("is a SendError that says what to send, copied or moved: the region, which is an ArrayBuffer in processes", () => {
    const region = new ArrayBuffer(8);
    class RegionHost extends BundlingHost {
      override isRegion(buffer?: object): boolean {
        return buffer === region;
      }
    }
    const code = "HEDDLE_SEND";
    const message = /the memory of all of Heddle's objects.*SharedArray/;
    const value = markTransfer({ name: "a view of it" }, [region]);
    assert.throws(() => pack(new RegionHost(), [value], { root: "args" }), { code, path: "args[0]", message });
    assert.throws(() => pack(new RegionHost(), [region], { root: "args" }), { code, path: "args[0]", message });
    assert.equal(region.byteLength, 8);
  });
});
