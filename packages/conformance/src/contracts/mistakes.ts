import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, refuses, tasksOf } from "../suite.js";
import type * as waits from "../tasks/waits.js";
import type * as work from "../tasks/work.js";

const ignore = (): void => {};

/** Mistakes of people who come from Python, or are in a hurry: a TypeError at once, which says what to write. */
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
  const { giveBack, leaveLocked, loseGuard, takeAndGiveBack } = tasksOf<typeof waits>(suite, "waits");

  /** The errors that the except hook is told of while `act` runs, with the name of the worker. */
  async function heardDuring(act: () => Promise<void>): Promise<string[]> {
    const heard: string[] = [];
    adapter.setExceptHook((error, { name }) => {
      heard.push(`${name}: ${error}`);
    });
    try {
      await act();
    } finally {
      // A hook keeps what its function's scope refers to.
      adapter.setExceptHook(ignore);
    }
    return heard;
  }

  describe("first mistakes", () => {
    it("a class that is called without new says so, by its own name", async () => {
      for (const [name, value] of Object.entries(adapter)) {
        if (typeof value !== "function" || !/^[A-Z]/.test(name) || name.endsWith("Error")) continue;
        const isWorker = /^(Worker|Thread|Process)$/.test(name);
        const own = isWorker ? adapter.adapter.capabilities.workerName : name;
        const advice = name === "Connection" ? "pipe\\(\\)" : `write new ${own}`;
        const says = new RegExp(`^${own} is a class: ${advice}`);
        await refuses({ [name]: () => Reflect.apply(value, undefined, []) }, says);
      }
    });

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
        (wrong) => new Lock().runSync(() => {}, wrong),
        (wrong) => new RWLock().holdRead(wrong),
        (wrong) => new RWLock().runRead(() => {}, wrong),
        (wrong) => new RWLock().runWriteSync(() => {}, wrong),
        (wrong) => new RWLock().holdWriteSync(wrong),
        (wrong) => new Semaphore(0).acquire(wrong),
        (wrong) => new Queue().get(wrong),
        (wrong) => new LifoQueue().getSync(wrong),
        (wrong) => new PriorityQueue().get(wrong),
        (wrong) => new Queue(1).put(1, wrong),
        (wrong) => new PriorityQueue().tryPut(1, wrong),
        (wrong) => new Queue().items(wrong),
        (wrong) => new Queue().itemsSync(wrong),
        (wrong) => new Queue().join(wrong),
        (wrong) => new Queue().shutdown(wrong),
        (wrong) => new Barrier(2).wait(wrong),
        (wrong) => new Barrier(2, wrong),
        (wrong) => adapter.sleep(0, wrong),
        (wrong) => adapter.registerClass(class Any {}, wrong),
        (wrong) => adapter.task(import.meta, () => {}, wrong),
        (wrong) => new Worker(tasks.nothing, { resourceLimits: wrong }),
        (wrong) => new Pool({ size: 1, minSize: 0, resourceLimits: wrong }),
        (wrong) => here.recv(wrong),
        (wrong) => here.items(wrong),
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
      await refuses({ sise: () => new Pool({ sise: 5 } as never) }, /did you mean size\?/);
      await refuses({ szie: () => new Pool({ szie: 5 } as never) }, /did you mean size\?/);
      await refuses({ tmieout: () => new Event().wait({ tmieout: 5 } as never) }, /did you mean timeout\?/);
      await refuses({ colour: () => new Pool({ colour: 5 } as never) }, /"colour": it has size, minSize, /);
      const controller = { signal: new AbortController() as never };
      await refuses({ controller: () => new Event().wait(controller) }, /\{ signal: controller\.signal \}/);
      await worker.join();
      here.close();
      there.close();
      await pool.close();
    });

    it("an option of another type, or that is of no use without another, is refused at once", async () => {
      const { signal } = new AbortController();
      const unused = { size: 1, minSize: 0 };
      await refuses({
        "new Barrier(1, null)": () => new Barrier(1, null as never),
        "sleep()": () => Reflect.apply(adapter.sleep, undefined, []),
        "sleepSync()": () => Reflect.apply(adapter.sleepSync, undefined, []),
        "task(…, { name: 5 })": () => adapter.task(import.meta, () => {}, { name: 5 as never }),
        "new Thread(f, { name: 5 })": () => new Worker(tasks.nothing, { name: 5 as never }),
        "new Thread(f, { daemon: 1 })": () => new Worker(tasks.nothing, { daemon: 1 as never }),
        "env: 5": () => new Worker(tasks.nothing, { env: 5 as never }),
        "env: []": () => new Worker(tasks.nothing, { env: ["A=1"] as never }),
        "new Pool({ name: 5 })": () => new Pool({ ...unused, name: 5 as never }),
      });
      await refuses({ "a function": () => new Barrier(2, (() => {}) as never) }, /\{ action \}/);
      await refuses({ "sleep(0, signal)": () => adapter.sleep(0, signal as never) }, /\{ signal \}/);
      await refuses({ initArgs: () => new Pool({ ...unused, initArgs: [1] as never }) }, /need an initializer/);
      await refuses({ finalizerArgs: () => new Pool({ ...unused, finalizerArgs: [1] as never }) }, /need a finalizer/);
      await refuses({ kwargs: () => new Worker(tasks.nothing, { kwargs: {} } as never) }, /positional arguments/);
      await refuses(
        { PORT: () => new Worker(tasks.nothing, { env: { PORT: 80 as never } }) },
        /^env\.PORT is a string, not a number$/,
      );
      const own = adapter.adapter.name;
      for (const name of ["execArgv", "argv", "permissions"]) {
        // Of this backend, or of no option that it has.
        await refuses(
          {
            [name]: () => new Worker(tasks.nothing, { [name]: 5 }),
            [`${name} of a pool`]: () => new Pool({ ...unused, [name]: 5 }),
          },
          new RegExp(
            `^${name} is .*, not a number$|^new \\w+ has no option "${name}" with ${own}: @heddle/.* have it$`,
          ),
        );
      }
      await refuses({ undefined: () => Reflect.construct(Worker, []) }, /needs a task, not undefined/);
      await refuses({ an: () => Reflect.construct(Worker, [{}]) }, /needs a task, not an object/);
      const megabytes = { maxOldGenerationSizeMB: 64 } as never;
      await refuses({ MB: () => new Worker(tasks.nothing, { resourceLimits: megabytes }) }, /maxOldGenerationSizeMb\?/);
      for (const stackSizeMb of [0, -1]) {
        const error = await failureOf(async () => new Worker(tasks.nothing, { resourceLimits: { stackSizeMb } }));
        assert.ok(error instanceof RangeError);
      }
    });

    it("a property of current() is refused where current was not called", async () => {
      for (const name of Object.keys(adapter.current())) {
        if (name === "name") continue;
        const { get } = Object.getOwnPropertyDescriptor(adapter.current, name) ?? {};
        await refuses({ [name]: () => get?.() }, new RegExp(`^current is a function: write current\\(\\)\\.${name}$`));
      }
    });

    it("options of other libraries' pools are refused with the option that there is in their place", async () => {
      const pool = new Pool({ size: 1, minSize: 0 });
      const module = adapter.tasksFrom<{ found(): void; fuond(): void }>(
        "data:text/javascript,export const found = () => {};",
      );
      const open = (options: object) => () => new Pool(options as never);
      await refuses({ maxThreads: open({ maxThreads: 2 }), max_workers: open({ max_workers: 2 }) }, /that is size$/);
      await refuses({ minThreads: open({ minThreads: 2 }) }, /that is minSize$/);
      await refuses({ concurrent: open({ concurrentTasksPerWorker: 2 }) }, /that is concurrency$/);
      await refuses({ workerData: open({ workerData: 1 }) }, /that is initArgs, for an initializer$/);
      const file = new URL("worker.js", import.meta.url);
      await refuses({ filename: open({ filename: file }), URL: open(file) }, /tasksFrom\(url\)\.default, value\)/);
      await refuses({ module: () => pool.run(module as never) }, /name one, as in tasksFrom\(url\)\.default/);
      await refuses({ value: () => pool.run(1 as never, { name: "found" } as never) }, /pool\.run\(task, value\)/);
      const run = (options: object) => () => pool.submit(module.found as never, [] as never, options as never);
      await refuses({ name: run({ name: "found" }) }, /tasksFrom\(url\)/);
      await refuses({ transferList: run({ transferList: [] }) }, /transfer\(value, \[value\.buffer\]\)/);
      await refuses({ target: () => Reflect.construct(Worker, [{ target: tasks.nothing }]) }, /takes its task first/);
      await refuses(
        { block: () => new Lock().acquire({ blocking: false } as never) },
        /\{ timeout: 0 \} does not wait/,
      );
      const worker = new Worker(tasks.nothing) as unknown as { onmessage: unknown };
      await refuses(
        { onmessage: () => (worker.onmessage = ignore) },
        /has no onmessage: .*a Queue or one end of a pipe/,
      );
      const misspelt = await failureOf(async () => pool.run(module.fuond as never));
      assert.match(String(misspelt), /"fuond" was not found .* Found: found$/);
      await pool.close();
    });

    it("the result of a worker that was not started is refused, and is there once it was", async () => {
      const worker = new Worker(tasks.add, { args: [1, 2] });
      const error = await failsWith("HEDDLE_WORKER_STATE", () => worker.result);
      assert.match(error.message, /was not started: result needs it to be/);
      assert.equal(await worker.start().result, 3);
    });

    it("a task of a signal that has aborted is cancelled, and neither runs nor is sent", async () => {
      const pool = new Pool({ size: 1 });
      const reason = new Error("too late");
      const unsendable = (() => {}) as never;
      const future = pool.submit(tasks.echo, [unsendable], { signal: AbortSignal.abort(reason) });
      assert.equal(future.state, "cancelled");
      assert.equal(await failureOf(() => future), reason);
      assert.equal(future.cancel(), false);
      assert.equal(pool.stats.cancelled, 1);
      assert.equal(await pool.run(tasks.echo, 1), 1);
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
      await refuses(
        {
          "lock.acquire(true, 1)": () => call(new Lock(), "acquire", true, 1),
          "queue.get(true, 1)": () => call(queue, "get", true, 1),
          "queue.put(1, true, 1)": () => call(queue, "put", 1, true, 1),
        },
        /was given a number more: a wait takes an object, such as \{ timeout: 5_000 \}/,
      );
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
      await refuses({ class: () => adapter.task(import.meta, class Plain {} as never) }, /not a class$/);
      await refuses({ class: () => adapter.inline(class Plain {} as never) }, /not a class$/);
      const files: unknown[] = ["./tasks.js", new URL("tasks.js", import.meta.url)];
      for (const file of files) {
        const uses = { Worker: () => Reflect.construct(Worker, [file]), run: () => pool.run(file as never) };
        await refuses(uses, /tasksFrom\(new URL\("\.\/module\.js", import\.meta\.url\)\)\.name$/);
      }
      await refuses({ map: () => pool.map([1] as never, tasks.half as never) }, /array.*pool\.map\(task, values\)/);
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
      const promised = Promise.resolve([1]) as never;
      await refuses({ map: () => pool.map(tasks.half, promised) }, /not a promise: await it first$/);
      assert.deepEqual(await pool.map(tasks.echo, "abc"), ["a", "b", "c"]);
      await pool.close();
    });

    it("a value that is used as a number is refused; a text may have it", async () => {
      const value = new adapter.Value("i32", 3);
      const untyped = value as unknown as number;
      const uses = { sum: () => untyped + 1, more: () => untyped > 2, number: () => Number(untyped) };
      await refuses(uses, /^A Value is no number itself: its number is value\.value$/);
      assert.match(`${value}`, /^\[object Value #\d+\]$/);
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

    for (const concurrency of [1, 2]) {
      it(`a task that ends with a lock in hand is told of, with its name (concurrency ${concurrency})`, async () => {
        const pool = new Pool({ size: 1, name: "backend", concurrency });
        const locks: [object, string, string][] = [
          [new Lock(), "acquire", "Lock"],
          [new Lock(), "hold", "Lock"],
          [new Lock(), "acquireSync", "Lock"],
          [new adapter.RLock(), "acquire", "RLock"],
          [new RWLock(), "holdWrite", "RWLock"],
          [new RWLock(), "holdReadSync", "RWLock"],
        ];
        const heard = await heardDuring(async () => {
          for (const [lock, how] of locks) await pool.run(leaveLocked, lock, how);
          await pool.close();
        });
        const told = heard.filter((line) => line.includes("The task"));
        assert.equal(told.length, locks.length, heard.join("\n"));
        for (const [index, [, , kind]] of locks.entries()) {
          const message = `^backend-1: LockStateError: The task leaveLocked has ended and left ${kind} #\\d+ locked`;
          assert.match(told[index] as string, new RegExp(message));
        }
      });
    }

    it("a task that gives back what it took is not told of, nor is what another had given back by then", async () => {
      const pool = new Pool({ size: 1 });
      const [lock, other] = [new Lock(), new Lock()];
      await other.acquire();
      const heard = await heardDuring(async () => {
        await pool.run(takeAndGiveBack, lock);
        await pool.run(giveBack, other);
        await pool.close();
      });
      assert.deepEqual([heard, lock.locked, other.locked], [[], false, false]);
    });

    it("a guard that is lost is told of in its worker, and in its creator at the worker's end", async () => {
      for (const [lock, how] of [
        [new Lock(), "holdSync"],
        [new adapter.RLock(), "hold"],
        [new RWLock(), "holdWriteSync"],
      ] as const) {
        const heard = await heardDuring(async () => {
          const worker = new Worker(loseGuard, { args: [adapter.adapter.url, lock, how], name: "Ada" }).start();
          assert.match(
            String(await worker.result),
            /LockStateError: R?W?Lock #\d+ stays locked: its guard was never released/,
          );
          await worker.join();
        });
        assert.equal(heard.length, 1);
        assert.match(
          heard[0] as string,
          /^Ada: LockStateError: Ada has ended and left R?W?Lock #\d+ locked: it is abandoned/,
        );
        lock.recover();
      }
    });

    it("a guard of a permit, or of a read, that is lost is told of in its worker", async () => {
      for (const [object, how, says] of [
        [new Semaphore(2), "holdSync", /LockStateError: Semaphore #\d+ has lost a permit: its guard was never/],
        [new adapter.BoundedSemaphore(2), "hold", /BoundedSemaphore #\d+ has lost a permit: its guard was never/],
        [new RWLock(), "holdRead", /LockStateError: RWLock #\d+ stays locked: its guard was never released/],
      ] as const) {
        const worker = new Worker(loseGuard, { args: [adapter.adapter.url, object, how] }).start();
        assert.match(String(await worker.result), says);
        await worker.join();
      }
    });

    it("an element of a SharedArray itself is refused: elements are its view's", async () => {
      const array = new adapter.SharedArray("f64", 2);
      const elements = array as unknown as number[];
      const uses = { read: () => elements[0], write: () => (elements[1] = 2), copy: () => Array.from(elements) };
      await refuses(uses, /array\.view\[[01]\]/);
      array.dispose();
      for (const use of [uses.read, uses.write]) await failsWith("HEDDLE_DISPOSED", async () => use());
    });
  });
};
