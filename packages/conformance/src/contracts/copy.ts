import assert from "node:assert/strict";
import { type Contract, failsWith, tasksOf } from "../suite.js";
import type * as work from "../tasks/work.js";

const circle: { name: string; self?: unknown } = { name: "cycle" };
circle.self = circle;
const twice = { n: 1 };

const SAMPLES: Record<string, unknown> = {
  undefined: undefined,
  numbers: [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY],
  text: ["", "plain", "snow ☃ and 🧵", "\ud800 alone", "a\u0000b"],
  bigints: [0n, -(2n ** 70n)],
  "a Map and a Set": new Map<unknown, unknown>([["set", new Set([1, "two"])]]),
  "a Date and a RegExp": [new Date(1e12), /a+/gi],
  "typed arrays": [new Uint8Array([1, 2]), new Float64Array([0.5]), new BigInt64Array([-1n])],
  "holes and undefined": Object.assign(new Array(3), { 1: undefined }),
  "a cycle": circle,
  "one thing twice": [twice, twice],
  "an own __proto__": JSON.parse('{"__proto__":{"a":1}}'),
  "a large record": Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key ${i}`, `value ${i}`])),
};

/** A value arrives at a worker, a pool or a queue as structuredClone would copy it, on every way. */
export const copy: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");

  describe("what is sent", () => {
    for (const [name, value] of Object.entries(SAMPLES)) {
      it(`arrives as a copy, through a pool, a queue and a worker: ${name}`, async () => {
        const expected = structuredClone(value);
        const pool = new adapter.Pool({ size: 1 });
        assert.deepStrictEqual(await pool.run(tasks.echo, value), expected);
        await pool.close();
        const queue = new adapter.Queue();
        await queue.put(value);
        assert.deepStrictEqual(await queue.get(), expected);
        const worker = new adapter.Worker(tasks.echo, { args: [value] }).start();
        assert.deepStrictEqual(await worker.result, expected);
        await worker.join();
      });
    }

    it("is as it was when it was sent, even if it is changed afterwards", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const record = { n: 1, bytes: new Uint8Array([1]) };
      const running = pool.run(tasks.echo, record);
      record.n = 2;
      record.bytes[0] = 2;
      assert.deepEqual(await running, { n: 1, bytes: new Uint8Array([1]) });
      await pool.close();
    });

    it("refers to the same Heddle objects, at any depth", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const { Lock, Queue, Event, Semaphore, Condition, Value, SharedArray, RLock } = adapter;
      const objects = [new Lock(), new RLock(), new Queue(), new Event(), new Semaphore(), new Condition()];
      const more = [new Value("i32"), new SharedArray("u8", 1)];
      const back = (await pool.run(tasks.echo, new Map([["deep", [{ objects }, more]]]))) as Map<string, unknown>;
      const [first, second] = back.get("deep") as [{ objects: unknown[] }, unknown[]];
      for (const [i, object] of objects.entries()) assert.equal(first.objects[i], object);
      for (const [i, object] of more.entries()) assert.equal(second[i], object);
      await pool.close();
    });

    if (suite.capabilities.postsObjects) {
      it("postsObjects: shares its SharedArrayBuffers, and moves its ports", async () => {
        const pool = new adapter.Pool({ size: 1 });
        const buffer = new SharedArrayBuffer(8);
        const back = (await pool.run(tasks.echo, { buffer })) as { buffer: SharedArrayBuffer };
        new Uint8Array(back.buffer)[0] = 7;
        assert.equal(new Uint8Array(buffer)[0], 7);
        const { port1, port2 } = new MessageChannel();
        const far = (await pool.run(tasks.closePort, adapter.transfer({ port: port2 }, [port2]))) as string;
        assert.equal(far, "MessagePort");
        port1.close();
        await pool.close();
      });
    } else {
      it("postsObjects: cannot be what postMessage alone shares or moves", async () => {
        const pool = new adapter.Pool({ size: 1 });
        const { port1, port2 } = new MessageChannel();
        const buffer = new SharedArrayBuffer(8);
        await failsWith("HEDDLE_SEND", () => pool.run(tasks.echo, { buffer }));
        await failsWith("HEDDLE_SEND", () => pool.run(tasks.echo, adapter.transfer({ port2 }, [port2])));
        await failsWith("HEDDLE_SEND", () => new adapter.Worker(tasks.echo, { args: [buffer] }).start());
        port1.close();
        await pool.close();
      });
    }

    it("moves what is marked with transfer", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const bytes = new Uint8Array([1, 2, 3]);
      const sent = adapter.transfer({ bytes }, [bytes.buffer]);
      assert.deepEqual(await pool.run(tasks.echo, sent), { bytes: new Uint8Array([1, 2, 3]) });
      assert.equal(bytes.length, 0);
      const again = new Uint8Array([4]);
      const worker = new adapter.Worker(tasks.echo, { args: [adapter.transfer([again], [again.buffer])] }).start();
      assert.deepEqual(await worker.result, [new Uint8Array([4])]);
      await worker.join();
      assert.equal(again.length, 0);
      await pool.close();
    });

    it("calls with and without something to move keep their order", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const runs = Array.from({ length: 20 }, (_, i) => {
        const bytes = new Uint8Array([i]);
        return pool.run(tasks.echo, i % 3 === 0 ? adapter.transfer([bytes], [bytes.buffer]) : [bytes]);
      });
      const results = (await Promise.all(runs)) as [Uint8Array][];
      assert.deepEqual(
        results.map(([bytes]) => bytes[0]),
        Array.from({ length: 20 }, (_, i) => i),
      );
      await pool.close();
    });

    it("is refused with its path when it cannot be sent, at once, and nothing is left of it", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const value = { options: [{ onDone: () => 1 }] };
      const refused = await failsWith("HEDDLE_SEND", () => pool.run(tasks.echo, value));
      assert.equal(Reflect.get(refused, "path"), "args[0].options[0].onDone");
      await failsWith("HEDDLE_SEND", () => new adapter.Worker(tasks.echo, { args: [value] }).start());
      const result = await failsWith("HEDDLE_SEND", () => pool.run(tasks.unsendable));
      assert.equal(Reflect.get(result, "path"), "result");
      assert.equal(await pool.run(tasks.add, 1, 2), 3);
      await pool.close();
    });
  });
};
