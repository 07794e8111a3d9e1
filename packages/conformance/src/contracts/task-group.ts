import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, tasksOf } from "../suite.js";
import type * as streams from "../tasks/streams.js";
import type * as work from "../tasks/work.js";

/** No task of a group outlives its block, and no failure of one goes unheard. */
export const taskGroup: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { gated, heed, failWhenAsked } = tasksOf<typeof streams>(suite, "streams");
  const { Pool, TaskGroup } = adapter;
  const heeding = () => ({
    adapter: adapter.adapter.url,
    started: new adapter.Event(),
    stopped: new adapter.Event(),
  });

  describe("TaskGroup", () => {
    it("leaving its block waits for every task", async () => {
      const pool = new Pool({ size: 2 });
      const counter = new adapter.Value("i32");
      const results: number[] = [];
      {
        await using group = new TaskGroup(pool);
        for (let n = 0; n < 20; n++) group.run(tasks.mark, counter, n).then((result) => results.push(result));
      }
      assert.equal(counter.value, 20);
      assert.deepEqual(
        results.sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, n) => n),
      );
      await new TaskGroup(pool).wait();
      await pool.close();
    });

    it("waits for what is run while it is waited for, as long as there is a task left", async () => {
      const pool = new Pool({ size: 2 });
      const gate = { n: 1, started: new adapter.Event(), go: new adapter.Event() };
      const group = new TaskGroup(pool);
      group.run(gated, gate);
      const first = group.run(tasks.add, 1, 1);
      const waiting = group.wait();
      await first;
      const late = group.run(tasks.add, 2, 2);
      gate.go.set();
      await waiting;
      assert.deepEqual([late.state, await late], ["fulfilled", 4]);
      await pool.close();
    });

    it("the first failure stops the others, and is thrown as it is", async () => {
      const pool = new Pool({ size: 2 });
      const runs = heeding();
      const group = new TaskGroup(pool);
      const stopped = group.run(heed, runs);
      await runs.started.wait();
      const bad = group.run(tasks.fail, "boom");
      assert.equal(await failureOf(() => group.wait()), "boom");
      assert.deepEqual([await failureOf(() => bad), group.signal.reason], ["boom", "boom"]);
      assert.deepEqual(
        [stopped.state, runs.stopped.isSet, await failureOf(() => stopped)],
        ["cancelled", true, "boom"],
      );
      await pool.close();
    });

    it("a task that has not started when another fails never does", async () => {
      const pool = new Pool({ size: 1 });
      const [started, go] = [new adapter.Event(), new adapter.Event()];
      const busy = pool.run(tasks.runUntilSync, started, go);
      await started.wait();
      const counter = new adapter.Value("i32");
      const group = new TaskGroup(pool);
      const unstarted = group.run(tasks.mark, counter, 1);
      const refused = group.run(tasks.echo, () => {});
      const error = await failsWith("HEDDLE_SEND", () => group.wait());
      assert.deepEqual([unstarted.state, refused.state], ["cancelled", "rejected"]);
      assert.deepEqual([await failureOf(() => unstarted), await failureOf(() => refused)], [error, error]);
      go.set();
      await busy;
      await pool.close();
      assert.equal(counter.value, 0);
    });

    it("several failures come together, in the order in which they happened", async () => {
      const pool = new Pool({ size: 2 });
      const runs = heeding();
      const group = new TaskGroup(pool);
      group.run(failWhenAsked, runs, "second");
      await runs.started.wait();
      group.run(tasks.failWith, "first");
      const error = await failureOf(() => group.wait());
      assert.ok(error instanceof AggregateError);
      assert.deepEqual(
        error.errors.map(({ message }) => message),
        ["first", "second"],
      );
      await pool.close();
    });

    it("a thrown undefined is a failure all the same (parity 133)", async () => {
      const pool = new Pool({ size: 1 });
      for (const thrown of [undefined, 0, ""]) {
        const group = new TaskGroup(pool);
        group.run(tasks.fail, thrown);
        assert.deepEqual(await failureOf(() => group.wait()), thrown);
      }
      await pool.close();
    });
  });

  describe("cancelling a TaskGroup", () => {
    it("by itself, or of one task by its owner, is no failure", async () => {
      const pool = new Pool({ size: 1 });
      const runs = heeding();
      const group = new TaskGroup(pool);
      const running = group.run(heed, runs);
      const queued = group.run(tasks.add, 1, 1);
      await runs.started.wait();
      assert.equal(queued.cancel(), true);
      assert.equal(group.signal.aborted, false);
      group.cancel("enough");
      group.cancel("again");
      await group.wait();
      assert.deepEqual([running.state, runs.stopped.isSet, group.signal.reason], ["cancelled", true, "enough"]);
      await pool.close();
    });

    it("takes nothing more, nor does a group that was waited for", async () => {
      const pool = new Pool({ size: 1 });
      const cancelled = new TaskGroup(pool);
      cancelled.cancel("enough");
      const error = await failsWith("HEDDLE_POOL_CLOSED", () => cancelled.run(tasks.add, 1, 1));
      assert.equal(error.cause, "enough");
      await cancelled.wait();
      const finished = new TaskGroup(pool);
      await finished.wait();
      await failsWith("HEDDLE_POOL_CLOSED", () => finished.run(tasks.add, 1, 1));
      finished.cancel();
      assert.equal(finished.signal.aborted, false);
      await pool.close();
    });

    it("by a signal stops every task, of groups within it too, and is told to who waits", async () => {
      const pool = new Pool({ size: 2 });
      const [outerRuns, innerRuns] = [heeding(), heeding()];
      const controller = new AbortController();
      const outer = new TaskGroup(pool, { signal: controller.signal });
      const inner = new TaskGroup(pool, { signal: outer.signal });
      outer.run(heed, outerRuns);
      inner.run(heed, innerRuns);
      await Promise.all([outerRuns.started.wait(), innerRuns.started.wait()]);
      controller.abort("enough");
      assert.equal(await failureOf(() => inner.wait()), "enough");
      assert.equal(await failureOf(() => outer.wait()), "enough");
      assert.deepEqual([outerRuns.stopped.isSet, innerRuns.stopped.isSet], [true, true]);
      const late = new TaskGroup(pool, { signal: controller.signal });
      await failsWith("HEDDLE_POOL_CLOSED", () => late.run(tasks.add, 1, 1));
      assert.equal(await failureOf(() => late.wait()), "enough");
      await pool.close();
    });

    it("a group that has ended no longer heeds the signal", async () => {
      const pool = new Pool({ size: 1 });
      const controller = new AbortController();
      const group = new TaskGroup(pool, { signal: controller.signal });
      await group.run(tasks.add, 1, 1);
      await group.wait();
      controller.abort("enough");
      await group.wait();
      assert.equal(group.signal.aborted, false);
      await pool.close();
    });
  });

  describe("leaving the block of a TaskGroup", () => {
    it("by a throw still waits, and keeps both errors if the group has failed too", async () => {
      const pool = new Pool({ size: 1 });
      const counter = new adapter.Value("i32");
      const leave = async (isFailing: boolean): Promise<void> => {
        await using group = new TaskGroup(pool);
        group.run(tasks.mark, counter, 1);
        if (isFailing) group.run(tasks.fail, "boom");
        throw "body";
      };
      assert.deepEqual([await failureOf(() => leave(false)), counter.value], ["body", 1]);
      const both = (await failureOf(() => leave(true))) as SuppressedError;
      assert.deepEqual([both.name, both.error, both.suppressed], ["SuppressedError", "boom", "body"]);
      await pool.close();
    });

    it("after its failure was told does not tell it again", async () => {
      const pool = new Pool({ size: 1 });
      await using group = new TaskGroup(pool);
      group.run(tasks.fail, "boom");
      assert.equal(await failureOf(() => group.wait()), "boom");
      await pool.close();
    });

    it("a task that is refused fails its group, and what is no pool is no group's", async () => {
      assert.throws(() => new TaskGroup({} as never), TypeError);
      const pool = new Pool({ size: 1 });
      assert.throws(() => new TaskGroup(pool, { signal: 5 as never }), TypeError);
      const unsendable = new TaskGroup(pool);
      const refused = unsendable.run(tasks.echo, () => {});
      await failsWith("HEDDLE_SEND", () => unsendable.wait());
      assert.equal(refused.state, "rejected");
      const group = new TaskGroup(pool);
      await pool.close();
      const future = group.run(tasks.add, 1, 1);
      await failsWith("HEDDLE_POOL_CLOSED", () => future);
      await failsWith("HEDDLE_POOL_CLOSED", () => group.wait());
      assert.equal(future.state, "rejected");
    });
  });
};
