import assert from "node:assert/strict";
import { type Contract, tasksOf } from "../suite.js";
import type * as named from "../tasks/named.js";

let names = 0;
const fresh = (): string => `conformance ${++names}`;

/** The program's one object of a class and name, whichever worker asks first. */
export const namedObjects: Contract = (suite) => {
  const { describe, adapter } = suite;
  const it = (name: string, body: () => Promise<void>): void => suite.it(name, body, undefined, "names");

  describe("named", () => {
    it("gives the same object for the same name, another for another name or class", () => {
      const name = fresh();
      assert.equal(adapter.Lock.named(name), adapter.Lock.named(name));
      assert.notEqual(adapter.Lock.named(name), adapter.Lock.named(fresh()));
      assert.notEqual(adapter.Event.named(name), adapter.Lock.named(name) as object);
      assert.ok(adapter.Lock.named(name) instanceof adapter.Lock);
      return Promise.resolve();
    });

    it("tells names apart that UTF-8 does not: those with lone surrogates, and with the text of their escapes", () => {
      const name = fresh();
      const ends = ["\ud800", "\ud801", "\udc00", "\ufffd", "\\ud800", '"', '\\"'];
      const locks = ends.map((end) => adapter.Lock.named(name + end));
      assert.equal(new Set(locks).size, ends.length);
      for (const [i, end] of ends.entries()) assert.equal(adapter.Lock.named(name + end), locks[i]);
      assert.ok(JSON.stringify(locks[0]).includes(JSON.stringify(`${name}\ud800`)));
      return Promise.resolve();
    });

    it("is the same object in every worker", async () => {
      const { addToNamed } = tasksOf<typeof named>(suite, "named");
      const name = fresh();
      const workers = Array.from({ length: 4 }, () =>
        new adapter.Worker(addToNamed, { args: [adapter.adapter.url, name, 500] }).start(),
      );
      for (const worker of workers) await worker.result;
      for (const worker of workers) await worker.join();
      assert.equal(adapter.Value.named(name, "i32", 0).value, 2000);
    });

    it("there is one of every class", () => {
      const name = fresh();
      const { Semaphore, BoundedSemaphore, Condition, Queue, Value, SharedArray, RLock, RWLock, Barrier } = adapter;
      assert.equal(Semaphore.named(name, 3), Semaphore.named(name, 3));
      assert.equal(BoundedSemaphore.named(name, 3).value, 3);
      assert.equal(Condition.named(name), Condition.named(name));
      assert.equal(Queue.named(name, 5).maxSize, 5);
      assert.equal(Queue.named(name, { maxSize: 5 }), Queue.named(name, 5));
      assert.equal(adapter.LifoQueue.named(name, 4), adapter.LifoQueue.named(name, 4));
      assert.equal(adapter.PriorityQueue.named(name, 6).maxSize, 6);
      assert.equal(Value.named(name, "i64", 5n).value, 5n);
      assert.deepEqual([...SharedArray.named(name, "u8", [1, 2]).view], [1, 2]);
      assert.equal(adapter.SharedMap.named(name, { ttl: 5 }).size, 0);
      assert.equal(RLock.named(name, { fair: true }).locked, false);
      assert.equal(RWLock.named(name), RWLock.named(name));
      assert.equal(Barrier.named(name, 3).parties, 3);
      return Promise.resolve();
    });

    it("asking with other arguments is an error, and changes nothing", () => {
      const name = fresh();
      const { Semaphore, Queue, Value, Barrier } = adapter;
      const semaphore = Semaphore.named(name, 2);
      assert.throws(() => Semaphore.named(name, 3), TypeError);
      assert.equal(semaphore.value, 2);
      Queue.named(name);
      assert.throws(() => Queue.named(name, 1), TypeError);
      Value.named(name, "i32", 1);
      assert.throws(() => Value.named(name, "u32", 1), TypeError);
      const lock = adapter.Lock.named(name, { fair: true });
      assert.equal(adapter.Lock.named(name, { fair: true }), lock);
      assert.throws(() => adapter.Lock.named(name), TypeError);
      Barrier.named(name, 2);
      assert.throws(() => Barrier.named(name, 3), TypeError);
      assert.throws(() => Barrier.named(name, 2, { timeout: 5 }), TypeError);
      assert.throws(() => Barrier.named(fresh(), 2, { action: () => {} }), TypeError);
      assert.throws(() => adapter.Lock.named(5 as never), TypeError);
      return Promise.resolve();
    });
  });
};
