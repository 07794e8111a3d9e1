import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withStoppedClock } from "../stopped-clock.js";
import { blocking, type Contract, failsWith, failureOf, heedless, tasksOf, until } from "../suite.js";
import type * as endings from "../tasks/endings.js";
import type * as work from "../tasks/work.js";

interface Heard {
  readonly error: Error;
  readonly worker: string;
  readonly leftBy: readonly string[] | undefined;
}

/** A pool lets its workers end: resources that they opened are closed, work that they left gets done, and errors are told. */
export const poolEnding: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const ends = tasksOf<typeof endings>(suite, "endings");
  const { Event, Pool, Queue } = adapter;
  const { url } = adapter.adapter;

  const all = <T>(queue: { size: number; getNowait(): T }): T[] =>
    Array.from({ length: queue.size }, () => queue.getNowait());

  async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "heddle-ends-"));
    try {
      await act(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The errors that the except hook hears of while `act` lasts. */
  async function heardDuring(act: (heard: readonly Heard[]) => Promise<void>): Promise<void> {
    const heard: Heard[] = [];
    adapter.setExceptHook((error, { name, leftBy }) => heard.push({ error: error as Error, worker: name, leftBy }));
    try {
      await act(heard);
    } finally {
      // Not a function of this scope, which would keep what was heard.
      adapter.setExceptHook(console.error);
    }
  }

  /** Has each worker of a pool of two run something, at the same time. */
  async function useBoth(pool: InstanceType<typeof Pool>): Promise<void> {
    const started = [new Event(), new Event()];
    const go = new Event();
    const runs = started.map((event) => pool.run(tasks.runUntil, event, go));
    await Promise.all(started.map((event) => event.wait()));
    go.set();
    await Promise.all(runs);
  }

  describe("a pool's finalizer", () => {
    const withFinalizer = (closed: InstanceType<typeof Queue<string>>) =>
      ({ initializer: ends.open, initArgs: [url], finalizer: ends.close, finalizerArgs: [url, closed] }) as const;

    it("runs once in each worker that ends with its pool, and closes what the initializer opened there", async () => {
      for (const how of ["close", Symbol.asyncDispose] as const) {
        const closed = new Queue<string>();
        const pool = new Pool({ name: "tidy", size: 2, ...withFinalizer(closed) });
        await useBoth(pool);
        await failureOf(() => pool.run(tasks.failWith, "a task that failed"));
        await pool[how]();
        assert.deepEqual(all(closed).sort(), ["tidy-1 in tidy-1", "tidy-2 in tidy-2"]);
      }
    });

    it("runs in one that was idle for long, and in one that has run all its tasks", async () => {
      const closed = new Queue<string>();
      const idle = new Pool({ name: "idle", size: 1, minSize: 0, idleTimeout: 0, ...withFinalizer(closed) });
      await idle.run(tasks.add, 1, 1);
      assert.equal(await closed.get(), "idle-1 in idle-1");
      await idle.close();
      const recycled = new Pool({ name: "short", size: 1, maxTasksPerWorker: 1, ...withFinalizer(closed) });
      for (let n = 0; n < 3; n++) await recycled.run(tasks.add, n, 1);
      await recycled.close();
      assert.deepEqual(all(closed).sort(), ["short-1 in short-1", "short-2 in short-2", "short-3 in short-3"]);
      assert.equal(recycled.stats.respawned, 3);
    });

    it("waits for a task that was aborted and goes on", async () => {
      const closed = new Queue<string>();
      const pool = new Pool({ name: "patient", size: 1, ...withFinalizer(closed) });
      const [started, go] = [new Event(), new Event()];
      const controller = new AbortController();
      const aborted = failureOf(() => pool.submit(tasks.runUntil, [started, go], { signal: controller.signal }));
      await started.wait();
      controller.abort("enough");
      assert.equal(await aborted, "enough");
      const closing = pool.close();
      await new Promise<void>((resolve) => setImmediate(resolve));
      assert.equal(closed.size, 0);
      go.set();
      await closing;
      assert.deepEqual(all(closed), ["patient-1 in patient-1"]);
    });

    it("does not run in a worker that was terminated, that crashed, or whose initializer failed", async () => {
      const closed = new Queue<string>();
      const terminated = new Pool({ size: 1, ...withFinalizer(closed) });
      await terminated.run(tasks.add, 1, 1);
      await terminated.terminate();
      const crashed = new Pool({ size: 1, ...withFinalizer(closed) });
      await failsWith("HEDDLE_WORKER_CRASHED", () => crashed.run(tasks.exit, 3));
      await crashed.close();
      const failing = { initializer: tasks.failWith, initArgs: ["no"], initializerRetries: 0 } as const;
      const broken = new Pool({ size: 1, ...withFinalizer(closed), ...failing });
      assert.ok((await failureOf(() => broken.run(tasks.add, 1, 1))) instanceof RangeError);
      await broken.close();
      assert.deepEqual(all(closed), []);
    });

    it("that throws is told to the except hook; the pool is closed all the same", async () => {
      await heardDuring(async (heard) => {
        const finalizer = { finalizer: ends.failToClose, finalizerArgs: ["it is stuck"] } as const;
        const pool = new Pool({ name: "stuck", size: 1, ...finalizer });
        await pool.run(tasks.add, 1, 1);
        await pool.close();
        assert.deepEqual(
          heard.map(({ error, worker }) => [error.name, error.message, worker]),
          [["RangeError", "it is stuck", "stuck-1"]],
        );
      });
    });

    it("is a task, and gets copies of its arguments: wrong ones are refused at once", async () => {
      await failsWith("HEDDLE_SEND", () => new Pool({ finalizer: tasks.echo, finalizerArgs: [() => 1] }));
      assert.throws(() => new Pool({ finalizer: (() => 1) as never }), TypeError);
      assert.throws(() => new Pool({ finalizer: tasks.echo, finalizerArgs: 5 as never }), TypeError);
      for (const stopTimeout of [-1, Number.NaN]) assert.throws(() => new Pool({ stopTimeout }), RangeError);
      assert.throws(() => new Pool({ stopTimeout: "1" as never }), TypeError);
    });
  });

  it("use gives the value or the error of its function, and closes the pool after it", async () => {
    const closed = new Queue<string>();
    const options = { name: "used", size: 1, finalizer: ends.close, finalizerArgs: [url, closed] } as const;
    assert.equal(await Pool.use(options, (pool) => pool.run(tasks.add, 1, 2)), 3);
    const failed = (pool: InstanceType<typeof Pool>) => pool.run(tasks.failWith, "in use");
    await assert.rejects(Pool.use(options, failed), { message: "in use" });
    await assert.rejects(Pool.use(options, undefined as never), TypeError);
    assert.equal(closed.size, 2);
  });

  describe("a pool's worker that ends", () => {
    it("does what was left to its end: exit hooks run, streams are flushed", () =>
      inFolder(async (folder) => {
        const [hook, file] = [join(folder, "hook"), join(folder, "stream")];
        const pool = new Pool({ size: 1 });
        await pool.run(ends.leaveToTheEnd, hook, file, 500);
        await pool.close();
        assert.equal(readFileSync(hook, "utf8"), "exit\n");
        assert.equal(readFileSync(file, "utf8").length, 500 * 1001);
      }));

    it("has its own objects until its last exit hook has run", async () => {
      const told = new Queue<string>();
      const pool = new Pool({ size: 1 });
      await pool.run(ends.useAtTheEnd, url, told);
      await pool.close();
      assert.equal(told.getNowait(), "kept, added");
    });

    it("is told to exit when it took too long, of which the except hook hears", () =>
      inFolder((folder) =>
        heardDuring(async (heard) => {
          const hook = join(folder, "hook");
          const pool = new Pool({ name: "late", size: 1, stopTimeout: 20 });
          await pool.run(ends.keepBusy, hook);
          await pool.close();
          assert.ok(existsSync(hook));
          assert.deepEqual(
            heard.map(({ error, worker }) => [error.name, worker]),
            [["TimeoutError", "late-1"]],
          );
          assert.match(heard[0]?.error.message ?? "", /late-1 was stopped .* 20 ms/);
        }),
      ));

    it("is killed when it does not even do that", () =>
      heardDuring(async (heard) => {
        const pool = new Pool({ size: 1, stopTimeout: 20 });
        const started = new Event();
        const [task, args] = heedless(suite, started);
        const controller = new AbortController();
        const aborted = failureOf(() => pool.submit(task, args, { signal: controller.signal }));
        await started.wait();
        controller.abort("enough");
        assert.equal(await aborted, "enough");
        await pool.close();
        assert.deepEqual(
          heard.map(({ error }) => error.name),
          ["TimeoutError"],
        );
      }));

    it("is given no more time than its grace for a task that has timed out", async () => {
      const pool = new Pool({ size: 1, stopTimeout: Number.POSITIVE_INFINITY });
      const [task, args] = heedless(suite, new Event());
      await failsWith("HEDDLE_TIMEOUT", () => pool.submit(task, args, { timeout: 5, grace: 5 }));
      await pool.close();
    });

    it("does not hold terminate up, which may come while close waits", async () => {
      const pool = new Pool({ size: 1 });
      const started = new Event();
      const [task, args] = heedless(suite, started);
      const controller = new AbortController();
      const aborted = failureOf(() => pool.submit(task, args, { signal: controller.signal }));
      await started.wait();
      controller.abort("enough");
      await aborted;
      const closing = pool.close();
      await pool.terminate();
      await closing;
    });
  });

  describe("an error that a finished task left behind", () => {
    it("is told to the except hook, when its worker was idle; the pool goes on", () =>
      heardDuring(async (heard) => {
        const pool = new Pool({ name: "careless", size: 1 });
        const go = new Event();
        assert.equal(await pool.run(ends.leaveError, go, "left behind"), "returned");
        go.set();
        await until(() => heard.length > 0, "the hook should hear of it");
        assert.deepEqual(
          heard.map(({ error, worker, leftBy }) => [error.message, worker, leftBy]),
          [["left behind", "careless-1", ["leaveError"]]],
        );
        assert.equal(await pool.run(tasks.add, 1, 1), 2);
        await pool.close();
        assert.equal(heard.length, 1);
      }));

    it("is not said to be that of the task that runs when it comes", async () => {
      const pool = new Pool({ size: 1 });
      const [go, started] = [new Event(), new Event()];
      await pool.run(ends.leaveError, go, "left behind");
      await pool.run(tasks.add, 1, 1);
      const running = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.runUntil, started, new Event()));
      await started.wait();
      go.set();
      const { message, leftBy } = (await running) as Error & { leftBy?: readonly string[] };
      const known = /was ended by an error that an earlier task \(leaveError\) left behind: .*left behind/;
      const unknown = /\(of this task, or left behind by an earlier one: add, leaveError\): .*left behind/;
      assert.match(message, leftBy?.length === 1 ? known : unknown);
      assert.deepEqual(leftBy, leftBy?.length === 1 ? ["leaveError"] : ["add", "leaveError"]);
      await pool.close();
    });

    it("is never said to be another's: it is that task's, or one of those that have run", () =>
      heardDuring(async (heard) => {
        let told = 0;
        for (const leave of [ends.leaveError, ends.leaveTimer]) {
          for (const concurrency of [1, 2]) {
            const pool = new Pool({ size: 1, concurrency });
            const go = new Event();
            await pool.run(leave, go, "left behind");
            assert.equal(await pool.run(tasks.add, 1, 1), 2);
            go.set();
            await until(() => heard.length > told, "the hook should hear of it");
            const { leftBy } = heard[told++] as Heard;
            const { name } = leave;
            assert.ok([name, `add,${name}`].includes(String(leftBy)), `left behind by ${leftBy}`);
            await pool.close();
          }
        }
      }));

    it("is not said to be that of a task that runs at the same time", async () => {
      const pool = new Pool({ size: 1, concurrency: 2 });
      const [go, started] = [new Event(), new Event()];
      const other = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.runUntil, started, new Event()));
      await started.wait();
      const own = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(ends.leaveAndWait, go, "its own", new Event()));
      go.set();
      const [message, ownMessage] = [await other, await own].map((error) => (error as Error).message);
      if (/an uncaught error of this task: .*its own/.test(ownMessage ?? "")) {
        assert.match(message ?? "", /error of another task \(leaveAndWait\), which ran at the same time: .*its own/);
      } else
        for (const text of [message, ownMessage]) assert.match(text ?? "", /ended by an uncaught error: .*its own/);
      await pool.close();
    });

    it("costs no call of another worker's, nor one that its own had not started", async () => {
      const pool = new Pool({ size: 2 });
      const [go, end] = [new Event(), new Event()];
      const started = [new Event(), new Event()];
      await pool.run(ends.leaveError, go, "left behind");
      const runs = started.map((event) =>
        pool.run(tasks.runUntil, event, end).then(
          () => "ended",
          (error) => error.code,
        ),
      );
      const later = [1, 2, 3].map((n) => pool.run(tasks.add, n, n));
      await Promise.all(started.map((event) => event.wait()));
      go.set();
      // The one whose worker goes down makes room for the others.
      assert.equal(await Promise.race(runs), "HEDDLE_WORKER_CRASHED");
      end.set();
      assert.deepEqual((await Promise.all(runs)).sort(), ["HEDDLE_WORKER_CRASHED", "ended"]);
      assert.deepEqual(await Promise.all(later), [2, 4, 6]);
      await pool.close();
    });
  });

  it("a clock that a test stops, stops nothing: no call, no wait's timeout, no task's, no grace, no end", () =>
    withStoppedClock(async () => {
      const pool = new Pool({ size: 1, name: "timely", idleTimeout: 1 });
      assert.deepEqual(await pool.map(tasks.half, [2, 4]), [1, 2]);
      const [queue, lock] = [new Queue(), new adapter.Lock()];
      await failsWith("HEDDLE_QUEUE_EMPTY", () => queue.get({ timeout: 5 }));
      await failsWith("HEDDLE_QUEUE_EMPTY", () =>
        blocking(
          suite,
          () => queue.getSync({ timeout: 5 }),
          () => queue.get({ timeout: 5 }),
        ),
      );
      lock.acquireSync();
      assert.equal(await lock.acquire({ timeout: 5 }), false);
      lock.release();
      await adapter.sleep(5);
      if (suite.capabilities.mainMayBlock) adapter.sleepSync(5);
      const [endless, args] = heedless(suite, new Event());
      await failsWith("HEDDLE_TIMEOUT", () => pool.submit(endless, args, { timeout: 20, grace: 20 }));
      assert.equal((await pool.run(tasks.whoAmI, url)).name, "timely-2");
      const worker = new adapter.Worker(tasks.runUntil, { args: [new Event(), new Event()] }).start();
      assert.equal(await worker.join({ timeout: 5 }), false);
      worker.result.catch(() => {});
      await worker.terminate();
      await pool.close();
    }));
};
