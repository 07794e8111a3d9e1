import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, tasksOf } from "../suite.js";
import type * as work from "../tasks/work.js";

/** What people write who come from Python, or in a hurry: a TypeError at once, which says what to write. */
export const mistakes: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const {
    Barrier,
    Condition,
    Event,
    Lock,
    LifoQueue,
    PriorityQueue,
    Pool,
    Queue,
    RWLock,
    Semaphore,
    TaskGroup,
    Worker,
  } = adapter;
  const tasks = tasksOf<typeof work>(suite, "work");

  async function refuses(uses: Readonly<Record<string, () => unknown>>, says?: RegExp): Promise<void> {
    for (const [name, use] of Object.entries(uses)) {
      const error = await failureOf(async () => use());
      assert.ok(error instanceof TypeError, `${name}: ${error}`);
      if (says !== undefined) assert.match(error.message, says, name);
    }
  }

  describe("first mistakes", () => {
    it("options of another kind, or of a name that is none, are refused at once", async () => {
      const pool = new Pool({ size: 1 });
      const [here, there] = adapter.pipe();
      const worker = new Worker(tasks.nothing).start();
      const uses: readonly ((wrong: never) => unknown)[] = [
        (wrong) => new Event().wait(wrong),
        (wrong) => new Event().waitSync(wrong),
        (wrong) => new Lock().acquire(wrong),
        (wrong) => new Lock().acquireSync(wrong),
        (wrong) => new Lock().hold(wrong),
        (wrong) => new Lock().run(() => {}, wrong),
        (wrong) => new RWLock().holdRead(wrong),
        (wrong) => new RWLock().holdWriteSync(wrong),
        (wrong) => new Semaphore(0).acquire(wrong),
        (wrong) => new Queue().get(wrong),
        (wrong) => new LifoQueue().getSync(wrong),
        (wrong) => new PriorityQueue().get(wrong),
        (wrong) => new Queue(1).put(1, wrong),
        (wrong) => new Queue().join(wrong),
        (wrong) => new Queue().shutdown(wrong),
        (wrong) => new Barrier(2).wait(wrong),
        (wrong) => here.recv(wrong),
        (wrong) => worker.join(wrong),
        (wrong) => new Pool(wrong),
        (wrong) => new Worker(tasks.nothing, wrong),
        (wrong) => new TaskGroup(pool, wrong),
        (wrong) => pool.submit(tasks.nothing, [], wrong),
        (wrong) => pool.map(tasks.half, [], wrong),
        (wrong) => pool.imap(tasks.half, [], wrong),
        (wrong) => adapter.wait([], wrong),
      ];
      for (const use of uses) {
        for (const wrong of [100, false, true, "1 s", [1, 2], { timeoutMs: 5 }, { workers: 4 }]) {
          const error = await failureOf(async () => use(wrong as never));
          assert.ok(error instanceof TypeError, `${use} with ${JSON.stringify(wrong)}: ${error}`);
        }
      }
      await refuses({ timeoutMs: () => new Event().wait({ timeoutMs: 5 } as never) }, /did you mean timeout\?/);
      await refuses({ maxTasks: () => new Pool({ maxTasks: 5 } as never) }, /did you mean maxTasksPerWorker\?/);
      await worker.join();
      here.close();
      there.close();
      await pool.close();
    });

    it("Python's arguments one after another are refused at once", async () => {
      const queue = new Queue<number>(1);
      const call = (object: object, method: string, ...args: unknown[]): unknown =>
        Reflect.get(object, method).apply(object, args);
      await refuses({
        "queue.get(true, 1)": () => call(queue, "get", true, 1),
        "queue.put(1, true, 1)": () => call(queue, "put", 1, true, 1),
        "lock.acquire(false)": () => call(new Lock(), "acquire", false),
        "lock.acquire(true, 1)": () => call(new Lock(), "acquire", true, 1),
        "event.wait(0.1)": () => call(new Event(), "wait", 0.1),
        "new Pool(4)": () => Reflect.construct(Pool, [4]),
        "new Thread(fn, [1, 2])": () => Reflect.construct(Worker, [tasks.add, [1, 2]]),
        "submit(task, 1, 2)": () => call(new Pool({ size: 1 }), "submit", tasks.add, 1, 2),
      });
      assert.equal(queue.isEmpty, true);
      const condition = new Condition();
      await condition.lock.run(async () => refuses({ "condition.wait(100)": () => condition.wait(100 as never) }));
    });

    it("a function that is no task is refused at once, and the error says how to make one of it", async () => {
      const pool = new Pool({ size: 1 });
      const plain = ((n: number) => n) as never;
      await refuses(
        {
          run: () => pool.run(plain),
          submit: () => pool.submit(plain, [] as never),
          map: () => pool.map(plain, [1]),
          imap: () => pool.imap(plain, [1]),
          imapUnordered: () => pool.imapUnordered(plain, [1]),
          iterate: () => pool.iterate(plain),
          Worker: () => Reflect.construct(Worker, [plain]),
          initializer: () => new Pool({ initializer: plain }),
          finalizer: () => new Pool({ finalizer: plain }),
        },
        /plain.*task\(import\.meta, fn\)|task\(import\.meta, fn\)/,
      );
      const group = new TaskGroup(pool);
      const grouped = await failureOf(() => group.run(plain));
      assert.ok(grouped instanceof TypeError);
      assert.equal(await failureOf(() => group.wait()), grouped);
      await pool.close();
    });

    it("a map of a promise, of nothing, of an object is refused at once; a string is mapped", async () => {
      const pool = new Pool({ size: 1 });
      for (const items of [Promise.resolve([1]), undefined, { a: 1 }, 5] as never[]) {
        await refuses({ map: () => pool.map(tasks.half, items), imap: () => pool.imap(tasks.half, items) }, /iterable/);
      }
      assert.deepEqual(await pool.map(tasks.echo, "abc"), ["a", "b", "c"]);
      await pool.close();
    });

    it("a hold that is not awaited is no guard", async () => {
      const lock = new Lock();
      const held = lock.hold();
      await refuses({ release: () => Reflect.get(held, "release").call(held) });
      assert.equal(Symbol.dispose !== undefined && Symbol.dispose in held, false);
      (await held).release();
      assert.equal(lock.locked, false);
      await failsWith("HEDDLE_LOCK_STATE", () => lock.release());
    });
  });
};
