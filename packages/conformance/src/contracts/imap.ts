import assert from "node:assert/strict";
import { all, DONE, endless, later, Source, untilFailure } from "../source.js";
import { type Contract, failureOf, tasksOf, until } from "../suite.js";
import type * as streams from "../tasks/streams.js";
import type * as work from "../tasks/work.js";

/** Lazy maps: in order or as results come, a bounded way ahead of who reads them, and over as soon as nobody does. */
export const imap: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { gated, heed, throwIt } = tasksOf<typeof streams>(suite, "streams");
  const { Pool } = adapter;
  const { url } = adapter.adapter;
  const gate = (n: number) => ({ n, started: new adapter.Event(), go: new adapter.Event() });

  describe("Pool.imap", () => {
    it("gives results in the order of the items, and once it has ended stays so (parity 118)", async () => {
      const pool = new Pool({ size: 2 });
      const items = Array.from({ length: 41 }, (_, i) => i);
      for (const chunkSize of [undefined, 3, 100]) {
        const options = chunkSize === undefined ? {} : { chunkSize };
        for (const source of [items, new Set(items), later(items)]) {
          const results = pool.imap(tasks.half, source, options);
          assert.deepEqual(
            await all(results),
            items.map((n) => n / 2),
          );
          assert.deepEqual([await results.next(), await results.next()], [DONE, DONE]);
        }
      }
      assert.deepEqual(await all(pool.imap(tasks.echo, "abc")), ["a", "b", "c"]);
      await pool.close();
    });

    it("unordered gives each result once, and as soon as it is there (parity 118)", async () => {
      const pool = new Pool({ size: 2 });
      const [slow, fast] = [gate(1), gate(2)] as const;
      const results = pool.imapUnordered(gated, [slow, fast]);
      const first = results.next();
      await Promise.all([slow.started.wait(), fast.started.wait()]);
      fast.go.set();
      assert.deepEqual(await first, { done: false, value: 2 });
      slow.go.set();
      assert.deepEqual(await all(results), [1]);
      const [read, second, third] = [gate(1), gate(2), gate(3)] as const;
      const [ended, over] = [new adapter.Event(), new adapter.Event()];
      const onProgress = (done: number): void => {
        if (done === 2) ended.set();
        if (done === 3) over.set();
      };
      read.go.set();
      const kept = pool.imapUnordered(gated, [read, second, third], { onProgress });
      assert.deepEqual(await kept.next(), { done: false, value: 1 });
      third.go.set();
      await ended.wait();
      second.go.set();
      await over.wait();
      assert.deepEqual(await all(kept), [3, 2]);
      const items = Array.from({ length: 50 }, (_, i) => i);
      const shuffled = await all(pool.imapUnordered(tasks.half, later(items), { chunkSize: 4 }));
      assert.deepEqual(
        shuffled.sort((a, b) => a - b),
        items.map((n) => n / 2),
      );
      await pool.close();
    });

    it("a failure comes at its place, after the results before it, and ends the iteration (parity 129)", async () => {
      const pool = new Pool({ size: 2 });
      for (const chunkSize of [1, 4, 100]) {
        const source = new Source([0, 1, 2, 3, 4, -5, 6, 7, 8, 9, 10, 11]);
        const results = pool.imap(tasks.failUnless, source, { chunkSize });
        const { given, error } = await untilFailure(results);
        assert.deepEqual([given, (error as Error).message], [[0, 1, 2, 3, 4], "item -5"]);
        assert.match(
          String((error as Error).stack),
          /called from[\s\S]*conformance/,
          "its stack should go on to where it was asked for",
        );
        assert.deepEqual([await results.next(), source.isClosed || source.isAtItsEnd], [DONE, true]);
      }
      await pool.close();
    });

    it("an abort is told to a waiter, after the results given before (parity 130)", async () => {
      const pool = new Pool({ size: 1 });
      const stuck = { adapter: url, started: new adapter.Event(), stopped: new adapter.Event() };
      const open = gate(1);
      open.go.set();
      const controller = new AbortController();
      const source = new Source([open]);
      const { signal } = controller;
      const early = pool.imap(gated, source, { signal });
      assert.deepEqual(await early.next(), { done: false, value: 1 });
      const results = pool.imap(heed, [stuck], { signal });
      const waiting = [results.next(), results.next()] as const;
      await stuck.started.wait();
      controller.abort("late");
      assert.equal(await failureOf(() => waiting[0]), "late");
      assert.deepEqual([await waiting[1], await results.next()], [DONE, DONE]);
      await stuck.stopped.wait();
      assert.equal(await failureOf(() => early.next()), "late");
      const never = new Source([open]);
      const aborted = pool.imap(gated, never, { signal });
      assert.deepEqual([await failureOf(() => aborted.next()), never.read], ["late", 0]);
      await pool.close();
    });

    it("reads an endless source only so far ahead: 2 × size × chunkSize items, 16 times as many of short tasks (parity 131)", async () => {
      const pool = new Pool({ size: 2 });
      for (const chunkSize of [1, 3]) {
        const ahead = 4 * chunkSize;
        const source = new Source(endless());
        const results = pool.imap(tasks.half, source, { chunkSize });
        for (let given = 1; given <= 50; given++) {
          assert.deepEqual(await results.next(), { done: false, value: (given - 1) / 2 });
          assert.ok(source.read - given <= ahead * 16, `${source.read} read, and ${given} given`);
        }
        await results.return?.();
        assert.equal(source.isClosed, true);
        const blocked = Array.from({ length: 100 }, (_, i) => gate(i));
        const slow = new Source(blocked);
        const first = pool.imap(gated, slow, { chunkSize });
        const next = first.next();
        await blocked[0]?.started.wait();
        assert.equal(slow.read, ahead);
        for (const { go } of blocked) go.set();
        await next;
        await first.return?.();
      }
      await pool.close();
    });

    it("wrong arguments are refused at once, and no items are no results (parity 131)", async () => {
      const pool = new Pool({ size: 1 });
      for (const chunkSize of [0, -1, 1.5]) {
        assert.throws(() => pool.imap(tasks.half, [1], { chunkSize }), RangeError);
      }
      assert.throws(() => pool.imap(tasks.half, [1], { chunkSize: "1" as never }), TypeError);
      assert.throws(() => pool.imap(tasks.half, 5 as never), TypeError);
      assert.throws(() => pool.imapUnordered(((n: number) => n) as never, [1]), TypeError);
      assert.throws(() => pool.imap(tasks.half, [1], { signal: "no" as never }), TypeError);
      assert.deepEqual(await all(pool.imap(tasks.half, [])), []);
      assert.deepEqual(await all(pool.imapUnordered(tasks.half, later<number>([]), { chunkSize: 5 })), []);
      await pool.close();
    });

    it("nothing is read or run until the first result is asked for, unlike by map (parity 135)", async () => {
      const pool = new Pool({ size: 1 });
      const counter = new adapter.Value("i32");
      const increment = adapter.inline((value: { add(n: number): number }) => value.add(1));
      const source = new Source([counter]);
      const results = pool.imap(increment, source);
      const mapped = pool.map(increment, [counter, counter]);
      await until(() => counter.value === 2, "tasks given to map should run though nobody looks");
      assert.deepEqual([source.read, counter.value], [0, 2]);
      assert.deepEqual(await results.return?.(), DONE);
      assert.deepEqual([await results.next(), source.read, source.isClosed], [DONE, 0, false]);
      await mapped;
      await pool.close();
      assert.equal(counter.value, 2);
    });

    it("a thrown undefined is a failure all the same (parity 133)", async () => {
      const pool = new Pool({ size: 1 });
      for (const thrown of [undefined, null, 0, "", false]) {
        assert.deepEqual(await failureOf(() => pool.run(throwIt, [thrown])), thrown);
        assert.deepEqual(await failureOf(() => pool.map(throwIt, [[thrown]])), thrown);
        for (const chunkSize of [1, 2]) {
          assert.deepEqual(await failureOf(() => all(pool.imap(throwIt, [[thrown]], { chunkSize }))), thrown);
        }
      }
      await pool.close();
    });
  });
};
