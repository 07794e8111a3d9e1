import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, refuses, tasksOf } from "../suite.js";
import type * as pools from "../tasks/pools.js";
import type * as work from "../tasks/work.js";

type Told = Error & { readonly previousErrors?: readonly Error[] };

/** Tasks that are tried again after they have failed, and views of a pool that give options to all tasks. */
export const poolRetries: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const helpers = tasksOf<typeof pools>(suite, "pools");
  const { Event, Pool, Queue, Value } = adapter;
  type Pool = InstanceType<typeof Pool>;

  const AT_ONCE = { backoff: 0 };
  /** Nothing in a test waits for so long. */
  const LATER = { backoff: 3_600_000 };

  describe("retries", () => {
    it("start a task again that has thrown, with its arguments as they were, large ones included", async () => {
      await Pool.use({ size: 1 }, async (pool) => {
        const times = new Value("i32");
        const given = { words: ["a"], bytes: new Uint8Array(100_000).fill(7), event: new Event() };
        const result = pool.submit(helpers.failFirst, [times, 2, given], { retries: { most: 2, ...AT_ONCE } });
        given.words.push("b");
        given.bytes.fill(0);
        const [attempts, got] = (await result) as readonly [number, typeof given];
        assert.deepEqual([attempts, got.words, got.bytes.every((byte) => byte === 7)], [3, ["a"], true]);
        got.event.set();
        assert.equal(given.event.isSet, true);
        const { completed, failed } = pool.stats;
        assert.deepEqual([result.state, completed, failed], ["fulfilled", 1, 0]);
      });
    });

    it("are over with the last error, which tells of the earlier ones", async () => {
      await Pool.use({ size: 1 }, async (pool) => {
        const times = new Value("i32");
        const options = { retries: { most: 2, ...AT_ONCE } };
        const error = (await failureOf(() => pool.submit(helpers.failFirst, [times, 9], options))) as Told;
        assert.deepEqual([error.name, error.message, error.cause], ["RangeError", "failure 3", "its own"]);
        const { previousErrors = [] } = error;
        assert.deepEqual(
          previousErrors.map(({ message }) => message),
          ["failure 1", "failure 2"],
        );
        assert.ok(previousErrors.every((each) => each instanceof RangeError));
        assert.equal(times.value, 3);
        assert.deepEqual([pool.stats.completed, pool.stats.failed], [0, 1]);
        const once = (await failureOf(() => pool.submit(helpers.failFirst, [times, 9], { retries: 0 }))) as Told;
        assert.deepEqual([once.message, once.previousErrors], ["failure 4", undefined]);
      });
    });

    it("start a task again whose worker has ended, with pipes that are still open", async () => {
      if (suite.capabilities.parallel === false) return;
      await Pool.use({ size: 1 }, async (pool) => {
        for (const exits of [true, false]) {
          const times = new Value("i32");
          const attempts = pool.submit(helpers.crashFirst, [times, exits], { retries: { most: 1, ...AT_ONCE } });
          assert.equal(await attempts, 2);
        }
        const [mine, its] = adapter.pipe<string>();
        const times = new Value("i32");
        const answer = pool.submit(helpers.crashThenSend, [times, its], { retries: { most: 1, ...AT_ONCE } });
        assert.equal(await mine.recv(), "sent");
        await answer;
        assert.equal(pool.stats.respawned, 3);
        const options = { retries: { most: 1, ...AT_ONCE } };
        const error = (await failsWith("HEDDLE_WORKER_CRASHED", () => pool.submit(tasks.exit, [3], options))) as Told;
        assert.equal(Reflect.get(error.previousErrors?.[0] ?? {}, "code"), "HEDDLE_WORKER_CRASHED");
      });
    });

    it("ask the program, if it says when", async () => {
      await Pool.use({ size: 1 }, async (pool) => {
        const times = new Value("i32");
        const asked: unknown[] = [];
        const when = (error: unknown, attempt: number): boolean => {
          asked.push([(error as Error).message, attempt]);
          return attempt < 2;
        };
        const retries = { most: 9, when, ...AT_ONCE };
        const error = (await failureOf(() => pool.submit(helpers.failFirst, [times, 9], { retries }))) as Told;
        assert.deepEqual([error.message, error.previousErrors?.length, times.value], ["failure 2", 1, 2]);
        assert.deepEqual(asked, [
          ["failure 1", 1],
          ["failure 2", 2],
        ]);
        const wrong = (answer: unknown) => () =>
          pool.submit(helpers.failFirst, [times, 9], { retries: { when: () => answer as boolean } });
        await refuses({ promise: wrong(Promise.resolve(true)), nothing: wrong(undefined) }, /when gives true or false/);
        const breaks = { most: 1, when: () => assert.fail("broken") };
        const broken = (await failureOf(() =>
          pool.submit(helpers.failFirst, [times, 9], { retries: breaks }),
        )) as Error;
        assert.equal(broken.message, "broken");
      });
    });

    it("wait for their pause off the worker, where they can be cancelled, and count as queued", async () => {
      await Pool.use({ size: 1 }, async (pool) => {
        const [times, cancelled] = [new Value("i32"), new Value("i32")];
        const controller = new AbortController();
        const options = { retries: LATER, signal: controller.signal };
        const first = pool.submit(helpers.failFirst, [times, 9], options);
        const second = pool.submit(helpers.failFirst, [cancelled, 9], { retries: LATER });
        // The worker is free again, and both have failed by then.
        assert.equal(await pool.run(tasks.add, 1, 1), 2);
        assert.deepEqual([pool.queued, pool.running, first.state, second.state], [2, 0, "pending", "pending"]);
        controller.abort("enough");
        await assert.rejects(first, (reason) => reason === "enough");
        assert.equal(second.cancel("no more"), true);
        await assert.rejects(second, (reason) => reason === "no more");
        assert.deepEqual([pool.queued, times.value, cancelled.value, second.state], [0, 1, 1, "cancelled"]);
      });
    });

    it("do not follow a cancellation or a timeout of what runs, nor calls that would fail again", async () => {
      await Pool.use({ size: 1 }, async (pool) => {
        const [started, go] = [new Queue<number>(), new Event()];
        const future = pool.submit(helpers.failWhenLetGo, [started, go], { retries: 3 });
        await started.get();
        assert.equal(future.cancel("stop"), false);
        go.set();
        assert.equal(((await failureOf(() => future)) as Error).message, "let go");
        const options = { retries: { most: Number.POSITIVE_INFINITY, ...AT_ONCE } };
        await failsWith("HEDDLE_SEND", () => pool.submit(tasks.unsendable, [], options));
        await failsWith("HEDDLE_TIMEOUT", () => pool.submit(tasks.never, [], { ...options, timeout: 1, grace: 0 }));
        assert.equal(started.size, 0);
      });
    });

    it("end with the pool: a close waits for them, unless it cancels what is queued; terminate does not", async () => {
      const times = new Value("i32");
      const closed = new Pool({ size: 1 });
      const result = closed.submit(helpers.failFirst, [times, 2], { retries: { most: 2, backoff: 1, jitter: 0 } });
      await closed.close();
      assert.deepEqual(await result, [3, undefined]);
      for (const end of [(pool: Pool) => pool.close({ cancelQueued: true }), (pool: Pool) => pool.terminate()]) {
        const pool = new Pool({ size: 1 });
        const failed = pool.submit(helpers.failFirst, [times, 99], { retries: LATER });
        await pool.run(tasks.add, 1, 1);
        await end(pool);
        const error = (await failsWith("HEDDLE_POOL_CLOSED", () => failed)) as Told;
        assert.match(String(error.previousErrors?.[0]), /failure/);
      }
      const last = new Pool({ size: 1 });
      const [started, go] = [new Queue<number>(), new Event()];
      const runs = last.submit(helpers.failWhenLetGo, [started, go], { retries: LATER });
      await started.get();
      const ended = last.close({ cancelQueued: true });
      go.set();
      assert.equal(((await failureOf(() => runs)) as Error).message, "let go");
      await ended;
    });

    it("are held back by a pause of the pool, and count as tasks that wait", async () => {
      await Pool.use({ size: 1, maxQueue: 0 }, async (pool) => {
        const [started, go] = [new Queue<number>(), new Event()];
        const future = pool.submit(helpers.failWhenLetGo, [started, go], { retries: { most: 1, ...AT_ONCE } });
        await started.get();
        pool.pause();
        go.set();
        while (pool.queued === 0) await new Promise((resolve) => setTimeout(resolve));
        await failsWith("HEDDLE_QUEUE_FULL", () => pool.run(tasks.add, 1, 1));
        assert.equal(started.size, 0);
        pool.resume();
        assert.equal(((await failureOf(() => future)) as Error).message, "let go");
        assert.equal(started.size, 1);
      });
    });

    it("are of each chunk of a map, and of a stream", async () => {
      await Pool.use({ size: 2 }, async (pool) => {
        const items = (times: InstanceType<typeof Value>) =>
          [1, 2, 3, 4].map((item) => [times as never, item === 3 ? 1 : 0, item] as const);
        for (const chunkSize of [1, 2, 4]) {
          const options = { chunkSize, retries: { most: 4, ...AT_ONCE } };
          assert.deepEqual(await pool.map(helpers.failItemFirst, items(new Value("i32")), options), [1, 2, 3, 4]);
          const streamed: number[] = [];
          for await (const item of pool.imap(helpers.failItemFirst, items(new Value("i32")), options)) {
            streamed.push(item);
          }
          assert.deepEqual(streamed, [1, 2, 3, 4]);
        }
        const failing = pool.imap(tasks.failUnless, [1, -2], { chunkSize: 2, retries: { most: 1, ...AT_ONCE } });
        assert.deepEqual(await failing.next(), { done: false, value: 1 });
        const error = (await failureOf(() => failing.next())) as Told;
        assert.deepEqual([error.message, error.previousErrors?.length], ["item -2", 1]);
      });
    });

    it("are refused where they are no such options, and for what can only be moved", async () => {
      await Pool.use({ size: 1 }, async (pool) => {
        const wrong = (retries: unknown) => () =>
          Reflect.apply(pool.submit, pool, [tasks.add, [1, 1], { retries }]) as unknown;
        await refuses({ text: wrong("3"), when: wrong({ when: true }), most: wrong({ most: "3" }) });
        await refuses({ name: wrong({ times: 3 }) }, /retries has no option "times"/);
        await refuses({ near: wrong({ backof: 3 }) }, /did you mean backoff/);
        for (const retries of [-1, 1.5, Number.NaN, { jitter: 2 }, { backoff: -1 }]) {
          assert.ok((await failureOf(async () => wrong(retries)())) instanceof RangeError, JSON.stringify(retries));
        }
        const other = () => Reflect.apply(pool.submit, pool, [tasks.add, [1, 1], { attempts: 3 }]);
        await refuses({ other }, /no option "attempts": here that is retries/);
        if (suite.capabilities.postsObjects === false) return;
        const { port1, port2 } = new MessageChannel();
        const moved = () => pool.submit(tasks.echo, [adapter.transfer(port1, [port1])], { retries: 1 });
        await refuses({ moved }, /args.*sent once.*retries/);
        port2.close();
      });
    });
  });

  describe("Pool.withOptions", () => {
    it("gives run options, and other methods those that they are not given", async () => {
      await Pool.use({ size: 1 }, async (pool) => {
        const times = new Value("i32");
        const view = pool.withOptions({ retries: { most: 2, ...AT_ONCE } });
        assert.deepEqual(await view.run(helpers.failFirst, times, 2), [3, undefined]);
        assert.deepEqual(await view.submit(helpers.failFirst, [times, 4]), [5, undefined]);
        const failure = (await failureOf(() => view.submit(helpers.failFirst, [times, 9], { retries: 0 }))) as Error;
        assert.equal(failure.message, "failure 6");
        assert.deepEqual(await view.submit(helpers.failFirst, [times, 7], { retries: undefined }), [8, undefined]);
        assert.deepEqual(await view.map(helpers.failItemFirst, [[times, 9, 5]], { chunkSize: 1 }), [5]);
        assert.deepEqual(await view.starmap(tasks.add, [[1, 2]]), [3]);
        for await (const n of view.imap(tasks.half, [4])) assert.equal(n, 2);
        for await (const n of view.imapUnordered(tasks.half, [6])) assert.equal(n, 3);
      });
    });

    it("of a view has the options of both, and a task group takes one", async () => {
      await Pool.use({ size: 1 }, async (pool) => {
        const never = pool.withOptions({ signal: AbortSignal.abort("no") });
        const both = never.withOptions({ priority: 1 });
        for (const view of [never, both]) {
          await assert.rejects(view.run(tasks.add, 1, 1), (reason) => reason === "no");
        }
        const view = pool.withOptions({ retries: { most: 3, ...AT_ONCE } });
        const group = new adapter.TaskGroup(view);
        const result = group.run(helpers.failFirst, new Value("i32"), 2);
        await group.wait();
        assert.deepEqual(await result, [3, undefined]);
      });
    });

    it("refuses wrong options at once, and what its pool refuses", async () => {
      const pool = new Pool({ size: 1 });
      const wrong = (options: unknown) => () => Reflect.apply(pool.withOptions, pool, [options]) as unknown;
      await refuses({ number: wrong(5), name: wrong({ timeot: 5 }), map: wrong({ chunkSize: 5 }) });
      const view = pool.withOptions({});
      await failsWith("HEDDLE_SEND", () => pool.run(tasks.echo, view as never));
      await refuses({ surplus: () => Reflect.apply(view.submit, view, [tasks.add, [1, 1], {}, 1]) });
      await pool.close();
      await failsWith("HEDDLE_POOL_CLOSED", () => view.run(tasks.add, 1, 1));
    });
  });
};
