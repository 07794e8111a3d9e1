import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { MemoryFullError, SendError } from "../src/contracts/errors.js";
import { clock } from "../src/kernel/clock.js";
import { Kind, WALKERS } from "../src/kernel/layout.js";
import { workers } from "./workers.js";

const [main, other] = workers();
const { SharedMap } = main.surface;
const { now } = clock;

describe("a shared map", () => {
  it("keeps what was set, for every worker, as copies", () => {
    const map = new SharedMap<string, { n: number[] }>();
    const value = { n: [1] };
    assert.equal(map.set("a", value), map);
    value.n.push(2);
    const theirs = other.see(map);
    assert.deepEqual(theirs.get("a"), { n: [1] });
    theirs.set("a", { n: [3] });
    assert.deepEqual(map.get("a"), { n: [3] });
    assert.deepEqual([map.size, map.has("a"), map.has("b"), map.get("b")], [1, true, false, undefined]);
    assert.deepEqual([theirs.delete("a"), theirs.delete("a"), map.size], [true, false, 0]);
  });

  it("tells keys apart as a Map does", () => {
    const keys = [
      1,
      "1",
      0,
      Number.NaN,
      "",
      "ä",
      "ö\ud800",
      "ö\ud801",
      "日本",
      Number.POSITIVE_INFINITY,
      1e300,
      -1,
      0.1,
    ];
    const map = new SharedMap<string | number, number>();
    for (const [n, key] of keys.entries()) map.set(key, n);
    map.set(-0, 20).set(Number("no number"), 30);
    const expected = new Map<string | number, number>(keys.map((key, n) => [key, n] as const));
    expected.set(-0, 20).set(Number.NaN, 30);
    assert.deepEqual([...map], [...expected]);
    assert.deepEqual([...map.keys()], [...expected.keys()]);
    assert.deepEqual([...map.values()], [...expected.values()]);
    const seen: unknown[] = [];
    map.forEach((value, key, itself) => {
      seen.push([key, value, itself === map]);
    });
    assert.deepEqual(
      seen,
      [...expected].map(([key, value]) => [key, value, true]),
    );
  });

  it("does by seed what a Map does", () => {
    let seed = 12_345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (seed >>> 8) % below;
    };
    const before = main.kernel.usage().bytes;
    const map = new SharedMap<string | number, unknown>();
    const model = new Map<string | number, unknown>();
    for (let step = 0; step < 20_000; step++) {
      const mine = step % 2 === 0 ? map : other.see(map);
      const key = random(2) === 0 ? random(300) : `key ${random(300)}`;
      switch (random(step % 7000 < 3500 ? 6 : 4)) {
        case 0:
        case 1:
          assert.equal(mine.delete(key), model.delete(key));
          break;
        case 2:
          assert.deepEqual(mine.get(key), model.get(key));
          break;
        case 3:
          assert.equal(mine.has(key), model.has(key));
          break;
        default: {
          const value = random(3) === 0 ? "x".repeat(random(200)) : { step };
          mine.set(key, value);
          model.set(key, value);
        }
      }
      if (step % 5000 === 4999) {
        assert.deepEqual([...mine], [...model]);
        assert.equal(mine.size, model.size);
      }
    }
    map.clear();
    assert.deepEqual([[...map], map.size, map.get(1)], [[], 0, undefined]);
    assert.ok(main.kernel.usage().bytes < before + 4096);
  });

  it("changes a value by what it was, again if another worker came between", () => {
    const map = new SharedMap<string, number>();
    const theirs = other.see(map);
    assert.equal(
      map.update("n", (n = 0) => n + 1),
      1,
    );
    const seen: unknown[] = [];
    const result = map.update("n", (n = 0) => {
      seen.push(n);
      if (seen.length === 1) theirs.set("n", 10);
      // The same value, in another cell.
      if (seen.length === 2) theirs.set("n", 10);
      // The second of these is in the cell that the value was in, which the first has freed.
      if (seen.length === 3) theirs.set("n", 20).set("n", 30);
      return n + 1;
    });
    assert.deepEqual([result, seen, map.get("n")], [31, [1, 10, 10, 30], 31]);
    assert.equal(
      map.update("n", (n) => {
        if (n === 31) theirs.delete("n");
        return n;
      }),
      undefined,
    );
    assert.equal(map.has("n"), false);
    map.set("n", 1);
    assert.equal(
      map.update("n", () => undefined),
      undefined,
    );
    assert.equal(map.has("n"), false);
    const failure = new Error("mine");
    assert.throws(
      () =>
        map.update("n", () => {
          throw failure;
        }),
      failure,
    );
  });

  it("stores a value if it is the expected one", () => {
    const map = new SharedMap<string, unknown>();
    assert.ok(map.compareAndSet("a", undefined, { n: 1 }));
    assert.ok(!map.compareAndSet("a", undefined, 2));
    assert.ok(!map.compareAndSet("a", { n: 2 }, 2));
    assert.ok(map.compareAndSet("a", { n: 1 }, "two"));
    assert.ok(!map.compareAndSet("a", "three", undefined));
    assert.ok(map.compareAndSet("a", "two", undefined));
    assert.deepEqual([map.has("a"), map.compareAndSet("a", undefined, undefined)], [false, true]);
    const bytes = { a: new Uint8Array([1, 2, 3]), b: new Uint8Array([4]) };
    map.set("bytes", bytes);
    assert.ok(!map.compareAndSet("bytes", { ...bytes, b: new Uint8Array([5]) }, 1));
    assert.ok(!map.compareAndSet("bytes", { ...bytes, b: new Uint8Array([4, 0]) }, 1));
    assert.ok(map.compareAndSet("bytes", bytes, 1));
  });

  it("iterates over what was there when the iteration was asked for", () => {
    const map = new SharedMap<number, string>();
    for (let n = 0; n < 100; n++) map.set(n, `${n}`);
    const entries = map.entries();
    map.clear();
    map.set(1000, "later");
    assert.equal([...entries].length, 100);
    assert.deepEqual([...map], [[1000, "later"]]);
  });

  it("that is bounded makes room by what was used least recently", () => {
    const map = new SharedMap<string, number>({ maxSize: 3 });
    const theirs = other.see(map);
    map.set("a", 1).set("b", 2).set("c", 3);
    theirs.get("a");
    map.has("b");
    map.set("d", 4);
    assert.deepEqual([...map.keys()], ["a", "c", "d"]);
    map.set("a", 5);
    theirs.set("e", 6);
    assert.deepEqual([...map.keys()], ["a", "d", "e"]);
    map.delete("d");
    map.set("f", 7).set("g", 8);
    assert.deepEqual([...map.keys()], ["e", "f", "g"]);
    map.clear();
    for (let n = 0; n < 50; n++) map.set(`${n}`, n);
    assert.deepEqual([...map.keys()], ["47", "48", "49"]);
  });

  it("is empty before the first entry, while workers of any slot walk the cells", () => {
    const { i32 } = main.kernel.region;
    const walkers = Array.from({ length: 8 }, (_, word) => WALKERS + word);
    for (const word of walkers) Atomics.store(i32, word, 1);
    try {
      const map = new SharedMap();
      assert.deepEqual([map.size, JSON.parse(JSON.stringify(map)).size], [0, 0]);
    } finally {
      for (const word of walkers) Atomics.store(i32, word, 0);
    }
  });

  it("keeps nothing of an entry for which there is no larger table", () => {
    const { allocator } = main.kernel;
    const map = new SharedMap<string, string>();
    const before = main.kernel.usage().bytes;
    const allocate = allocator.allocate.bind(allocator);
    const spy = vi.spyOn(allocator, "allocate").mockImplementation((kind, ...rest) => {
      if (kind === Kind.MapTable) throw new MemoryFullError("no room");
      return allocate(kind, ...rest);
    });
    try {
      assert.throws(() => map.set("a", "x".repeat(1000)), MemoryFullError);
    } finally {
      spy.mockRestore();
    }
    assert.equal(main.kernel.usage().bytes, before);
    assert.equal(map.set("a", "b").get("a"), "b");
  });

  it("says what is wrong with its arguments", () => {
    const map = new SharedMap<string, unknown>();
    assert.throws(
      () => map.get(Symbol("a") as never),
      /^TypeError: The key of a SharedMap is a string or a number, not a symbol/,
    );
    // @ts-expect-error nor is an object
    assert.throws(() => map.set({}, 1), /not an object/);
    // @ts-expect-error nor a bigint
    assert.throws(() => map.delete(1n), /not a bigint/);
    assert.throws(() => map.set("a", () => {}), { name: "SendError", path: "value" });
    assert.throws(
      () => map.set("a", { lock: new main.surface.Lock() }),
      (error) => error instanceof SendError && /keep the name/.test(error.message),
    );
    // @ts-expect-error not a function
    assert.throws(() => map.update("a", 1), /update takes a function of the value, not a number/);
    // @ts-expect-error not a number of milliseconds
    assert.throws(() => map.set("a", 1, { ttl: "1" }), /A time to live is a number of milliseconds/);
    assert.throws(() => map.set("a", 1, { ttl: 0 }), RangeError);
    // @ts-expect-error an unknown option
    assert.throws(() => map.set("a", 1, { tll: 5 }), /did you mean ttl/);
    // @ts-expect-error no options
    assert.throws(() => new SharedMap([["a", 1]]), /takes an object of options/);
    assert.throws(() => new SharedMap({ maxSize: 0 }), RangeError);
    assert.deepEqual([...map], []);
    const before = main.kernel.usage().objects;
    assert.throws(() => map.set("a", [new main.surface.Event(), () => {}]), SendError);
    assert.ok(main.kernel.usage().objects <= before + 1);
  });

  it("shows its size and its options", () => {
    const map = new SharedMap<string, unknown>({ maxSize: 5, ttl: 1000 });
    map.set("a", 1);
    assert.deepEqual(JSON.parse(JSON.stringify(map)), { object: "SharedMap", size: 1, maxSize: 5, ttl: 1000 });
    assert.equal(SharedMap.named("m", { maxSize: 5 }), SharedMap.named("m", { maxSize: 5 }));
    assert.throws(() => SharedMap.named("m"), TypeError);
  });
});

describe("times to live", () => {
  let time = 1000;
  beforeEach(() => {
    time = 1000;
    clock.now = () => time;
  });
  afterEach(() => {
    clock.now = now;
  });

  it("pass, and then the entry is not there any more", () => {
    const map = new SharedMap<string, number>({ ttl: 100 });
    map.set("a", 1).set("b", 2, { ttl: 300 }).set("c", 3, { ttl: Number.POSITIVE_INFINITY });
    time += 99;
    assert.equal(map.get("a"), 1);
    time += 1;
    const theirs = other.see(map);
    assert.deepEqual([theirs.get("a"), theirs.has("a"), theirs.delete("a"), theirs.size], [undefined, false, false, 2]);
    assert.deepEqual([...map.keys()], ["b", "c"]);
    map.set("a", 4);
    assert.deepEqual([...map.keys()], ["b", "c", "a"]);
    time += 1_000_000;
    assert.deepEqual([...map], [["c", 3]]);
  });

  it("go on when a value is updated, and begin again when it is set", () => {
    const map = new SharedMap<string, number>({ ttl: 100 });
    map.set("a", 1).set("b", 1).set("d", 1);
    time += 60;
    map.update("a", (n = 0) => n + 1);
    map.compareAndSet("d", 1, 2);
    map.set("b", 2);
    map.update("c", () => 1);
    time += 60;
    assert.deepEqual([...map.keys()], ["b", "c"]);
    map.update("b", (n) => n, { ttl: 1000 });
    time += 60;
    assert.deepEqual([...map.keys()], ["b"]);
  });

  it("that have passed leave no memory in use as others are set", () => {
    const map = new SharedMap<number, string>({ ttl: 100 });
    const before = main.kernel.usage().bytes;
    for (let n = 0; n < 5000; n++) {
      map.set(n, "x".repeat(100));
      time += 10;
    }
    assert.equal(map.size, 9);
    assert.ok(main.kernel.usage().bytes - before < 100_000, `${main.kernel.usage().bytes - before}`);
  });
});
