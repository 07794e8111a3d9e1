import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { type Contract, tasksOf, until } from "../suite.js";
import type * as maps from "../tasks/maps.js";

/** A map in shared memory: each call is one step, whole in every worker's eyes. */
export const sharedMap: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const { SharedMap, Worker, Value } = adapter;
  const { countWords, rewrite, pass } = tasksOf<typeof maps>(suite, "maps");

  describe("SharedMap", () => {
    it("is one map, of which every worker sees what others did", async () => {
      const map = new SharedMap<string | number, unknown>();
      await withHands(suite, map, 1, async (hand) => {
        map.set("a", { list: [1, new Map([["b", 2n]])] }).set(1, "one");
        assert.deepEqual(await hand.call("get", "a"), { list: [1, new Map([["b", 2n]])] });
        assert.deepEqual([await hand.call("get", "1"), await hand.call("has", 1)], [undefined, true]);
        assert.equal(await hand.call("delete", 1), true);
        assert.ok(await hand.call("compareAndSet", "ü", undefined, new Uint8Array([1, 2, 3])));
        assert.deepEqual([...map.keys()], ["a", "ü"]);
        assert.deepEqual(map.get("ü"), new Uint8Array([1, 2, 3]));
        assert.equal(await hand.call("compareAndSet", "c", undefined, 1), true);
        assert.equal(map.compareAndSet("c", 2, 3), false);
        assert.equal(await hand.call("size"), 3);
        map.clear();
        assert.equal(await hand.call("get", "a"), undefined);
      });
    });

    it("travels, in arguments and results", async () => {
      const map = new SharedMap<string, number>();
      const worker = new Worker(pass, { args: [map] }).start();
      assert.equal(await worker.result, map);
      await worker.join();
      assert.deepEqual([...map], [["passed", 0]]);
    });

    it("loses no update of workers that change the same keys at once", async () => {
      const counts = new SharedMap<string, number>();
      const words = ["to", "be", "or", "not"];
      const times = 300;
      const workers = [1, 2, 3].map(() => new Worker(countWords, { args: [counts, words, times] }).start());
      for (const worker of workers) await worker.result;
      for (const worker of workers) await worker.join();
      assert.deepEqual(
        words.map((word) => counts.get(word)),
        words.map(() => 3 * times),
      );
    });

    it("is whole after a worker was killed in the middle of its changes", async () => {
      const map = new SharedMap<string, string>();
      for (let round = 0; round < 3; round++) {
        const steps = new Value("i32");
        const worker = new Worker(rewrite, { args: [map, steps] }).start();
        worker.result.catch(() => {});
        await until(() => steps.value > 200, "it has changed the map");
        await worker.terminate();
        for (const [key, value] of map) {
          assert.ok(value.startsWith(`${key}: `), value);
          assert.equal(map.get(key), value);
        }
        map.set("key 0", "key 0: here");
        assert.equal(map.get("key 0"), "key 0: here");
      }
      map.clear();
      assert.equal(map.size, 0);
    });

    it("makes room by what was used least recently, by whichever worker", async () => {
      const map = new SharedMap<string, number>({ maxSize: 2 });
      map.set("a", 1).set("b", 2);
      await withHands(suite, map, 1, async (hand) => {
        await hand.call("get", "a");
        map.set("c", 3);
        assert.deepEqual([...map.keys()], ["a", "c"]);
      });
    });

    it("has one lock, the same for every worker", async () => {
      const map = new SharedMap();
      await withHands(suite, map, 1, async (hand) => {
        assert.equal(await hand.call<object>("lock"), map.lock);
      });
    });

    it("may be large, and gives its memory back", async () => {
      const before = adapter.usage().bytes;
      const map = new SharedMap<number, Uint8Array>();
      for (let n = 0; n < 1000; n++) map.set(n, new Uint8Array(n * 10));
      for (let n = 0; n < 1000; n++) assert.equal(map.get(n)?.length, n * 10);
      map.clear();
      map.dispose();
      assert.ok(adapter.usage().bytes - before < 100_000, `${adapter.usage().bytes - before} bytes more`);
      return Promise.resolve();
    });

    it("refuses what it cannot keep", () => {
      const map = new SharedMap<string, unknown>();
      assert.throws(() => map.set("a", () => {}), { path: "value", code: "HEDDLE_SEND" });
      assert.throws(() => map.set("a", [new adapter.Lock()]), { path: "value", code: "HEDDLE_SEND" });
      assert.throws(() => map.get(Symbol("a") as never), TypeError);
      assert.throws(() => map.update("a", "b" as never), TypeError);
      assert.throws(() => new SharedMap({ ttl: -1 }), RangeError);
      assert.equal(map.size, 0);
      return Promise.resolve();
    });
  });
};
