import assert from "node:assert/strict";
import { all, DONE, untilFailure } from "../source.js";
import { type Contract, failsWith, failureOf, tasksOf, until } from "../suite.js";
import type * as streams from "../tasks/streams.js";
import type * as work from "../tasks/work.js";

/** Generators in a worker: read from here one value at a time, held back when they are too fast, and never left running. */
export const iterate: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const generators = tasksOf<typeof streams>(suite, "streams");
  const { Pool } = adapter;
  const { url } = adapter.adapter;
  const counters = () => {
    const counter = () => new adapter.Value("i32");
    return { stopped: new adapter.Event(), made: counter(), read: counter(), lead: counter() };
  };

  describe("Pool.iterate", () => {
    it("gives what a generator yields, sync or async, and once it has ended stays so", async () => {
      const pool = new Pool({ size: 2 });
      const numbers = Array.from({ length: 100 }, (_, i) => i);
      for (const generator of [generators.count, generators.countSlowly]) {
        const values = pool.iterate(generator, 100);
        assert.deepEqual(await all(values), numbers);
        assert.deepEqual([await values.next(), await values.next()], [DONE, DONE]);
        assert.deepEqual(await all(pool.iterate(generator, 0)), []);
      }
      assert.deepEqual(await all(pool.iterate(generators.countLater as never, 3)), [0, 1, 2]);
      await pool.close();
    });

    it("several asks at once are served in their order", async () => {
      const pool = new Pool({ size: 1 });
      const values = pool.iterate(generators.countSlowly, 3);
      const asked = await Promise.all(Array.from({ length: 5 }, () => values.next()));
      assert.deepEqual(
        asked.map(({ value }) => value),
        [0, 1, 2, undefined, undefined],
      );
      await pool.close();
    });

    it("holds the generator back while 16 of its values wait to be read", async () => {
      const pool = new Pool({ size: 1 });
      const { stopped, made, read, lead } = counters();
      const values = pool.iterate(generators.endless, stopped, made, read, lead);
      await values.next();
      // One that was read, those that wait, and one at hand for which there is no place.
      await until(() => made.value === 18, "the generator should go on until 16 values wait");
      for (let n = 1; n <= 500; n++) {
        read.value = n;
        assert.deepEqual(await values.next(), { done: false, value: n });
      }
      await values.return?.();
      assert.ok(lead.value <= 18, `it was ${lead.value} values ahead`);
      await pool.close();
    });

    it("fails after the values that came before: by its own error, or by its worker's end", async () => {
      const pool = new Pool({ size: 1 });
      for (const thrown of ["boom", undefined]) {
        const values = pool.iterate(generators.failAfter, 5, thrown);
        assert.deepEqual(await untilFailure(values), { given: [0, 1, 2, 3, 4], error: thrown });
        assert.deepEqual(await values.next(), DONE);
      }
      const { given, error } = await untilFailure(pool.iterate(generators.exitAfter, 5));
      assert.deepEqual(given, [0, 1, 2, 3, 4]);
      await failsWith("HEDDLE_WORKER_CRASHED", () => Promise.reject(error));
      assert.deepEqual(await all(pool.iterate(generators.count, 2)), [0, 1]);
      await pool.close();
    });

    it("an error shows where it was thrown, and where the generator was asked for", async () => {
      const pool = new Pool({ size: 1 });
      const { error } = await untilFailure(pool.iterate(tasks.failWith as never, "boom" as never));
      assert.match(String((error as Error).stack), /failWith[\s\S]*called from[\s\S]*conformance/);
      await pool.close();
    });

    it("a value that cannot be sent stops the generator", async () => {
      const pool = new Pool({ size: 1 });
      const stopped = new adapter.Event();
      const { given, error } = await untilFailure(pool.iterate(generators.yieldFunction, stopped));
      assert.deepEqual([given, Reflect.get(error as object, "code"), stopped.isSet], [[1], "HEDDLE_SEND", true]);
      await pool.close();
    });

    it("a task that is no generator is refused: here at once, or once it has run", async () => {
      const pool = new Pool({ size: 1 });
      assert.throws(() => pool.iterate((() => []) as never), TypeError);
      assert.ok((await failureOf(() => all(pool.iterate(tasks.add as never, 1 as never)))) instanceof TypeError);
      const error = await failsWith("HEDDLE_SEND", () => all(pool.iterate(generators.failAfter, 1, () => {})));
      assert.equal(Reflect.get(error, "path"), "args[1]");
      await pool.close();
      await failsWith("HEDDLE_POOL_CLOSED", () => all(pool.iterate(generators.count, 1)));
    });
  });

  describe("leaving Pool.iterate", () => {
    it("stops a generator that never awaits, and waits for its `finally`", async () => {
      const pool = new Pool({ size: 1 });
      const { stopped, made, read, lead } = counters();
      for await (const n of pool.iterate(generators.endless, stopped, made, read, lead)) {
        read.value = n;
        if (n === 100) break;
      }
      assert.equal(stopped.isSet, true);
      assert.equal(await pool.run(tasks.add, 1, 1), 2);
      await pool.close();
    });

    it("is heard at the next value, though the event loop of the worker gets no turn", async () => {
      const pool = new Pool({ size: 1 });
      const [go, made] = [new adapter.Event(), new adapter.Value("i32")];
      const values = pool.iterate(generators.blockAfterOne, go, made);
      await values.next();
      const left = values.return?.();
      go.set();
      await left;
      assert.equal(made.value, 2);
      await pool.close();
    });

    it("aborts the signal of one that waits, and ends those who wait for a value", async () => {
      const pool = new Pool({ size: 1 });
      const [started, stopped] = [new adapter.Event(), new adapter.Event()];
      const values = pool.iterate(generators.waitAfterOne, url, started, stopped);
      assert.deepEqual(await values.next(), { done: false, value: 1 });
      const waiting = [values.next(), values.next()];
      await started.wait();
      assert.deepEqual(await values.return?.("left"), { done: true, value: "left" });
      assert.equal(stopped.isSet, true);
      assert.deepEqual(await Promise.all(waiting), [DONE, DONE]);
      await pool.close();
    });

    it("tells of what the generator throws on its way out", async () => {
      const pool = new Pool({ size: 1 });
      const error = await failureOf(async () => {
        for await (const _ of pool.iterate(generators.failLeaving)) break;
      });
      assert.equal((error as Error).message, "on its way out");
      await pool.close();
    });

    it("before the first value is asked for, has nothing to stop", async () => {
      const pool = new Pool({ size: 1 });
      const before = adapter.usage();
      const { stopped, made, read, lead } = counters();
      const values = pool.iterate(generators.endless, stopped, made, read, lead);
      assert.deepEqual([pool.queued, pool.running], [0, 0]);
      assert.deepEqual([await values.return?.(), await values.next()], [DONE, DONE]);
      assert.deepEqual([adapter.usage().objects - before.objects, made.value], [4, 0]);
      await pool.close();
    });

    it("before a worker has taken it up, takes it back", async () => {
      const pool = new Pool({ size: 1 });
      const [started, go] = [new adapter.Event(), new adapter.Event()];
      const busy = pool.run(tasks.runUntilSync, started, go);
      await started.wait();
      const { stopped, made, read, lead } = counters();
      const values = pool.iterate(generators.endless, stopped, made, read, lead);
      const waiting = values.next();
      await until(() => pool.queued === 1, "the generator should wait for the worker");
      await values.return?.();
      assert.deepEqual([await waiting, pool.queued], [DONE, 0]);
      go.set();
      await busy;
      await pool.close();
      assert.equal(made.value, 0);
    });

    it("terminating its pool fails it, after the values that came", async () => {
      const pool = new Pool({ size: 1 });
      const [started, stopped] = [new adapter.Event(), new adapter.Event()];
      const values = pool.iterate(generators.waitAfterOne, url, started, stopped);
      assert.deepEqual(await values.next(), { done: false, value: 1 });
      await started.wait();
      await pool.terminate();
      await failsWith("HEDDLE_POOL_CLOSED", () => values.next());
      assert.deepEqual(await values.next(), DONE);
    });
  });
};
