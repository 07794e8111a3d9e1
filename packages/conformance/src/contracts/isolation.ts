import assert from "node:assert/strict";
import { type Contract, failsWith, tasksOf, until } from "../suite.js";
import type * as processes from "../tasks/processes.js";
import type * as work from "../tasks/work.js";

/** The things that a worker which is a process keeps to itself, and the effects of its end on others. */
export const isolation: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  if (!suite.capabilities.isolatedCrashes) return;
  const { Event, Lock, Value, Worker, Pool } = adapter;
  const { url } = adapter.adapter;
  const tasks = tasksOf<typeof processes>(suite, "processes");
  const { whoAmI, runUntilHeard, runUntilSync } = tasksOf<typeof work>(suite, "work");

  const kill = (pid: number | undefined, signal: string): void => {
    assert.ok(pid !== undefined && pid !== process.pid);
    process.kill(pid, signal);
  };

  describe("isolatedCrashes", () => {
    for (const [signal, exitCode] of Object.entries({ SIGKILL: -9, SIGQUIT: -3 })) {
      it(`a worker killed by ${signal} has exit code ${exitCode}, and its result names the signal`, async () => {
        const [lock, held] = [new Lock(), new Event()];
        const worker = new Worker(tasks.holdForEver, { args: [lock, held] }).start();
        await held.wait();
        kill(worker.pid, signal);
        const error = await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
        assert.equal(await worker.join(), true);
        assert.deepEqual([Reflect.get(error, "signal"), worker.exitCode, worker.isAlive], [signal, exitCode, false]);
        await failsWith("HEDDLE_ABANDONED", () => lock.acquire());
        lock.recover();
      });
    }

    it("signals that ask a whole program to end are its main worker's to heed: SIGINT, SIGTERM, SIGHUP, SIGUSR2", async () => {
      const [started, go] = [new Event(), new Event()];
      const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"];
      const worker = new Worker(runUntilHeard, { args: [signals, started, go] }).start();
      await started.wait();
      for (const signal of signals) kill(worker.pid, signal);
      go.set();
      assert.equal(await worker.result, "done");
      await worker.join();
      assert.equal(worker.exitCode, 0);
    });

    it("a native crash ends the worker alone", async () => {
      const worker = new Worker(tasks.abort).start();
      const error = await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
      await worker.join();
      assert.deepEqual([Reflect.get(error, "signal"), worker.exitCode], ["SIGABRT", -6]);
    });

    it("a worker that is terminated may take its leave", async () => {
      const [ready, heard] = [new Event(), new Value("i32")];
      const worker = new Worker(tasks.awaitSignal, { args: [ready, heard, 7] }).start();
      worker.result.catch(() => {});
      await ready.wait();
      await worker.terminate();
      assert.deepEqual([heard.value, worker.exitCode], [1, 7]);
    });

    it("a worker that does not end when it is terminated is made to", async () => {
      const [ready, heard] = [new Event(), new Value("i32")];
      const worker = new Worker(tasks.awaitSignal, { args: [ready, heard, undefined] }).start();
      worker.result.catch(() => {});
      await ready.wait();
      await worker.terminate();
      assert.deepEqual([heard.value, worker.exitCode], [1, -9]);
    });

    it("the things that belong to a process are each worker's own", async () => {
      const folder = process.cwd();
      const mask = process.umask();
      const worker = new Worker(tasks.changeProcess).start();
      assert.equal(await worker.result, "/");
      await worker.join();
      assert.deepEqual([process.cwd(), process.env.HEDDLE_CHANGED, process.umask()], [folder, undefined, mask]);
    });

    it("a worker ends with its creator, even in a loop that never ends, and lets go of what it held", async () => {
      const [lock, held] = [new Lock(), new Event()];
      const creator = new Worker(tasks.beTwo, { args: [url, held, lock] }).start();
      creator.result.catch(() => {});
      await held.wait();
      assert.equal(adapter.usage().workers, 3);
      kill(creator.pid, "SIGKILL");
      await creator.join();
      await until(() => adapter.usage().workers === 1, "the end of a worker whose creator was killed");
      await failsWith("HEDDLE_ABANDONED", () => lock.acquire());
      lock.recover();
    });

    it("a worker that blocks at a lock hears at once that its holder was killed", async () => {
      for (const signal of ["SIGKILL", "SIGQUIT"]) {
        const [lock, held] = [new Lock(), new Event()];
        const holder = new Worker(tasks.dieOnceAwaited, { args: [url, lock, signal, held] }).start();
        holder.result.catch(() => {});
        await held.wait();
        // This worker started it, and blocks: its event loop hears nothing.
        await failsWith("HEDDLE_ABANDONED", () => lock.acquireSync());
        lock.recover();
        assert.equal(holder.joinSync(), true);
        assert.equal(holder.exitCode, signal === "SIGKILL" ? -9 : -3);
        await holder.join();
      }
    });

    it("a killed worker of a pool costs the task that it ran, and is replaced", async () => {
      const pool = new Pool({ size: 1 });
      const { pid } = await pool.run(whoAmI, url);
      const started = new Event();
      const running = pool.run(runUntilSync, started, new Event());
      const next = pool.run(whoAmI, url);
      await started.wait();
      kill(pid, "SIGKILL");
      const error = await failsWith("HEDDLE_WORKER_CRASHED", () => running);
      assert.equal(Reflect.get(error, "signal"), "SIGKILL");
      assert.notEqual((await next).pid, pid);
      assert.equal(pool.stats.respawned, 1);
      await pool.close();
    });
  });
};
