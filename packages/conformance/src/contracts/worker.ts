import assert from "node:assert/strict";
import { blocking, type Contract, failsWith, failureOf, heedless, tasksOf } from "../suite.js";
import type * as work from "../tasks/work.js";

/** A worker's life: start, join, result, exit code, cancel, terminate. */
export const worker: Contract = (suite) => {
  const { describe, it, adapter, capabilities } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { Worker } = adapter;

  describe("Worker", () => {
    it("runs its target elsewhere, and gives what it returned", async () => {
      const worker = new Worker(tasks.add, { args: [1, 2] });
      assert.deepEqual([worker.isAlive, worker.id, worker.exitCode], [false, undefined, undefined]);
      assert.equal(worker.start(), worker);
      assert.equal(worker.isAlive, true);
      assert.equal(await worker.result, 3);
      assert.equal(await worker.join(), true);
      assert.deepEqual([worker.isAlive, worker.exitCode, worker.joinSync()], [false, 0, true]);
      assert.equal(await new Worker(tasks.half, { args: [5] }).start().result, 2.5);
    });

    it("has a name that counts, or the one that it was given", async () => {
      const a = new Worker(tasks.nothing);
      const b = new Worker(tasks.nothing);
      const [, n] = /^[A-Z][a-z]+-(\d+) \(nothing\)$/.exec(a.name) ?? [];
      assert.ok(a.name.startsWith(`${capabilities.workerName}-`));
      assert.equal(b.name, `${capabilities.workerName}-${Number(n) + 1} (nothing)`);
      const named = new Worker(tasks.whoAmI, { args: [adapter.adapter.url], name: "weaver" }).start();
      assert.equal((await named.result).name, "weaver");
      await named.join();
    });

    it("knows who it is, and that it is not the main worker", async () => {
      const here = adapter.current();
      assert.deepEqual([here.isMain, here.daemon, here.kind], [true, false, capabilities.kind]);
      const worker = new Worker(tasks.whoAmI, { args: [adapter.adapter.url], daemon: true }).start();
      const there = await worker.result;
      await worker.join();
      assert.deepEqual(there, {
        name: worker.name,
        id: worker.id,
        pid: worker.pid,
        daemon: true,
        isMainWorker: false,
        kind: capabilities.kind,
        isEntry: false,
      });
      assert.notEqual(worker.id, here.id);
    });

    it("joinSync blocks until it has ended", async () => {
      const worker = new Worker(tasks.nothing).start();
      assert.equal(
        await blocking(
          suite,
          () => worker.joinSync(),
          () => worker.join(),
        ),
        true,
      );
      assert.deepEqual([worker.isAlive, worker.exitCode], [false, 0]);
      await worker.join();
    });

    it("join gives false when its timeout passes first, and rejects when its signal aborts", async () => {
      const started = new adapter.Event();
      const go = new adapter.Event();
      const worker = new Worker(tasks.runUntil, { args: [started, go] }).start();
      await started.wait();
      assert.equal(await worker.join({ timeout: 1 }), false);
      assert.equal(
        await blocking(
          suite,
          () => worker.joinSync({ timeout: 1 }),
          () => worker.join({ timeout: 1 }),
        ),
        false,
      );
      assert.equal(await failureOf(() => worker.join({ signal: AbortSignal.abort("enough") })), "enough");
      go.set();
      assert.equal(await worker.join(), true);
      assert.equal(await worker.result, "done");
    });

    it("an error of its target is its result, and exit code 1; join does not care", async () => {
      const worker = new Worker(tasks.failWith, { args: ["boom"] }).start();
      const error = await failureOf(() => worker.result);
      assert.ok(error instanceof RangeError && error.message === "boom");
      assert.equal(await worker.join(), true);
      assert.equal(worker.exitCode, 1);
    });

    it("one that ends without an answer has crashed", async () => {
      const exits = new Worker(tasks.exit, { args: [7] }).start();
      const error = await failsWith("HEDDLE_WORKER_CRASHED", () => exits.result);
      await exits.join();
      assert.deepEqual([Reflect.get(error, "exitCode"), exits.exitCode], [7, 7]);
      const throws = new Worker(tasks.failLater).start();
      const crash = await failsWith("HEDDLE_WORKER_CRASHED", () => throws.result);
      await throws.join();
      assert.match(String(crash.cause), /later/);
      assert.equal(throws.exitCode, 1);
    });

    it("one that exits with code 0 has no result, and the error says what may have been", async () => {
      const worker = new Worker(tasks.exit, { args: [0] }).start();
      const error = await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
      assert.match(error.message, /exit code 0 before its target settled: process\.exit was called/);
      await worker.join();
      assert.equal(worker.exitCode, 0);
    });

    it("terminate stops it whatever it does, and resolves once it has ended (parity 86)", async () => {
      for (const target of [tasks.runUntil, tasks.runUntilSync] as const) {
        const started = new adapter.Event();
        const worker = new Worker(target, { args: [started, new adapter.Event()] }).start();
        await started.wait();
        await worker.terminate();
        assert.equal(worker.isAlive, false);
        await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
        await worker.terminate();
      }
      const started = new adapter.Event();
      const [target, args] = heedless(suite, started);
      const worker = new Worker(target, { args }).start();
      await started.wait();
      await worker[Symbol.asyncDispose]();
      assert.equal(worker.isAlive, false);
    });

    it("one that is terminated before it has begun gives back what it was given", async () => {
      for (let n = 0; n < 5; n++) {
        const worker = new Worker(tasks.echo, { args: [[new adapter.Queue(), new adapter.Lock()]] }).start();
        await worker.terminate();
        assert.equal(worker.isAlive, false);
        // An object that is left over in the region after a test fails it.
        await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
      }
    });

    it("cancel and its signal abort current().signal there (parity 87)", async () => {
      const started = new adapter.Event();
      const { url } = adapter.adapter;
      const worker = new Worker(tasks.untilCancelled, { args: [url, started] }).start();
      await started.wait();
      worker.cancel("enough");
      assert.equal(await worker.result, "enough");
      await worker.join();
      const controller = new AbortController();
      const again = new adapter.Event();
      const other = new Worker(tasks.untilCancelled, { args: [url, again], signal: controller.signal }).start();
      await again.wait();
      controller.abort({ why: "signal" });
      assert.deepEqual(await other.result, { why: "signal" });
      await other.join();
    });

    it("may start workers of its own", async () => {
      const worker = new Worker(tasks.delegate, { args: [adapter.adapter.url, 8] }).start();
      assert.equal(await worker.result, 4);
      await worker.join();
    });

    it("is among the active workers while it is alive (parity 88)", async () => {
      const started = new adapter.Event();
      const go = new adapter.Event();
      const worker = new Worker(tasks.runUntil, { args: [started, go] }).start();
      assert.ok(adapter.activeWorkers().includes(worker));
      go.set();
      await worker.join();
      assert.ok(!adapter.activeWorkers().includes(worker));
    });

    it("an error that nobody awaits goes to the except hook (parity 179)", async () => {
      const heard: unknown[] = [];
      adapter.setExceptHook((error, { name }) => heard.push([(error as Error).message, name]));
      const worker = new Worker(tasks.failWith, { args: ["unheard"], name: "lonely" }).start();
      const awaited = new Worker(tasks.failWith, { args: ["awaited"] }).start();
      await failureOf(() => awaited.result);
      await awaited.join();
      await worker.join();
      await adapter.sleep(0);
      await adapter.sleep(1);
      assert.deepEqual(heard, [["unheard", "lonely"]]);
    });

    it("an error after its target has settled is reported, as nobody can await it", async () => {
      const heard: unknown[] = [];
      adapter.setExceptHook((error, { name }) => heard.push([(error as Error).message, name]));
      const worker = new Worker(tasks.settleAndFail, { name: "lonely" }).start();
      assert.equal(await worker.result, "settled");
      await worker.join();
      assert.deepEqual([worker.exitCode, heard], [1, [["too late", "lonely"]]]);
    });

    it("has the environment that it was given, or a copy of its creator's", async () => {
      const given = new Worker(tasks.environment, { args: ["WEAVE"], env: { WEAVE: "plain" } }).start();
      assert.equal(await given.result, "plain");
      await given.join();
    });

    it("has no environment variable whose value is undefined", async () => {
      process.env.WEAVE = "of this worker";
      try {
        const env = { ...process.env, WEAVE: undefined };
        const worker = new Worker(tasks.environment, { args: ["WEAVE"], env }).start();
        assert.equal(await worker.result, undefined);
        await worker.join();
      } finally {
        Reflect.deleteProperty(process.env, "WEAVE");
      }
    });

    it("is refused in the wrong state (parity 170)", async () => {
      const worker = new Worker(tasks.nothing);
      await failsWith("HEDDLE_WORKER_STATE", () => worker.join());
      await failsWith("HEDDLE_WORKER_STATE", () => worker.joinSync());
      await failsWith("HEDDLE_WORKER_STATE", () => worker.terminate());
      await failsWith("HEDDLE_WORKER_STATE", () => worker.cancel());
      worker.start();
      await failsWith("HEDDLE_WORKER_STATE", () => worker.start());
      assert.ok((await failureOf(() => worker.join({ timeout: -1 }))) instanceof RangeError);
      await worker.join();
    });
  });
};
