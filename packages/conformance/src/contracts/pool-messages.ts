import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, heedless, tasksOf } from "../suite.js";
import type * as blocking from "../tasks/blocking.js";
import { blockInEachWay, ways } from "../tasks/blocking.js";
import type * as work from "../tasks/work.js";
import { WAIT_LIMIT_MS } from "../wait-limit.js";

/** Sizes around those at which a message goes another way: a small one, a ring, and one larger than any. */
const SIZES = [0, 1, 4000, 4095, 4096, 4097, 12_288, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 1_000_003];

/** Something of about so many bytes, of each kind. */
const kinds: Record<string, (bytes: number) => unknown> = {
  "a string": (bytes) => "x".repeat(bytes),
  "a string that is not ASCII": (bytes) => "é€\u{1f680}".repeat(bytes / 9),
  "a buffer": (bytes) => new Uint8Array(bytes).fill(7),
  "an object": (bytes) => ({ n: 1, text: "y".repeat(bytes), map: new Map([[1n, undefined]]) }),
  "an array of buffers": (bytes) => Array.from({ length: 10 }, (_, n) => new Uint16Array(bytes >> 5).fill(n)),
  "an array of numbers": (bytes) => Array.from({ length: bytes >> 3 }, (_, n) => n / 2),
};

/** A message of any size between a pool and its workers arrives at once, or is refused. */
export const poolMessages: Contract = (suite) => {
  const { describe, it, adapter, capabilities } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { blockBy, callAndBlock } = tasksOf<typeof blocking>(suite, "blocking");
  const { Pool, Event } = adapter;
  const { url } = adapter.adapter;

  describe("messages of a pool", () => {
    for (const [kind, make] of Object.entries(kinds)) {
      it(`${kind} arrives as it is, there and back, at every size around a bound`, async () => {
        const pool = new Pool({ size: 1 });
        const values = SIZES.map(make);
        const all = values.flatMap((value) => [pool.run(tasks.echo, value), pool.run(tasks.echoLater, value)]);
        const came = await Promise.all(all);
        for (const [n, value] of values.entries()) {
          assert.deepEqual(came[2 * n], value);
          assert.deepEqual(came[2 * n + 1], value);
        }
        await pool.close();
      });
    }

    it("an answer of any size arrives while the next task of its worker blocks", async () => {
      const pool = new Pool({ size: 1 });
      for (const bytes of SIZES) {
        const [started, go] = [new Event(), new Event()];
        const answer = pool.run(tasks.echo, new Uint8Array(bytes));
        const blocked = pool.run(tasks.runUntilSync, started, go);
        assert.equal(((await answer) as Uint8Array).length, bytes);
        go.set();
        assert.equal(await blocked, "done");
      }
      await pool.close();
    });

    it("every form that blocks is one of those in which the next tests block", () => {
      const forms = Object.entries(adapter).flatMap(([name, value]) => blockingForms(name, value));
      assert.deepEqual(new Set(forms), new Set([...Object.keys(ways), "Connection.sendSync"]));
      return Promise.resolve();
    });

    for (const concurrency of [1, 3]) {
      it(`answers leave before the next task blocks, in whatever way: ${concurrency} at once`, async () => {
        const pool = new Pool({ size: 1, concurrency });
        // Found by now, so that they begin at once.
        await Promise.all([pool.run(tasks.echo, 1), pool.run(tasks.echoLater, 2), pool.run(blockBy, url, "", 3)]);
        for (const [name, { make, arrange, end }] of Object.entries(ways)) {
          const object = make(adapter);
          const kept = arrange?.(object);
          const answers = [tasks.echo, tasks.echoLater].map((task) => pool.submit(task, [name]));
          const blocked = pool.run(blockBy, url, name, object);
          const { pending } = await adapter.wait(answers, { timeout: WAIT_LIMIT_MS });
          assert.equal(pending.size, 0, `all are answered before a task blocks by ${name}`);
          await end(object, kept, adapter);
          assert.equal(await blocked, name);
        }
        await pool.close();
      });
    }

    it("a call that was made right before a worker blocks is sent, in whatever way it blocks", async () => {
      const pool = new Pool({ size: 1 });
      assert.deepEqual(await pool.run(callAndBlock, url), Object.keys(ways));
      await pool.close();
      if (capabilities.mainMayBlock) assert.deepEqual(await blockInEachWay(adapter), Object.keys(ways));
    });

    it("an answer of any size counts, even if its worker dies right after it", async () => {
      const pool = new Pool({ size: 1 });
      await Promise.all(Array.from({ length: 200 }, () => pool.run(tasks.nothing)));
      for (const bytes of SIZES) {
        const before = Array.from({ length: 3 }, () => pool.run(tasks.echo, new Uint8Array(bytes)));
        const exit = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.exit, 1));
        for (const answer of await Promise.all(before)) assert.equal((answer as Uint8Array).length, bytes);
        await exit;
      }
      await pool.close();
    });

    it("a timeout counts from the start of a task behind one with a large answer", async () => {
      const pool = new Pool({ size: 1 });
      await pool.run(tasks.nothing);
      const large = pool.run(tasks.echo, new Uint8Array(1_000_000));
      await failsWith("HEDDLE_TIMEOUT", () => pool.submit(tasks.never, [], { timeout: 20, grace: 20 }));
      assert.equal(((await large) as Uint8Array).length, 1_000_000);
      await pool.close();
    });

    it("a call that was made before this worker blocks is sent, and so are those that wait behind others", async () => {
      if (!capabilities.mainMayBlock) return;
      const pool = new Pool({ size: 1 });
      await pool.run(tasks.nothing);
      for (const ahead of [0, 1200]) {
        const event = new Event();
        const before = Array.from({ length: ahead }, () => pool.run(tasks.nothing));
        const run = pool.run(tasks.setEvent, event);
        assert.equal(event.waitSync({ timeout: 20_000 }), true);
        await Promise.all([...before, run]);
      }
      await pool.close();
    });

    it("a call is run while this worker blocks, even if the one before it has failed", async () => {
      if (!capabilities.mainMayBlock) return;
      const pool = new Pool({ size: 1 });
      const overruns = { timeout: 20, grace: 20 };
      for (const how of ["crashes", "crashes", "crashes", "outlives its timeout", "is cancelled, and goes on"]) {
        const started = new Event();
        const [endless, args] = heedless(suite, started);
        const before = how === "crashes" ? pool.submit(tasks.exit, [1]) : pool.submit(endless, args, overruns);
        const failure = failureOf(() => before);
        if (how.startsWith("is cancelled")) {
          await started.wait();
          before.cancel();
        }
        const event = new Event();
        const run = pool.run(tasks.setEvent, event);
        assert.equal(event.waitSync({ timeout: 20_000 }), true, `after a task that ${how}`);
        await run;
        assert.match(String(await failure), /Crashed|Timeout|AbortError/);
      }
      await pool.close();
    });

    it("thousands of tasks run beside one that lasts, in the same worker", async () => {
      const pool = new Pool({ size: 1, concurrency: 2 });
      const [started, go] = [new Event(), new Event()];
      const lasting = pool.run(tasks.runUntil, started, go);
      await started.wait();
      const halves = await Promise.all(Array.from({ length: 2500 }, (_, i) => pool.run(tasks.half, i)));
      assert.equal(halves[2499], 2499 / 2);
      go.set();
      assert.equal(await lasting, "done");
      await pool.close();
    });

    it("a message may have more than 100,000 parts", async () => {
      const pool = new Pool({ size: 1 });
      const parts = Array.from({ length: 130_000 }, (_, n) => Uint8Array.of(n));
      const came = (await pool.run(tasks.echo, parts)) as Uint8Array[];
      assert.deepEqual([came.length, came[129_999]], [130_000, parts[129_999]]);
      await pool.close();
    });

    it("many large messages at once arrive, one after another", async () => {
      const pool = new Pool({ size: 2 });
      const text = "t".repeat(2_000_000);
      const came = await pool.map(tasks.lengthOf, new Array(60).fill(text), { chunkSize: 1 });
      assert.deepEqual(came, new Array(60).fill(2_000_000));
      const sizes = await Promise.all(
        Array.from({ length: 60 }, () => pool.run(tasks.lengthOf, new Uint8Array(2_000_000))),
      );
      assert.deepEqual(sizes, came);
      await pool.close();
    });

    it("a reason to stop of any size reaches its task", async () => {
      const pool = new Pool({ size: 1 });
      for (const length of SIZES) {
        const started = new Event();
        const future = pool.submit(tasks.untilCancelled, [adapter.adapter.url, started]);
        await started.wait();
        const reason = "r".repeat(length);
        assert.equal(future.cancel(reason), false);
        assert.equal(await future, reason);
      }
      await pool.close();
    });

    it("tasks that are made anew for each call leave their worker able to run all of them", async () => {
      const pool = new Pool({ size: 1 });
      const more = Array.from({ length: 300 }, (_, n) => adapter.inline(new Function(`return ${n}`) as () => number));
      const first = await Promise.all(more.map((task) => pool.run(task)));
      assert.deepEqual(
        first,
        more.map((_, n) => n),
      );
      // Those that were told of first have lost their place to later ones, and are told of again.
      assert.deepEqual(await Promise.all(more.map((task) => pool.run(task))), first);
      const doubled = await Promise.all(
        Array.from({ length: 300 }, (_, n) =>
          pool.run(
            adapter.inline((x: number) => x * 2),
            n,
          ),
        ),
      );
      assert.equal(doubled[299], 598);
      await pool.close();
    });
  });
};

/** The names of a class's methods, or of a function, that end in `Sync`. A backend's class of workers has two names. */
function blockingForms(name: string, value: unknown): string[] {
  if (typeof value !== "function" || name === "Thread" || name === "Process") return [];
  const methods: string[] = [];
  for (let level: unknown = value.prototype; level; level = Reflect.getPrototypeOf(level)) {
    methods.push(...Object.getOwnPropertyNames(level).map((method) => `${name}.${method}`));
  }
  return [name, ...methods].filter((form) => form.endsWith("Sync"));
}
