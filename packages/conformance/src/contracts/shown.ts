import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type Contract, tasksOf, untilWaiting } from "../suite.js";
import type * as work from "../tasks/work.js";

/** The display of Heddle's objects when a program prints them, or writes them as JSON. */
export const shown: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const plainly = (value: unknown): string => inspect(value, { colors: false }).replaceAll(/\s+/g, " ");

  describe("what is printed", () => {
    it("of an object is its class and its state, in a line", async () => {
      const { Lock, RLock, Queue, Value, SharedArray, Event, Semaphore, Barrier, Condition, RWLock } = adapter;
      const lock = new Lock();
      assert.equal(plainly(lock), "Lock { locked: false, waiting: 0 }");
      await lock.acquire();
      assert.equal(plainly(lock), "Lock { locked: true, waiting: 0 }");
      lock.release();
      const queue = new Queue(10);
      for (const item of [1, 2, 3]) queue.putNowait(item);
      assert.equal(plainly(queue), "Queue { size: 3, maxSize: 10 }");
      assert.equal(plainly(new Queue()), "Queue { size: 0 }");
      assert.equal(plainly(new Value("i64", 5n)), "Value { type: 'i64', value: 5n }".replaceAll("'", quote()));
      assert.equal(plainly(new adapter.SharedMap()), "SharedMap { size: 0 }");
      assert.equal(plainly(new SharedArray("u8", 3)), "SharedArray { type: 'u8', length: 3 }".replaceAll("'", quote()));
      assert.equal(plainly(new Event()), "Event { isSet: false, waiting: 0 }");
      assert.equal(plainly(new Semaphore(2)), "Semaphore { value: 2, waiting: 0 }");
      assert.equal(plainly(new Barrier(3)), "Barrier { parties: 3, waiting: 0, broken: false }");
      assert.equal(plainly(new RLock()), "RLock { locked: false, waiting: 0 }");
      assert.equal(plainly(new Condition()), "Condition { waiting: 0 }");
      assert.equal(plainly(new RWLock()), "RWLock { readers: 0, writing: false, waiting: 0 }");
      assert.equal(plainly(adapter.pipe()[0]), "Connection { received: 0, sent: 0, closed: false }");
    });

    const named = async (): Promise<void> => {
      const lock = adapter.Lock.named("shown: stdout");
      await lock.acquire();
      const others = [lock.acquire(), lock.acquire()];
      await untilWaiting(suite, lock, 2);
      assert.equal(plainly(lock), 'Lock "shown: stdout" { locked: true, waiting: 2 }');
      for (const other of others) {
        lock.release();
        await other;
      }
      lock.release();
    };
    it("of a named lock is its name, too, and how many wait for it", named, undefined, "names");

    it("of a pool, a group, a worker and a future is their state", async () => {
      const pool = new adapter.Pool({ size: 1, name: "shown" });
      assert.equal(plainly(pool), 'Pool "shown" { size: 1, running: 0, queued: 0 }');
      assert.equal(plainly(new adapter.TaskGroup(pool)), "TaskGroup { unfinished: 0, aborted: false }");
      const future = pool.submit(tasks.echo, [1]);
      await future;
      assert.match(plainly(future), /^Future \{ state: .fulfilled. \}$/);
      const worker = new adapter.Worker(tasks.nothing, { name: "shown worker" });
      const { workerName } = suite.capabilities;
      assert.equal(plainly(worker), `${workerName} "shown worker" { daemon: false, isAlive: false }`);
      worker.start();
      await worker.join();
      assert.match(plainly(worker), / \{ id: \d+, daemon: false, isAlive: false, exitCode: 0 \}$/);
      await pool.close();
    });

    it("as JSON is the same in short, and nothing of what other objects hold", async () => {
      const queue = new adapter.Queue(10);
      queue.putNowait({ password: "pass-phrase" });
      const { Lock, Value, Pool } = adapter;
      const pool = new Pool({ size: 1, name: "shown" });
      assert.deepEqual(JSON.parse(JSON.stringify({ lock: new Lock(), queue, value: new Value("u64", 5n), pool })), {
        lock: { object: "Lock", locked: false, waiting: 0 },
        queue: { object: "Queue", size: 1, maxSize: 10 },
        value: { object: "Value", type: "u64", value: "5" },
        pool: { object: "Pool", name: "shown", size: 1, running: 0, queued: 0 },
      });
      await pool.close();
    });

    it("is nothing internal: no property of an object leads to the shared memory", async () => {
      const { Lock, Queue, Value, Event, Barrier, Condition, Semaphore, RWLock, SharedArray } = adapter;
      const objects = [new Lock(), new Queue(), new Value("i32"), new Event(), new Barrier(1), new Semaphore()];
      for (const object of [...objects, new Condition(), new RWLock(), new SharedArray("u8", 1), adapter.pipe()[0]]) {
        const own = Reflect.ownKeys(object).map(String);
        const known = ["maxSize", "lock", "length", "view"];
        assert.deepEqual(
          own.filter((key) => !known.includes(key)),
          [],
          String(object),
        );
      }
    });

    it("has the names of the classes, even in a bundle", async () => {
      for (const name of ["Lock", "Queue", "Pool", "TaskGroup", "Value", "Connection"] as const) {
        assert.equal(Reflect.get(adapter[name], "name"), name);
      }
      assert.equal(Reflect.get(adapter.Worker, "name"), suite.capabilities.workerName);
    });
  });

  /** Bun quotes texts in its own way. */
  function quote(): string {
    return plainly("x").slice(0, 1);
  }
};
