import assert from "node:assert/strict";
import type { Callback } from "@heddle/core";
import { type Contract, failsWith, failureOf, refuses, tasksOf, until } from "../suite.js";
import type * as callbacks from "../tasks/callbacks.js";

const CLOSED = "HEDDLE_CALLBACK_CLOSED";
const CRASHED = "HEDDLE_WORKER_CRASHED";

// Not a closure: it would keep what its test has made.
const ignore = (): void => {};

type Any = Callback<unknown[], unknown>;

/** Functions that run where they were made, by calls of any worker. */
export const callback: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof callbacks>(suite, "callbacks");
  const { Event, Pool, Queue, Worker } = adapter;
  const { url } = adapter.adapter;

  describe("callback", () => {
    it("runs where it was made, and its promise gives what it gives", async () => {
      const pool = new Pool({ size: 2 });
      const here = { calls: 0 };
      const add = adapter.callback(async (a: number, b: number) => {
        here.calls++;
        return new Map([["sum", a + b]]);
      });
      assert.deepEqual(await pool.run(tasks.call, add as Any, 1, 2), new Map([["sum", 3]]));
      assert.deepEqual(
        await Promise.all(Array.from({ length: 20 }, (_, n) => pool.run(tasks.call, add as Any, n, 1))),
        Array.from({ length: 20 }, (_, n) => new Map([["sum", n + 1]])),
      );
      assert.equal(here.calls, 21);
      await pool.close();
    });

    it("runs directly at home, and copies nothing", async () => {
      const given = { on: true };
      const same = adapter.callback((value: object) => value);
      assert.equal(await same(given), given);
      await assert.rejects(adapter.callback(() => Promise.reject(new RangeError("no")))(), RangeError);
      const seen: object[] = [];
      adapter.callback((value: object) => void seen.push(value)).post(given);
      assert.equal(seen[0], given);
    });

    it("keeps the order of a worker's calls, awaited or not", async () => {
      const pool = new Pool({ size: 1 });
      const seen: number[] = [];
      const note = adapter.callback((n: number) => void seen.push(n));
      await pool.run(tasks.callInTurn, note, 200);
      assert.deepEqual(
        seen,
        Array.from({ length: 200 }, (_, n) => n),
      );
      await pool.close();
    });

    it("runs all that was posted by a worker that has ended", async () => {
      const seen: unknown[] = [];
      const note = adapter.callback((...args: unknown[]) => void seen.push(args));
      const worker = new Worker(tasks.post, { args: [note, "last", 1n] }).start();
      await worker.join();
      await until(() => seen.length === 1, "the post should arrive");
      assert.deepEqual(seen, [["last", 1n]]);
    });

    it("goes through queues, within other things, and to workers that know nothing of its maker", async () => {
      const queue = new Queue<{ readonly to: Any }>();
      const passed = new Queue<Any>();
      const first = new Worker(tasks.callFrom, { args: [queue, "a"] }).start();
      const shout = adapter.callback((word: string) => `${word}!`) as Any;
      await queue.put({ to: shout });
      assert.equal(await first.result, "a!");
      // Home again, by another worker: it is the one that was sent.
      const second = new Worker(tasks.passOn, { args: [shout, passed] }).start();
      assert.equal(await passed.get(), shout);
      await second.result;
      const [here, there] = adapter.pipe<readonly [Any, { again: Any }]>();
      const third = new Worker(tasks.giveBack, { args: [shout, there as never] }).start();
      const [back, { again }] = await here.recv();
      assert.ok(back === shout && again === shout);
      await Promise.all([first, second, third].map((worker) => worker.join()));
      here.close();
    });

    it("its error arrives as one of a task does, with the lines of both workers", async () => {
      const pool = new Pool({ size: 1 });
      const fail = adapter.callback(function refuseIt() {
        throw new RangeError("no");
      });
      const error = await failureOf(() => pool.run(tasks.call, fail as Any));
      assert.ok(error instanceof RangeError);
      assert.match(String(error.stack), /refuseIt[\s\S]*called from[\s\S]*callbacks\.[jt]s/);
      await pool.close();
    });

    it("refuses arguments and results that cannot be sent, by their path", async () => {
      const pool = new Pool({ size: 1 });
      const give = adapter.callback((n: number) => (n === 0 ? { symbol: Symbol("none") } : n)) as Any;
      const error = await failsWith("HEDDLE_SEND", () => pool.run(tasks.call, give, 0));
      assert.match(error.message, /^result\.symbol: /);
      assert.equal(await pool.run(tasks.call, give, 1), 1);
      await pool.close();
    });

    it("an error of a call that nobody awaits goes to the except hook at home", async () => {
      const pool = new Pool({ size: 1 });
      const seen: unknown[] = [];
      adapter.setExceptHook((error) => void seen.push(error));
      try {
        for (const fail of [() => Promise.reject(new RangeError("later")), () => assert.fail("at once")]) {
          const posted = adapter.callback(fail);
          await pool.run(tasks.post, posted as Any);
          posted.post();
        }
        await until(() => seen.length === 4, "all four should be told");
        assert.deepEqual(seen.map((error) => (error as Error).message).sort(), [
          "at once",
          "at once",
          "later",
          "later",
        ]);
      } finally {
        adapter.setExceptHook(ignore);
        await pool.close();
      }
    });

    it("disposed of at home is closed for all: a call that runs is answered, and a later one is not", async () => {
      const pool = new Pool({ size: 1 });
      const called = new Event();
      const go = new Event();
      const slow = adapter.callback(async () => {
        called.set();
        await go.wait();
        return "answered";
      });
      const queue = new Queue<{ readonly to: Any }>();
      const running = pool.run(tasks.call, slow as Any);
      await called.wait();
      await queue.put({ to: slow as Any });
      slow.dispose();
      slow[Symbol.dispose]();
      await failsWith("HEDDLE_DISPOSED", () => slow());
      await failsWith("HEDDLE_DISPOSED", () => slow.post());
      assert.match((await failsWith("HEDDLE_SEND", () => pool.run(tasks.call, slow as Any))).message, /disposed/);
      go.set();
      assert.equal(await running, "answered");
      await failsWith(CLOSED, () => pool.run(tasks.callFrom, queue));
      await pool.close();
    });

    it("disposed of elsewhere is of no more use there, and goes on elsewhere", async () => {
      const pool = new Pool({ size: 1 });
      const echo = adapter.callback((word: string) => (word === "running" ? new Promise(() => {}) : word)) as Any;
      const errors = (await pool.run(tasks.disposeOf, echo)) as readonly { readonly code: string }[];
      assert.deepEqual(
        errors.map(({ code }) => code),
        ["HEDDLE_DISPOSED", "HEDDLE_DISPOSED", "HEDDLE_DISPOSED"],
      );
      assert.equal(await pool.run(tasks.call, echo, "again"), "again");
      await pool.close();
    });

    it("a worker stays for those that may call what it made, until nobody may", async () => {
      const queue = new Queue<Callback<[n: number], number>>();
      const worker = new Worker(tasks.offer, { args: [url, queue, 10] }).start();
      await worker.result;
      const add = await queue.get();
      assert.equal(await add(1), 11);
      assert.ok(worker.isAlive);
      add.dispose();
      await worker.join();
      assert.equal(worker.exitCode, 0);
    });

    it("the death of its home rejects what is not answered, and what comes later", async () => {
      const queue = new Queue<Any>();
      const called = new Event();
      const worker = new Worker(tasks.offerSilent, { args: [url, queue, called] }).start();
      worker.result.catch(() => {});
      const silent = await queue.get();
      const calls = [failsWith(CRASHED, () => silent()), failsWith(CRASHED, () => silent())];
      await called.wait();
      await worker.terminate();
      await Promise.all(calls);
      await failsWith(CRASHED, () => silent());
      await failsWith(CRASHED, () => silent.post());
    });

    it("the death of a caller leaves its home as it was", async () => {
      const called = new Event();
      const silent = adapter.callback((how: string) => {
        called.set();
        return how === "end" ? "ended" : new Promise(() => {});
      }) as Any;
      const worker = new Worker(tasks.call, { args: [silent, "wait"] }).start();
      worker.result.catch(() => {});
      await called.wait();
      await worker.terminate();
      const other = new Worker(tasks.call, { args: [silent, "end"] }).start();
      assert.equal(await other.result, "ended");
      await other.join();
    });

    it("a worker goes on while a call of its own is not answered", async () => {
      const go = new Event();
      const called = new Event();
      const slow = adapter.callback(async () => {
        called.set();
        await go.wait();
      }) as Any;
      const worker = new Worker(tasks.callAndForget, { args: [slow] }).start();
      await worker.result;
      await called.wait();
      assert.ok(worker.isAlive);
      go.set();
      await worker.join();
    });

    it("two workers call each other directly, past the one that started them", async () => {
      const queue = new Queue<Callback<[], string>>();
      const done = new Event();
      const home = new Worker(tasks.makeForTask, { args: [url, queue, done], name: "home" }).start();
      const name = await queue.get();
      const pool = new Pool({ size: 1 });
      assert.equal(await pool.run(tasks.call, name as Any), "home");
      await pool.close();
      done.set();
      await home.result;
      name.dispose();
      await home.join();
    });

    it("nothing is kept of one that nobody has any more", async () => {
      const pool = new Pool({ size: 1 });
      for (let n = 0; n < 50; n++) await pool.run(tasks.call, adapter.callback(() => n) as Any);
      await pool.close();
    });

    it("is made of a function alone", async () => {
      await refuses(
        {
          nothing: () => adapter.callback(undefined as never),
          class: () => adapter.callback(class {} as never),
          object: () => adapter.callback({} as never),
        },
        /callback needs a function/,
      );
      await refuses({ twice: () => adapter.callback(adapter.callback(() => {}) as never) }, /was given a callback/);
      await refuses({ more: () => (adapter.callback as (...args: unknown[]) => unknown)(() => {}, 1) });
      const named = adapter.callback(function ask(_question: string) {});
      assert.deepEqual([named.name, named.length], ["ask", 1]);
      assert.match(JSON.stringify({ named }), /"object":"Callback","name":"ask"/);
    });
  });
};
