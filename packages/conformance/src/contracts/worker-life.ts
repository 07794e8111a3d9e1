import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Contract, failsWith, tasksOf, until } from "../suite.js";
import type * as ends from "../tasks/endings.js";
import type * as life from "../tasks/life.js";
import * as starting from "../tasks/starting.js";
import type * as work from "../tasks/work.js";

/** The behaviour of Python's threads and processes between their start and their end, as far as it has a meaning here. */
export const workerLife: Contract = (suite) => {
  const { describe, it, adapter, scale } = suite;
  const { Worker, Event, activeWorkers } = adapter;
  const { url } = adapter.adapter;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { introduce, daemonsMadeHere, growTree, activeBelow, remember, keepArrays } = tasksOf<typeof life>(
    suite,
    "life",
  );

  describe("the life of a Worker", () => {
    it("shows in its attributes before, during and after it (parity 84)", async () => {
      const [started, go] = [new Event(), new Event()];
      const worker = new Worker(introduce, { args: [url, started, go, "warp", "weft"], name: "weaver" });
      const shown = () => [worker.isAlive, activeWorkers().includes(worker), worker.exitCode];
      assert.deepEqual([...shown(), worker.id, worker.pid], [false, false, undefined, undefined, undefined]);
      worker.start();
      await started.wait();
      assert.deepEqual([...shown(), worker.daemon], [true, true, undefined, false]);
      assert.equal(typeof worker.pid, "number");
      const { id } = worker;
      go.set();
      assert.deepEqual(await worker.result, { name: "weaver", id, words: ["warp", "weft"] });
      await worker.join();
      assert.deepEqual([...shown(), worker.id], [false, false, 0, id]);
    });

    it("has it a daemon as its creator is, unless told otherwise (parity 85)", async () => {
      for (const daemon of [true, false]) {
        const worker = new Worker(daemonsMadeHere, { args: [url], daemon }).start();
        assert.deepEqual(await worker.result, [daemon, true, false]);
        await worker.join();
      }
    });

    it("is seen by its creator alone, in a list that is the caller's own (parity 88)", async () => {
      const [started, go] = [new Event(), new Event()];
      const worker = new Worker(activeBelow, { args: [url, started, go], name: "child" }).start();
      await started.wait();
      const active = activeWorkers();
      assert.deepEqual(
        active.map(({ name }) => name),
        ["child"],
      );
      active.length = 0;
      assert.deepEqual(activeWorkers(), [worker]);
      go.set();
      assert.deepEqual(await worker.result, ["grandchild"]);
      await worker.join();
      assert.deepEqual(activeWorkers(), []);
    });

    it("goes on in workers of workers, three deep, over one queue handed down (parity 89, 100)", async () => {
      const found = new adapter.Queue<string>();
      const worker = new Worker(growTree, { args: [url, found, "r"] }).start();
      await worker.result;
      await worker.join();
      const paths = Array.from({ length: found.size }, () => found.getNowait());
      assert.deepEqual(paths, ["r", "ra", "raa", "rab", "rb", "rba", "rbb"]);
    });

    it("can be short, and cut short, for many at once (parity 92)", async () => {
      const many = 12 * scale;
      const short = Array.from({ length: many }, () => new Worker(tasks.nothing).start());
      await Promise.all(short.map((worker) => worker.join()));
      assert.deepEqual(new Set(short.map(({ exitCode }) => exitCode)), new Set([0]));
      const go = new Event();
      const endless = Array.from({ length: many }, () =>
        new Worker(tasks.runUntil, { args: [go, new Event()] }).start(),
      );
      await Promise.all(endless.map((worker) => worker.terminate()));
      for (const worker of endless) {
        assert.equal(worker.isAlive, false);
        assert.notEqual(worker.exitCode, 0);
      }
    });

    it("is cut short by terminate; a join with no time tells until then that it goes on (parity 86)", async () => {
      const started = new Event();
      const worker = new Worker(tasks.runUntil, { args: [started, new Event()] }).start();
      await started.wait();
      assert.deepEqual([await worker.join({ timeout: 0 }), worker.joinSync({ timeout: 0 })], [false, false]);
      await worker.terminate();
      assert.deepEqual([await worker.join({ timeout: 0 }), worker.joinSync({ timeout: 0 })], [true, true]);
      assert.notEqual(worker.exitCode, 0);
    });

    it("can be waited for in many places at once (parity 171)", async () => {
      const [started, go] = [new Event(), new Event()];
      const worker = new Worker(tasks.runUntil, { args: [started, go] }).start();
      await started.wait();
      const joins = Array.from({ length: 19 }, () => worker.join());
      assert.equal(await worker.join({ timeout: 1 }), false);
      assert.equal(worker.isAlive, true);
      go.set();
      assert.deepEqual(new Set(await Promise.all(joins)), new Set([true]));
      assert.equal(await worker.join(), true);
    });

    it("is over once it was joined, blocked or not: it is listed no more (parity 172)", async () => {
      for (let n = 0; n < 5 * scale; n++) {
        const [awaited, blockedFor] = [new Worker(tasks.nothing).start(), new Worker(tasks.nothing).start()];
        await awaited.join();
        assert.ok(!activeWorkers().includes(awaited));
        blockedFor.joinSync();
        assert.ok(!activeWorkers().includes(blockedFor));
      }
    });

    it("is over for a creator that blocks, though an exit hook ends it at once", async () => {
      const { exitAtTheEnd } = tasksOf<typeof ends>(suite, "endings");
      const worker = new Worker(exitAtTheEnd, { args: [3] }).start();
      assert.equal(worker.joinSync({ timeout: 60_000 }), true);
      await worker.join();
      assert.equal(worker.exitCode, 3);
    });

    it("has a module's variables to itself (parity 176)", async () => {
      const workers = ["silk", "wool"].map((what) => new Worker(remember, { args: [what] }).start());
      const results = await Promise.all(workers.map(({ result }) => result));
      await Promise.all(workers.map((worker) => worker.join()));
      assert.deepEqual(results, [
        [undefined, "silk"],
        [undefined, "wool"],
      ]);
    });

    it("is ended by process.exit, and nobody else's is (parity 180)", async () => {
      const [started, go] = [new Event(), new Event()];
      const other = new Worker(tasks.runUntil, { args: [started, go] }).start();
      await started.wait();
      const exits = new Worker(tasks.exit, { args: [0] }).start();
      await failsWith("HEDDLE_WORKER_CRASHED", () => exits.result);
      await exits.join();
      assert.deepEqual([exits.exitCode, other.isAlive], [0, true]);
      go.set();
      assert.equal(await other.result, "done");
      await other.join();
    });

    it("has its stopTimeout to end in once its target has settled; then it is told to exit, and the except hook hears of it", async () => {
      const { keepBusy, keepDeaf } = tasksOf<typeof ends>(suite, "endings");
      const folder = mkdtempSync(join(tmpdir(), "heddle-"));
      const heard: string[] = [];
      adapter.setExceptHook((error, { name }) => {
        heard.push(`${name}: ${error}`);
      });
      const hook = join(folder, "hook");
      const busy = new Worker(keepBusy, { args: [hook], name: "busy", stopTimeout: 20 }).start();
      await busy.result;
      await busy.join();
      if (suite.capabilities.stopsBusyWorkers) {
        const deaf = new Worker(keepDeaf, { name: "deaf", stopTimeout: 20 }).start();
        await deaf.result;
        await deaf.join();
        assert.match(heard.pop() ?? "", /^deaf: TimeoutError/);
      }
      adapter.setExceptHook(() => {});
      const hasExited = existsSync(hook);
      rmSync(folder, { recursive: true });
      assert.equal(hasExited, true);
      // Elsewhere, work that its target has left behind does not keep it.
      if (suite.capabilities.endsWhenIdle) {
        assert.match(heard.pop() ?? "", /^busy: TimeoutError: busy has run its target, but did not end within 20 ms/);
      }
      assert.deepEqual(heard, []);
      for (const stopTimeout of [-1, Number.NaN])
        assert.throws(() => new Worker(keepBusy, { args: [hook], stopTimeout }), RangeError);
      assert.throws(() => new Worker(keepBusy, { args: [hook], stopTimeout: "1" as never }), TypeError);
    });

    for (const step of starting.STEPS) {
      it(`ends with all that it starts, terminated as it ${step}`, async () => {
        const { startAnother } = tasksOf<typeof starting>(suite, "starting");
        for (let n = 0; n < scale; n++) {
          const begun = new Event();
          const go = new adapter.Value("i32");
          const worker = new Worker(startAnother, { args: [url, step, begun, go] }).start();
          await begun.wait();
          const ended = worker.terminate();
          // Where a busy worker cannot be stopped, it now goes on with its start.
          go.value = 1;
          await ended;
          await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
          await until(() => adapter.usage().workers === 1, "the worker that it started should be gone");
        }
        const next = new Worker(tasks.nothing).start();
        assert.equal(await next.join(), true);
      });
    }

    it("leaves nothing of the memory that it made for itself, though it is killed (parity 166)", async () => {
      const [made, go] = [new Event(), new Event()];
      const { objects } = adapter.usage();
      const worker = new Worker(keepArrays, { args: [url, 100, made, go] }).start();
      await made.wait();
      // Others may have been freed meanwhile, but not so many.
      assert.ok(adapter.usage().objects > objects + 50);
      await worker.terminate();
      await until(() => adapter.usage().objects <= objects, "objects that the worker made should be gone");
    });
  });
};
