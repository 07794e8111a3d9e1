import assert from "node:assert/strict";
import type { Event, Future, Pool, Task } from "@heddle/core";
import { type Contract, failsWith, failureOf, heedless, tasksOf } from "../suite.js";
import type * as cancels from "../tasks/cancels.js";
import type * as life from "../tasks/life.js";
import type * as work from "../tasks/work.js";

/** How what runs is asked to stop, how it hears of that, and what becomes of it if it does not. */
export const cancelling: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const { capabilities, url } = adapter.adapter;
  const { Pool, Worker, TaskGroup } = adapter;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { setBothLater } = tasksOf<typeof life>(suite, "life");
  const { loopUntilCancelled, loopUntilThrown, failOrLoop, waitForSignal } = tasksOf<typeof cancels>(suite, "cancels");
  const seen = (reason: unknown) => ({ before: [false, false], aborted: true, reason });

  describe("a worker that computes without a turn of its event loop", () => {
    it("sees that it is cancelled, and why", async () => {
      const lock = new adapter.Lock();
      for (const reason of ["enough", { n: 1n, bytes: new Uint8Array(10_000) }, lock, undefined]) {
        const started = new adapter.Event();
        const worker = new Worker(loopUntilCancelled, { args: [url, started] }).start();
        await started.wait();
        worker.cancel(reason);
        worker.cancel("the first one counts");
        const got = (await worker.result) as ReturnType<typeof seen>;
        if (reason === undefined) assert.equal((got.reason as Error).name, "AbortError");
        else assert.deepEqual({ ...got, reason: undefined }, seen(undefined));
        if (typeof reason === "string") assert.equal(got.reason, reason);
        else if (reason === lock) assert.equal(got.reason, lock);
        else if (reason !== undefined) assert.deepEqual(got.reason, reason);
        await worker.join();
      }
      const { isCancelled, throwIfCancelled } = adapter.current();
      assert.equal(isCancelled, false);
      throwIfCancelled();
    });

    it("sees that its signal was aborted, and throws the reason", async () => {
      const controller = new AbortController();
      const started = new adapter.Event();
      const { signal } = controller;
      const worker = new Worker(loopUntilThrown, { args: [url, started], signal }).start();
      await started.wait();
      controller.abort(new RangeError("enough"));
      const error = await failureOf(() => worker.result);
      assert.deepEqual([(error as Error).name, (error as Error).message], ["RangeError", "enough"]);
      await worker.join();
    });

    it("sees it, even if what it was cancelled for can only be posted", async () => {
      if (!capabilities.postsObjects) return;
      const { port1, port2 } = new MessageChannel();
      const started = new adapter.Event();
      const worker = new Worker(loopUntilThrown, { args: [url, started] }).start();
      await started.wait();
      worker.cancel(adapter.transfer({ port1 }, [port1]));
      assert.equal(((await failureOf(() => worker.result)) as Error).name, "AbortError");
      await worker.join();
      port2.close();
    });

    it("can be ended by terminate, on each backend: it sees that it is", async () => {
      const started = new adapter.Event();
      const worker = new Worker(loopUntilCancelled, { args: [url, started] }).start();
      await started.wait();
      await worker.terminate();
      assert.equal(worker.isAlive, false);
      const pool = new Pool({ size: 1 });
      const again = new adapter.Event();
      const run = pool.submit(loopUntilCancelled, [url, again]);
      await again.wait();
      await pool.terminate();
      await failsWith("HEDDLE_POOL_CLOSED", () => run);
    });
  });

  describe("a worker that was cancelled, and whose creator blocks", () => {
    it("is stopped once its grace is over", async () => {
      if (!capabilities.mainMayBlock) return;
      const started = new adapter.Event();
      const [endless, args] = heedless(suite, started);
      const worker = new Worker(endless, { args, grace: 20 }).start();
      await started.wait();
      worker.cancel();
      const join = () => worker.joinSync({ timeout: 20_000 });
      // A blocked worker hears of a process's end, and not of a thread's.
      if (capabilities.isolatedCrashes) assert.equal(join(), true);
      else await failsWith("HEDDLE_WORKER_STATE", join);
      assert.equal(await worker.join(), true);
      assert.match(String(await failureOf(() => worker.result)), /did not stop within 20 ms/);
    });

    it("ends by itself if its target had settled by then", async () => {
      if (!capabilities.mainMayBlock) return;
      const [settled, done] = [new adapter.Event(), new adapter.Event()];
      const worker = new Worker(setBothLater, { args: [settled, done, 60], grace: 1 }).start();
      // A worker that does not start while its creator blocks would hang the suite.
      assert.equal(settled.waitSync({ timeout: 20_000 }), true);
      worker.cancel();
      assert.equal(worker.joinSync({ timeout: 20_000 }), true);
      assert.deepEqual([worker.exitCode, done.isSet], [0, capabilities.endsWhenIdle]);
    });
  });

  describe("a task that computes without a turn of its event loop", () => {
    const loop = (pool: Pool, started: Event, options = {}): Future<unknown> =>
      pool.submit(loopUntilCancelled, [url, started], { grace: Number.POSITIVE_INFINITY, ...options });

    it("sees that its future was cancelled, and why", async () => {
      const pool = new Pool({ size: 1 });
      for (const reason of ["enough", { text: "x".repeat(100_000) }]) {
        const started = new adapter.Event();
        const run = loop(pool, started);
        await started.wait();
        assert.equal(run.cancel(reason), false);
        assert.equal(run.state, "running");
        assert.deepEqual(await run, seen(reason));
        assert.equal(run.state, "fulfilled");
      }
      const started = new adapter.Event();
      const run = pool.submit(loopUntilThrown, [url, started]);
      await started.wait();
      run.cancel("enough");
      assert.equal(await failureOf(() => run), "enough");
      assert.deepEqual([run.state, pool.stats.respawned], ["cancelled", 0]);
      await pool.close();
    });

    it("sees that its signal was aborted, that its time is over, that its group or its map has failed", async () => {
      const pool = new Pool({ name: "asked", size: 2 });
      const grace = Number.POSITIVE_INFINITY;
      // Each leaves its worker to the next, which runs there only if it has stopped.
      const controller = new AbortController();
      const started = Array.from({ length: 4 }, () => new adapter.Event()) as [Event, Event, Event, Event];
      const aborted = pool.submit(loopUntilThrown, [url, started[0]], { signal: controller.signal, grace });
      await started[0].wait();
      controller.abort("enough");
      assert.equal(await failureOf(() => aborted), "enough");
      await failsWith("HEDDLE_TIMEOUT", () => pool.submit(loopUntilThrown, [url, started[1]], { timeout: 20, grace }));
      const group = new TaskGroup(pool);
      const grouped = group.run(loopUntilThrown, url, started[2]);
      await started[2].wait();
      group.cancel("enough");
      await group.wait();
      assert.equal(await failureOf(() => grouped), "enough");
      const items: [string, Event, Event?][] = [
        [url, started[3]],
        [url, started[3], started[3]],
      ];
      const map = await failureOf(() => pool.map(failOrLoop, items, { chunkSize: 1, grace }));
      assert.equal((map as Error).message, "fails");
      // Both run only where both workers are free.
      const both = [new adapter.Event(), new adapter.Event()] as const;
      const go = new adapter.Event();
      const runs = both.map((event) => pool.run(tasks.runUntil, event, go));
      await Promise.all(both.map((event) => event.wait()));
      go.set();
      await Promise.all(runs);
      assert.equal(pool.stats.respawned, 0);
      await pool.close();
    });

    it("is the only one to see it, where its worker runs several", async () => {
      const pool = new Pool({ size: 1, concurrency: 3 });
      const started = [new adapter.Event(), new adapter.Event()] as const;
      const beside = pool.submit(waitForSignal, [url, started[0], "listener"], { grace: Number.POSITIVE_INFINITY });
      await started[0].wait();
      const run = loop(pool, started[1]);
      await started[1].wait();
      // The one beside hears of its own as the loop looks.
      beside.cancel("beside");
      run.cancel("loop");
      assert.deepEqual(await run, seen("loop"));
      assert.equal(await beside, "beside");
      assert.equal(pool.stats.respawned, 0);
      await pool.close();
    });

    it("is not mistaken for the one that ran before it at its place", async () => {
      const pool = new Pool({ size: 1 });
      for (let n = 0; n < 5; n++) {
        const started = new adapter.Event();
        const run = loop(pool, started);
        await started.wait();
        run.cancel(n);
        assert.deepEqual(await run, seen(n));
      }
      await pool.close();
    });
  });

  it("one signal may end any number of waits, without a warning of a leak", async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", listen);
    const controller = new AbortController();
    const { signal } = controller;
    const pool = new Pool({ size: 1 });
    const [event, queue, lock, [here, there]] = [
      new adapter.Event(),
      new adapter.Queue(),
      new adapter.Lock(),
      adapter.pipe(),
    ];
    await lock.acquire();
    const waits = Array.from({ length: 4 }, () => [
      event.wait({ signal }),
      queue.get({ signal }),
      lock.acquire({ signal }),
      here.recv({ signal }),
      adapter.sleep(86_400_000, { signal }),
      pool.submit(tasks.runUntil, [event, event], { signal }),
    ]);
    controller.abort("enough");
    for (const ended of await Promise.allSettled(waits.flat())) {
      assert.equal(ended.status === "rejected" && ended.reason, "enough");
    }
    // Warnings come in a turn of their own.
    await new Promise<void>((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    assert.deepEqual(warnings, []);
    lock.release();
    here.close();
    there.close();
    await pool.terminate();
  });

  describe("a worker that waits for its own signal", () => {
    it("stays alive until it is cancelled", async () => {
      for (const how of ["listener", "once", "any"] as const) {
        const started = new adapter.Event();
        const worker = new Worker(waitForSignal, { args: [url, started, how] }).start();
        await started.wait();
        assert.equal(await worker.join({ timeout: 50 }), false);
        worker.cancel("enough");
        assert.equal(await worker.result, "enough");
        assert.equal(await worker.join(), true);
        assert.equal(worker.exitCode, 0);
      }
    });
  });

  describe("a target that does not heed its cancellation", () => {
    const ways: Record<string, (args: Event[], endless: Task<Event[], unknown>, pool: Pool) => Promise<void>> = {
      "by its signal": async (args, endless, pool) => {
        const controller = new AbortController();
        const run = pool.submit(endless, args, { signal: controller.signal, grace: 20 });
        await (args[0] as Event).wait();
        controller.abort("not wanted");
        assert.equal(await failureOf(() => run), "not wanted");
      },
      "by its future": async (args, endless, pool) => {
        const run = pool.submit(endless, args, { grace: 20 });
        await (args[0] as Event).wait();
        assert.equal(run.cancel("not wanted"), false);
        assert.equal(await failureOf(() => run), "not wanted");
        assert.equal(run.state, "cancelled");
      },
    };
    for (const [way, cancel] of Object.entries(ways)) {
      it(`a task that runs, ${way}, gives its worker back after its grace`, async () => {
        const pool = new Pool({ name: "freed", size: 1 });
        const [endless, args] = heedless(suite, new adapter.Event());
        await cancel(args, endless, pool);
        assert.equal((await pool.run(tasks.whoAmI, url)).name, "freed-2");
        await pool.close();
      });
    }

    it("a worker is terminated after its grace, whether by cancel or by its signal", async () => {
      const controller = new AbortController();
      const { signal } = controller;
      for (const cancel of [(worker: { cancel(): void }) => worker.cancel(), () => controller.abort()]) {
        const [endless, args] = heedless(suite, new adapter.Event());
        const worker = new Worker(endless, { args, signal, grace: 20, name: "deaf" }).start();
        await (args[0] as Event).wait();
        cancel(worker);
        const error = await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
        assert.match(error.message, /^deaf was terminated, as it did not stop within 20 ms/);
        await worker.join();
        assert.equal(worker.isAlive, false);
      }
    });

    it("a target that does not begin within the grace never does: its result is the reason", async () => {
      // The module would be one of this worker's own.
      if (!capabilities.parallel) return;
      const neverWhole = "setInterval(() => {}, 86400000); await new Promise(() => {}); export function never() {}";
      const { never } = adapter.tasksFrom<{ never(): void }>(`data:text/javascript,${neverWhole}`);
      for (const signal of [undefined, AbortSignal.abort("not wanted")]) {
        const worker = new Worker(never, { signal, grace: 20 }).start();
        worker.cancel("not wanted");
        assert.equal(await failureOf(() => worker.result), "not wanted");
        assert.equal(await worker.join(), true);
      }
    });

    it("a worker whose target settles within its grace ends by itself", async () => {
      const started = new adapter.Event();
      const worker = new Worker(waitForSignal, { args: [url, started, "listener"], grace: 86_400_000 }).start();
      await started.wait();
      worker.cancel("enough");
      worker.cancel("again");
      assert.equal(await worker.result, "enough");
      await worker.join();
      assert.equal(worker.exitCode, 0);
      assert.ok((await failureOf(() => new Worker(tasks.nothing, { grace: -1 }))) instanceof RangeError);
    });

    it("a future that one cancelled, or whose pool one terminated, counts as handled", async () => {
      const pool = new Pool({ size: 1 });
      const [started, go] = [new adapter.Event(), new adapter.Event()];
      const done = pool.run(tasks.runUntilSync, started, go);
      await started.wait();
      const futures = [1, 2, 3].map((n) => pool.submit(tasks.add, [n, n]));
      assert.equal(futures[0]?.cancel("not wanted"), true);
      go.set();
      await done;
      await pool.terminate();
      // Turns in which the runtime would end the program over a rejection that nobody handles.
      for (let n = 0; n < 3; n++) await new Promise<void>((resolve) => setImmediate(resolve));
      const states = (await Promise.allSettled(futures)).map(({ status }) => status);
      assert.equal(states[0], "rejected");
    });
  });
};
