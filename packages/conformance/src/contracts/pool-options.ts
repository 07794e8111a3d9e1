import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, tasksOf, until } from "../suite.js";
import type * as broken from "../tasks/broken.js";
import type * as pools from "../tasks/pools.js";
import type * as work from "../tasks/work.js";

/** A pool's workers get ready before they serve, end when their time has come, and run as much at once as was agreed. */
export const poolOptions: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const helpers = tasksOf<typeof pools>(suite, "pools");
  const { Pool } = adapter;
  const { url } = adapter.adapter;

  describe("a pool's initializer", () => {
    for (const name of ["prepare", "prepareLater"] as const) {
      it(`${name} runs once in each worker, before its first task (parity 127, 140)`, async () => {
        const times = new adapter.Value("i32");
        const pool = new Pool({ size: 2, initializer: helpers[name], initArgs: [times, "ready"] });
        const started = [new adapter.Event(), new adapter.Event()];
        const go = new adapter.Event();
        const first = pool.run(helpers.prepared);
        const both = started.map((event) => pool.run(tasks.runUntilSync, event, go));
        await Promise.all(started.map((event) => event.wait()));
        go.set();
        await Promise.all(both);
        const words = await Promise.all(Array.from({ length: 20 }, () => pool.run(helpers.prepared)));
        assert.deepEqual(new Set([await first, ...words]), new Set(["ready"]));
        assert.equal(times.value, 2);
        assert.equal(pool.stats.completed, 23);
        await pool.close();
      });
    }

    it("that fails in every worker rejects what waits and what comes later, with its error (parity 140)", async () => {
      const options = { size: 2, initializer: tasks.failWith, initArgs: ["not today"] } as const;
      const counter = new adapter.Value("i32");
      for (const initializerRetries of [0, 1]) {
        const pool = new Pool({ ...options, initializerRetries });
        const runs = [1, 2, 3].map((n) => failureOf(() => pool.run(tasks.mark, counter, n)));
        const mapped = failureOf(() => pool.map(tasks.half, [1, 2, 3]));
        const later = async (): Promise<unknown> => failureOf(() => pool.run(tasks.add, 1, 1));
        for (const error of [...(await Promise.all([...runs, mapped])), await later()]) {
          assert.ok(error instanceof RangeError);
          assert.match(error.message, /not today/);
        }
        await pool.close();
        await pool.terminate();
      }
      assert.equal(counter.value, 0);
      assert.ok((await failureOf(() => new Pool({ initializerRetries: -1 }))) instanceof RangeError);
    });

    it("that ends its worker, or is not found, is such a failure, too (parity 140, 144)", async () => {
      const exits = new Pool({ size: 1, initializer: tasks.exit, initArgs: [3], initializerRetries: 0 });
      const crash = await failsWith("HEDDLE_WORKER_CRASHED", () => exits.run(tasks.add, 1, 1));
      assert.equal(Reflect.get(crash, "exitCode"), 3);
      const { unreachable } = tasksOf<typeof broken>(suite, "broken");
      const lost = new Pool({ size: 1, initializer: unreachable, initializerRetries: 0 });
      await failsWith("HEDDLE_TASK_NOT_FOUND", () => lost.run(tasks.add, 1, 1));
      await Promise.all([exits.close(), lost.close()]);
    });

    it("that fails in one worker leaves the others alone, which serve", async () => {
      const initArgs = [new adapter.Value("i32")] as const;
      const pool = new Pool({ size: 2, initializer: helpers.prepareOnlyFirst, initArgs, initializerRetries: 0 });
      const [started, go] = [new adapter.Event(), new adapter.Event()];
      const running = pool.run(tasks.runUntilSync, started, go);
      await started.wait();
      const beside = pool.run(tasks.add, 1, 1);
      await until(() => (initArgs[0]?.value ?? 0) > 1, "another worker should have been tried");
      go.set();
      assert.deepEqual([await running, await beside], ["done", 2]);
      await pool.close();
    });

    it("that fails for a while is tried again, and then the pool is as good as new", async () => {
      const times = new adapter.Value("i32");
      const pool = new Pool({ size: 1, initializer: helpers.prepareFromThird, initArgs: [times, "ready"] });
      assert.deepEqual(await Promise.all([pool.run(helpers.prepared), pool.run(helpers.prepared)]), ["ready", "ready"]);
      assert.deepEqual([times.value, pool.stats.completed, pool.stats.failed, pool.stats.respawned], [3, 2, 0, 2]);
      await pool.close();
      const again = new adapter.Value("i32");
      const options = {
        initializer: helpers.prepareFromThird,
        initArgs: [again, "mended"],
        initializerRetries: 0,
      } as const;
      const broken = new Pool({ size: 1, ...options });
      let word: string | undefined;
      // Each fails by a try of its own, or by the last one, while the pause after that lasts.
      while (word === undefined) {
        word = await broken.run(helpers.prepared).catch(() => undefined);
        await adapter.sleep(10);
      }
      assert.equal(word, "mended");
      assert.equal(again.value, 3);
      await broken.close();
    });

    it("runs again, with its arguments as they first were, in a worker that takes the place of one that crashed", async () => {
      const times = new adapter.Value("i32");
      const words = ["first"];
      const pool = new Pool({ size: 1, initializer: helpers.prepareAndChange, initArgs: [times, words] });
      words.push("of the pool's owner");
      for (const crashed of [0, 1, 2]) {
        if (crashed > 0) await failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.exit, 3));
        assert.equal(await pool.run(helpers.prepared), "first");
        assert.deepEqual([times.value, pool.stats.respawned], [crashed + 1, crashed]);
      }
      await pool.close();
    });

    it("gets copies of its arguments: those that cannot be copied are refused at once", async () => {
      await failsWith("HEDDLE_SEND", () => new Pool({ initializer: tasks.echo, initArgs: [() => 1] }));
      await failsWith(
        "HEDDLE_SEND",
        () => new Pool({ initializer: tasks.echo, initArgs: [new MessageChannel().port1] }),
      );
      assert.ok((await failureOf(() => new Pool({ initializer: (() => 1) as never }))) instanceof TypeError);
      assert.ok(
        (await failureOf(() => new Pool({ initializer: tasks.echo, initArgs: 5 as never }))) instanceof TypeError,
      );
      const unsendable = new Pool({ size: 1, initializer: tasks.unsendable });
      assert.equal(await unsendable.run(tasks.add, 1, 1), 2);
      await unsendable.close();
    });
  });

  describe("maxTasksPerWorker", () => {
    it("a worker is replaced after so many tasks (parity 125, 138)", async () => {
      const pool = new Pool({ name: "short-lived", size: 1, maxTasksPerWorker: 3 });
      const names: string[] = [];
      for (let i = 0; i < 7; i++) names.push((await pool.run(tasks.whoAmI, url)).name);
      assert.deepEqual(
        names.map((name) => name.replace("short-lived-", "")),
        ["1", "1", "1", "2", "2", "2", "3"],
      );
      assert.equal(pool.stats.respawned, 2);
      await pool.close();
    });

    it("a backlog larger than the pool goes through, and so does what is closed at once (parity 125, 138)", async () => {
      const pool = new Pool({ size: 2, maxTasksPerWorker: 3 });
      const sums = Array.from({ length: 20 }, (_, i) => pool.run(tasks.add, i, 1));
      await pool.close();
      assert.deepEqual(
        await Promise.all(sums),
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
      assert.ok(pool.stats.respawned >= 5, `${pool.stats.respawned} workers were replaced`);
    });

    it("a chunk of a map counts as one", async () => {
      const pool = new Pool({ size: 1, maxTasksPerWorker: 2 });
      await pool.map(tasks.half, [1, 2, 3, 4, 5, 6], { chunkSize: 3 });
      assert.deepEqual([pool.stats.completed, pool.stats.respawned], [2, 1]);
      await pool.close();
    });

    it("the next worker gets ready meanwhile, and waits until the other has ended its last task", async () => {
      const times = new adapter.Value("i32");
      const initArgs = [times, ""] as const;
      const pool = new Pool({ size: 1, maxTasksPerWorker: 1, initializer: helpers.prepare, initArgs });
      const started = new adapter.Event();
      const go = new adapter.Event();
      const last = pool.run(tasks.runUntilSync, started, go);
      const next = pool.run(helpers.isSet, go);
      await started.wait();
      await until(() => times.value === 2, "another worker should get ready");
      go.set();
      assert.deepEqual([await last, await next], ["done", true]);
      await pool.close();
    });

    it("an aborted task that goes on holds its worker back, not the pool", async () => {
      const pool = new Pool({ size: 2, maxTasksPerWorker: 1 });
      const started = new adapter.Event();
      const go = new adapter.Event();
      const controller = new AbortController();
      const { signal } = controller;
      const aborted = failureOf(() => pool.submit(tasks.runUntilSync, [started, go], { signal }));
      await started.wait();
      controller.abort("enough");
      assert.equal(await aborted, "enough");
      assert.deepEqual(await Promise.all([1, 2, 3].map((n) => pool.run(tasks.add, n, n))), [2, 4, 6]);
      go.set();
      await pool.close();
    });
  });

  describe("concurrency", () => {
    it("one worker runs so many tasks at the same time, and no more", async () => {
      const pool = new Pool({ size: 1, concurrency: 3 });
      const started = Array.from({ length: 4 }, () => new adapter.Event());
      const go = new adapter.Event();
      const runs = started.map((event) => pool.submit(tasks.runUntil, [event, go]));
      await Promise.all(started.slice(0, 3).map((event) => event.wait()));
      assert.deepEqual([pool.running, pool.queued, started[3]?.isSet], [3, 1, false]);
      go.set();
      assert.deepEqual(await Promise.all(runs), ["done", "done", "done", "done"]);
      await pool.close();
    });

    it("each task has its own signal: to cancel one leaves the others alone", async () => {
      const pool = new Pool({ size: 1, concurrency: 2 });
      const reasons = [new adapter.Queue(), new adapter.Queue()];
      const runs = reasons.map((queue) => pool.submit(helpers.tellReason, [url, queue]));
      await until(() => pool.running === 2, "both should run");
      assert.equal(runs[0]?.cancel("first"), false);
      assert.equal(await reasons[0]?.get(), "first");
      await runs[0];
      assert.deepEqual([runs[0]?.state, runs[1]?.state, reasons[1]?.isEmpty], ["fulfilled", "running", true]);
      runs[1]?.cancel("second");
      assert.equal(await reasons[1]?.get(), "second");
      await pool.close();
    });

    it("many short tasks, sync and async, give each caller its own result", async () => {
      const pool = new Pool({ size: 2, concurrency: 4 });
      const results = await Promise.all(
        Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? pool.run(tasks.add, i, 0) : pool.run(tasks.half, i * 2))),
      );
      assert.ok(results.every((result, i) => result === i));
      await pool.close();
    });

    it("a worker that ends fails the tasks that ran in it, and what waited goes elsewhere", async () => {
      const pool = new Pool({ size: 1, concurrency: 2 });
      const started = new adapter.Event();
      const beside = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.runUntil, started, new adapter.Event()));
      await started.wait();
      const exit = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.exit, 5));
      const waiting = pool.run(tasks.add, 1, 1);
      await Promise.all([beside, exit]);
      assert.equal(await waiting, 2);
      await pool.close();
    });
  });

  describe("minSize and idleTimeout", () => {
    it("idle workers end, down to as many as are to be kept", async () => {
      const before = adapter.usage().workers;
      for (const minSize of [1, 0]) {
        const pool = new Pool({ size: 2, minSize, idleTimeout: 5 });
        const started = [new adapter.Event(), new adapter.Event()];
        const go = new adapter.Event();
        const runs = started.map((event) => pool.run(tasks.runUntilSync, event, go));
        await Promise.all(started.map((event) => event.wait()));
        assert.equal(adapter.usage().workers, before + 2);
        go.set();
        await Promise.all(runs);
        await until(() => adapter.usage().workers === before + minSize, `${minSize} workers should be left`);
        assert.equal(await pool.run(tasks.add, 1, 2), 3);
        assert.equal(pool.stats.respawned, 0);
        await pool.close();
      }
    });

    it("a task that comes while its worker is about to end is not lost", async () => {
      const pool = new Pool({ size: 2, minSize: 0, idleTimeout: 0 });
      for (let i = 0; i < 15 * suite.scale; i++) {
        assert.equal(await pool.run(tasks.add, i, 1), i + 1);
        for (let turn = 0; turn < i % 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      }
      await pool.close();
    });

    it("a pool that is idle keeps no worker, and no program, from ending", async () => {
      const worker = new adapter.Worker(helpers.leaveIdlePool, { args: [url, tasks.whoAmI.ref.module] }).start();
      await worker.join();
      assert.equal(await worker.result, suite.capabilities.kind);
    });
  });

  describe("wrong options of a pool", () => {
    it("are refused at once (parity 119, 125, 134)", async () => {
      const wrong = [0, -1, 0.5, Number.NaN];
      for (const value of wrong) {
        for (const key of ["size", "maxTasksPerWorker", "concurrency"]) {
          assert.throws(() => new Pool({ [key]: value }), RangeError, `${key}: ${value}`);
        }
      }
      for (const key of ["minSize", "maxQueue", "idleTimeout"]) {
        assert.throws(() => new Pool({ [key]: -1 }), RangeError, key);
        assert.throws(() => new Pool({ [key]: "12" as never }), TypeError, key);
      }
      assert.throws(() => new Pool({ maxTasksPerWorker: "12" as never }), TypeError);
      assert.throws(() => new Pool({ size: 2, minSize: 3 }), RangeError);
      assert.equal(new Pool().size, Math.min(255, adapter.availableParallelism()));
      const pool = new Pool({ size: 1 });
      for (const options of [{ timeout: -1 }, { grace: Number.NaN }, { priority: Number.NaN }]) {
        assert.throws(() => pool.submit(tasks.add, [1, 1], options), RangeError);
        assert.ok((await failureOf(() => pool.map(tasks.half, [1], options))) instanceof RangeError);
      }
      assert.throws(() => pool.submit(tasks.add, [1, 1], { priority: "1" as never }), TypeError);
      await pool.close();
    });
  });
};
