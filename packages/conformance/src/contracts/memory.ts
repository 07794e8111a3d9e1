import assert from "node:assert/strict";
import type { SharedArray } from "@heddle/core";
import { findCollector } from "../collect-garbage.js";
import type { Contract } from "../suite.js";
import { rest, turn } from "../wait-limit.js";

/** Shared memory: the objects that keep it, the ways to give it back, and the error when there is no more. */
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
        // Freed memory is given out again.
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

  describe("an object that was disposed of", () => {
    const made = {
      Lock: () => new adapter.Lock(),
      RLock: () => new adapter.RLock(),
      RWLock: () => new adapter.RWLock(),
      Condition: () => new adapter.Condition(),
      Semaphore: () => new adapter.Semaphore(2),
      BoundedSemaphore: () => new adapter.BoundedSemaphore(2),
      Event: () => new adapter.Event(),
      Barrier: () => new adapter.Barrier(2),
      Queue: () => new adapter.Queue<string>(),
      LifoQueue: () => new adapter.LifoQueue<string>(),
      PriorityQueue: () => new adapter.PriorityQueue<string>(),
      Value: () => new adapter.Value("i32", 1),
      SharedArray: () => new adapter.SharedArray("f64", 1000),
    };
    for (const [kind, make] of Object.entries(made)) {
      it(`has given its memory back, and everything of it throws: ${kind}`, async () => {
        await collected();
        const before = adapter.usage().bytes;
        const object = make();
        object.dispose();
        if (kind !== "Condition") assert.equal(adapter.usage().bytes, before);
        for (let level = Reflect.getPrototypeOf(object); level; level = Reflect.getPrototypeOf(level)) {
          // The one that all have is the kernel's own.
          if (Object.hasOwn(level, "nameIt")) break;
          for (const key of Reflect.ownKeys(level)) {
            if (["constructor", "dispose", Symbol.dispose, "nameIt", "isShown", "inside"].includes(key)) continue;
            if (typeof key === "symbol" && key !== Symbol.asyncIterator) continue;
            if (key === "toJSON" || key === "toString") continue;
            assert.throws(() => Reflect.get(object, key), { code: "HEDDLE_DISPOSED" }, String(key));
          }
        }
        object.dispose();
        object[Symbol.dispose]();
        assert.ok(object instanceof adapter[kind as "Lock"]);
        assert.match(String(object), new RegExp(kind));
        const queue = new adapter.Queue();
        await assert.rejects(queue.put([object]), { code: "HEDDLE_SEND" });
      });
    }

    it("is still there for other workers, and for messages, which give it again", async () => {
      const lock = new adapter.Lock();
      const queue = new adapter.Queue<typeof lock>();
      await queue.put(lock);
      lock.dispose();
      const again = await queue.get();
      assert.ok(again !== lock && again.tryAcquire());
      again.release();
    });

    it(
      "is still there by its name",
      async () => {
        const name = `disposed of ${performance.now()}`;
        const value = adapter.Value.named(name, "i32", 3);
        value.add(1);
        value.dispose();
        assert.throws(() => value.value, { code: "HEDDLE_DISPOSED" });
        assert.equal(adapter.Value.named(name, "i32", 3).value, 4);
      },
      undefined,
      "names",
    );

    it("does not concern who waits for it here, or holds it", async () => {
      const queue = new adapter.Queue<string>();
      const end = new adapter.Queue<typeof queue>();
      await end.put(queue);
      const got = queue.get();
      queue.dispose();
      await collected();
      await (await end.get()).put("item");
      assert.equal(await got, "item");
    });
  });

  describe("shared memory", () => {
    it("of an array of 2^n bytes is no more than that and some words", async () => {
      await collected();
      for (const bytes of [2 ** 10, 2 ** 16, 2 ** 20, 2 ** 24]) {
        const before = adapter.usage().bytes;
        const array = new adapter.SharedArray("u8", bytes);
        const taken = adapter.usage().bytes - before;
        assert.ok(taken >= bytes && taken <= bytes + 1024, `${taken} bytes for ${bytes}`);
        array.dispose();
      }
    });

    it(
      "that was dropped is used again, however much of it there was",
      async () => {
        // More than the region can hold.
        for (let n = 0; n < ARRAYS; n++) {
          new adapter.SharedArray("f64", 1e6).view[n] = 1;
          if (n % 10 === 0) await turn();
        }
        // And what is disposed of, in one turn.
        for (let n = 0; n < ARRAYS; n++) new adapter.SharedArray("f64", 1e6).dispose();
      },
      LONG_MS,
    );

    it("that there is not is refused by an error which says how much was wanted", async () => {
      assert.throws(() => new adapter.SharedArray("f64", 2 ** 30), {
        code: "HEDDLE_MEMORY_FULL",
        name: "MemoryFullError",
        message: /8589934/,
      });
    });
  });
};

/** Of 8 MB: the region holds 4 GB. */
const ARRAYS = 600;
/** To zero so much takes seconds, and many on a busy machine. */
const LONG_MS = 120_000;

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): number[] => [
  ...new Uint8Array(buffer, byteOffset, byteLength),
];
