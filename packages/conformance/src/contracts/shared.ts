import assert from "node:assert/strict";
import type { ScalarType, SharedArray } from "@heddle/core";
import { withHands } from "../hand.js";
import { type Contract, failureOf, tasksOf } from "../suite.js";
import type * as counters from "../tasks/counters.js";

/** Numbers in shared memory: every worker sees the same, and each operation is one step. */
export const shared: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const { addMany } = tasksOf<typeof counters>(suite, "counters");

  describe("Value", () => {
    it("holds one number of its type, seen by every worker", async () => {
      const samples: [ScalarType, number | bigint][] = [
        ["i8", -5],
        ["u8", 250],
        ["i16", -30_000],
        ["u16", 60_000],
        ["i32", -2_000_000_000],
        ["u32", 4_000_000_000],
        ["f32", 0.5],
        ["f64", Math.PI],
        ["i64", -(2n ** 60n)],
        ["u64", 2n ** 63n],
      ];
      for (const [type, number] of samples) {
        const value = new adapter.Value<ScalarType>(type, number);
        assert.equal(value.value, number, type);
        const zero = typeof number === "bigint" ? 0n : 0;
        assert.equal(value.compareExchange(zero, zero), number);
        assert.equal(value.compareExchange(number, zero), number);
        assert.equal(value.value, zero);
        assert.equal(value.add(number), zero);
        assert.equal(value.value, number);
        value.value = zero;
        assert.equal(value.value, zero);
      }
      const value = new adapter.Value("f64", 1.5);
      await withHands(suite, value, 1, async (hand) => {
        await hand.call("set", "value", 2.5);
        assert.equal(value.value, 2.5);
      });
    });

    it("of any type, writes of another worker are seen here (parity 156)", async () => {
      const samples: [ScalarType, number | bigint][] = [
        ["i8", -5],
        ["i32", -2_000_000_000],
        ["f32", 0.5],
        ["f64", Math.PI],
        ["u64", 2n ** 63n],
      ];
      for (const [type, number] of samples) {
        const value = new adapter.Value<ScalarType>(type);
        await withHands(suite, value, 1, async (hand) => {
          await hand.call("set", "value", number);
          assert.equal(value.value, number, type);
        });
      }
    });

    it("adds in one step, whole numbers and floats", async () => {
      const whole = new adapter.Value("i32");
      const float = new adapter.Value("f64");
      const times = 20_000;
      const workers = Array.from({ length: 3 }, () =>
        new adapter.Worker(addMany, { args: [whole, float, times] }).start(),
      );
      for (const worker of workers) await worker.result;
      for (const worker of workers) await worker.join();
      assert.deepEqual([whole.value, float.value], [3 * times, 1.5 * times]);
    });

    it("NaN and the two zeros compare as in a Map's keys", () => {
      const value = new adapter.Value("f64", Number.NaN);
      assert.ok(Number.isNaN(value.compareExchange(Number.NaN, -0)));
      assert.ok(Object.is(value.compareExchange(0, 1), -0));
      assert.equal(value.value, 1);
      return Promise.resolve();
    });

    it("refuses unknown types and numbers of another", async () => {
      assert.throws(() => new adapter.Value("f16" as "f64"), TypeError);
      assert.throws(() => new adapter.Value("i64", 5 as never), TypeError);
      const value = new adapter.Value("i32");
      assert.ok((await failureOf(() => value.add("1" as never))) instanceof TypeError);
      assert.equal(value.value, 0);
    });

    it("has one lock, the same for every worker (parity 157)", async () => {
      const value = new adapter.Value("i32");
      const { lock } = value;
      assert.equal(value.lock, lock);
      await withHands(suite, value, 1, async (hand) => {
        await lock.acquire();
        assert.equal(await hand.call<object>("lock"), lock);
        lock.release();
      });
    });
  });

  describe("SharedArray", () => {
    it("is memory that every worker sees (parity 158, 165)", async () => {
      const array = new adapter.SharedArray("f64", [1, 2, 3]);
      assert.deepEqual([array.length, ...array.view], [3, 1, 2, 3]);
      await withHands(suite, array, 1, async (hand) => {
        const there = await hand.call<Float64Array>("view");
        there[1] = 20;
        assert.equal(array.view[1], 20);
        assert.equal(array.view.buffer, there.buffer);
      });
    });

    it("of any type begins with zeros or with what it is given (parity 158)", () => {
      assert.deepEqual([...new adapter.SharedArray("i64", 2).view], [0n, 0n]);
      assert.deepEqual([...new adapter.SharedArray("u8", new Set([1, 2])).view], [1, 2]);
      assert.equal(new adapter.SharedArray("i32", 0).length, 0);
      assert.throws(() => new adapter.SharedArray("i32", -1), RangeError);
      assert.throws(() => new adapter.SharedArray("i32", null as never), TypeError);
      return Promise.resolve();
    });

    it("may be large, and the region grows for it", async () => {
      const array: SharedArray<"f64"> = new adapter.SharedArray("f64", 3_000_000);
      array.view[2_999_999] = 7;
      await withHands(suite, array, 1, async (hand) => {
        assert.equal((await hand.call<Float64Array>("view"))[2_999_999], 7);
      });
    });

    it(
      "by a name is the same memory for who knows the name, of the size that it was made with (parity 164)",
      async () => {
        const name = "conformance: cloth";
        const array = adapter.SharedArray.named(name, "i32", [1, 2, 3]);
        array.view[1] = 20;
        assert.deepEqual([...adapter.SharedArray.named(name, "i32", [1, 2, 3]).view], [1, 20, 3]);
        for (const [type, length] of [
          ["i32", 4],
          ["i32", 0],
          ["u8", 3],
        ] as const) {
          assert.throws(() => adapter.SharedArray.named<ScalarType>(name, type, length), TypeError);
        }
        assert.throws(() => adapter.SharedArray.named(name, "i32", -1), Error);
        assert.deepEqual([...array.view], [1, 20, 3]);
      },
      undefined,
      "names",
    );

    it("a part of its view travels as that part of the same memory", async () => {
      const array = new adapter.SharedArray("i32", [1, 2, 3, 4]);
      const queue = new adapter.Queue<Int32Array>();
      await queue.put(array.view.subarray(1, 3));
      const part = await queue.get();
      part[0] = 20;
      assert.deepEqual([part.length, ...array.view], [2, 1, 20, 3, 4]);
    });
  });
};
