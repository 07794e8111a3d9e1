import assert from "node:assert/strict";
import { all, DONE, endless, later, Source, untilFailure } from "../source.js";
import { type Contract, failsWith, failureOf, tasksOf } from "../suite.js";
import type * as streams from "../tasks/streams.js";
import type { Act } from "../tasks/streams.js";
import type * as work from "../tasks/work.js";

/** Where the items of a lazy map come from, and what becomes of them when nobody wants the results any more. */
export const imapSource: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { act, gated } = tasksOf<typeof streams>(suite, "streams");
  const { Pool } = adapter;
  const { url } = adapter.adapter;

  describe("leaving Pool.imap", () => {
    it("takes back what has not started, stops what runs, and closes the source first", async () => {
      const pool = new Pool({ size: 1 });
      const heeding = { adapter: url, started: new adapter.Event(), stopped: new adapter.Event() };
      const counter = new adapter.Value("i32");
      const source = new Source<Act>([{ give: "first" }, { heed: heeding }, { add: counter }, { add: counter }]);
      // However long it takes to stop, its worker is not replaced.
      for await (const _ of pool.imap(act, source, { grace: Number.POSITIVE_INFINITY })) {
        await heeding.started.wait();
        break;
      }
      assert.equal(source.isClosed, true);
      await heeding.stopped.wait();
      await pool.close();
      assert.deepEqual([counter.value, source.read], [0, 3]);
    });

    it("ends those who wait for a result, however many", async () => {
      const pool = new Pool({ size: 1 });
      const slow = { n: 1, started: new adapter.Event(), go: new adapter.Event() };
      const results = pool.imap(gated, [slow]);
      const waiting = [results.next(), results.next()];
      await slow.started.wait();
      assert.deepEqual(await results.return?.("left"), { done: true, value: "left" });
      assert.deepEqual([...(await Promise.all(waiting)), await results.return?.()], [DONE, DONE, DONE]);
      slow.go.set();
      await pool.close();
    });

    it("tells of an error that the source makes when it is closed", async () => {
      const pool = new Pool({ size: 1 });
      const results = pool.imap(
        tasks.half,
        new Source(endless(), () => {
          throw new Error("cannot close");
        }),
      );
      await results.next();
      assert.equal(((await failureOf(() => results.return?.())) as Error).message, "cannot close");
      assert.deepEqual(await results.next(), DONE);
      await pool.close();
    });
  });

  describe("Pool.imap and its source", () => {
    it("several asks at once are served in their order", async () => {
      const pool = new Pool({ size: 2 });
      const results = pool.imap(tasks.half, later([2, 4, 6]), { chunkSize: 2 });
      const asked = await Promise.all(Array.from({ length: 5 }, () => results.next()));
      assert.deepEqual(
        asked.map(({ value }) => value),
        [1, 2, 3, undefined, undefined],
      );
      await pool.close();
    });

    it("a source that fails does so after the results before it", async () => {
      const pool = new Pool({ size: 2 });
      function* failing(): Generator<number> {
        yield* [2, 4, 6];
        throw new Error("no more");
      }
      for (const source of [
        failing,
        async function* () {
          yield* failing();
        },
      ]) {
        for (const chunkSize of [1, 2, 5]) {
          const ordered = await untilFailure(pool.imap(tasks.half, source(), { chunkSize }));
          assert.deepEqual([ordered.given, (ordered.error as Error).message], [[1, 2, 3], "no more"]);
          const { given, error } = await untilFailure(pool.imapUnordered(tasks.half, source(), { chunkSize }));
          assert.deepEqual([given.sort(), (error as Error).message], [[1, 2, 3], "no more"]);
        }
      }
      await pool.close();
    });

    it("a failure does not wait for a source that is stuck", async () => {
      const pool = new Pool({ size: 1 });
      const stuck = async function* (): AsyncGenerator<number> {
        yield -1;
        await new Promise(() => {});
      };
      assert.equal(((await failureOf(() => all(pool.imap(tasks.failUnless, stuck())))) as Error).message, "item -1");
      await pool.close();
    });

    it("tells how far it has come, of how many where that is known", async () => {
      const pool = new Pool({ size: 1 });
      const heard: [number, number | undefined][] = [];
      const onProgress = (done: number, total: number | undefined): void => void heard.push([done, total]);
      await all(pool.imap(tasks.half, [1, 2, 3], { chunkSize: 2, onProgress }));
      await all(pool.imap(tasks.half, later([1]), { onProgress }));
      assert.deepEqual(heard, [
        [2, 3],
        [3, 3],
        [1, undefined],
      ]);
      const failing = (): never => {
        throw new Error("cannot hear");
      };
      const error = await failureOf(() => all(pool.imap(tasks.half, [1, 2], { onProgress: failing })));
      assert.equal((error as Error).message, "cannot hear");
      await pool.close();
    });

    it("an item that cannot be sent, or comes after the pool's end, fails at its place", async () => {
      const pool = new Pool({ size: 1 });
      const { given, error } = await untilFailure(pool.imap(tasks.echo, [1, () => 2, 3]));
      assert.deepEqual([given, Reflect.get(error as object, "code")], [[1], "HEDDLE_SEND"]);
      const results = pool.imap(tasks.half, endless());
      await results.next();
      await pool.close();
      assert.deepEqual(await results.next(), { done: false, value: 0.5 });
      await failsWith("HEDDLE_POOL_CLOSED", () => all(results));
      assert.deepEqual(await results.next(), DONE);
    });
  });
};
