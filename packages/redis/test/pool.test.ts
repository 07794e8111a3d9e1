import assert from "node:assert/strict";
import { registerClass, tasksFrom } from "heddle";
import { afterAll, beforeAll, describe, it } from "vitest";
import { asCompleted, type Cluster, connect, type Machine, serve, wait } from "../dist/index.js";
import type * as tasksModule from "./programs/tasks.mjs";
import { Point, TooFar } from "./programs/tasks.mjs";
import { program, TestServer, titled } from "./server.js";

const LEASE = 30_000;
const modules = [new URL("programs/tasks.mjs", import.meta.url)];
const tasks = tasksFrom<typeof tasksModule>(modules[0] as URL);

describe.skipIf(program === undefined)(titled("a pool across machines"), () => {
  let server: TestServer;
  let cluster: Cluster;
  let machine: Machine;

  beforeAll(async () => {
    server = await TestServer.start("--appendonly", "no");
    cluster = await connect({ url: server.url, lease: LEASE });
    const machineOptions = { url: server.url, lease: LEASE, modules, name: "machine one", size: 2 };
    machine = await serve({ ...machineOptions, queues: ["default", "later"] });
  }, 60_000);

  afterAll(async () => {
    await machine.stop();
    await cluster.close();
    await server.stop();
  });

  /** Two tasks that have started, one in each place. */
  async function occupied() {
    const pool = new cluster.Pool();
    const busy = [pool.submit(tasks.waitForStop, []), pool.submit(tasks.waitForStop, [])] as const;
    while (busy.some(({ state }) => state !== "running")) await new Promise(setImmediate);
    return busy;
  }

  it("runs tasks of a module, whose names are the package's, its version's and the path there", async () => {
    const pool = new cluster.Pool();
    assert.match(machine.modules[0] as string, /^@heddle\/redis@[\d.]+\/test\/programs\/tasks\.mjs$/);
    assert.equal(await pool.run(tasks.square, 7), 49);
    assert.equal(await pool.size, 2);
    const { hidden } = tasksFrom<{ hidden(n: number): number }>(modules[0] as URL);
    assert.equal(await pool.run(hidden, 1), 2);
    const { missing } = tasksFrom<{ missing(): void }>(modules[0] as URL);
    await assert.rejects(pool.run(missing), { code: "HEDDLE_TASK_NOT_FOUND" });
  });

  it("carries registered classes, and errors with class, properties and both stacks", async () => {
    const pool = new cluster.Pool();
    const shifted = await pool.run(tasks.shift, new Point(1), 2);
    assert.ok(shifted instanceof Point);
    assert.equal(shifted.x, 3);
    const error = await pool.run(tasks.fail, "no way").catch((thrown: unknown) => thrown);
    assert.ok(error instanceof TooFar);
    assert.deepEqual([error.message, error.far], ["no way", 12]);
    assert.match(String(error.stack), /at fail .*tasks\.mjs/);
    assert.match(String(error.stack), /in worker "machine one", called from[\s\S]*pool\.test/);
    await assert.rejects(pool.run(tasks.unsendable), { code: "HEDDLE_SEND" });
    assert.throws(() => pool.submit(tasks.square, [(() => {}) as never]), { code: "HEDDLE_SEND" });
  });

  it("maps, in order, and stops at the first failure", async () => {
    const pool = new cluster.Pool();
    const seen: number[] = [];
    const onProgress = (done: number): unknown => seen.push(done);
    assert.deepEqual(await pool.map(tasks.square, [1, 2, 3, 4, 5], { chunkSize: 2, onProgress }), [1, 4, 9, 16, 25]);
    assert.equal(seen.at(-1), 5);
    await assert.rejects(pool.map(tasks.failAtTwo, [1, 2, 3]), RangeError);
    const got: number[] = [];
    for await (const n of pool.imap(tasks.square, [1, 2, 3], { chunkSize: 2 })) got.push(n);
    assert.deepEqual(got, [1, 4, 9]);
    let sum = 0;
    for await (const n of pool.imapUnordered(tasks.square, [1, 2, 3])) sum += n;
    assert.equal(sum, 14);
    const before: number[] = [];
    const failing = async (): Promise<void> => {
      for await (const n of pool.imap(tasks.failAtTwo, [0, 1, 2, 3], { chunkSize: 4 })) before.push(n);
    };
    await assert.rejects(failing(), RangeError);
    assert.deepEqual(before, [0, 1]);
  });

  it("imap: an item fails alone in its chunk, at its place among all", async () => {
    const pool = new cluster.Pool();
    async function outcomes(task: unknown, items: readonly unknown[]): Promise<unknown[]> {
      const got: unknown[] = [];
      try {
        const all = pool.imap(task as typeof tasks.square, items as number[], { chunkSize: 4 });
        for await (const one of all) got.push(one);
      } catch (error) {
        const { code, path, name, message } = error as Error & { code?: string; path?: string };
        assert.match(String((error as Error).stack), /pool\.test/);
        got.push(code ?? `${name}: ${message}`, ...(path === undefined ? [] : [path]));
      }
      return got;
    }
    class OfCallers {}
    registerClass(OfCallers);
    const numbers = [0, 1, 2, 3];
    assert.deepEqual(await outcomes(tasks.square, [4, 5, 6, 7, 0, 1, () => {}, 3]), [
      ...[16, 25, 36, 49, 0, 1],
      "HEDDLE_SEND",
      "items[6]",
    ]);
    assert.deepEqual(await outcomes(tasks.square, [0, 1, new OfCallers(), 3]), [0, 1, "HEDDLE_CLASS_NOT_FOUND"]);
    assert.deepEqual(await outcomes(tasks.unsentAtTwo, [5, 6, 7, 8, ...numbers]), [
      ...[5, 6, 7, 8, 0, 1],
      "HEDDLE_SEND",
      "result[6]",
    ]);
    assert.deepEqual(await outcomes(tasks.unpackedAtTwo, numbers), [0, 1, "RangeError: no"]);
    assert.deepEqual(await outcomes(tasks.unmadeAtTwo, numbers), [0, 1, "HEDDLE_CLASS_NOT_FOUND"]);
    assert.deepEqual(await outcomes(tasks.failAtTwo, numbers), [0, 1, "RangeError: no 2"]);
    await assert.rejects(pool.map(tasks.unsentAtTwo, numbers, { chunkSize: 1 }), { path: "result[2]" });
  });

  it("an error arrives without the parts that cannot be sent or made", async () => {
    const pool = new cluster.Pool();
    const error = await pool.run(tasks.failWithPart).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof TooFar);
    assert.deepEqual([error.message, error.far, "part" in error], ["in part", 3, false]);
    await assert.rejects(pool.run(tasks.throwUnsendable), /thrown that cannot be sent/);
  });

  it("cancels what waits, and asks what runs to stop", async () => {
    const pool = new cluster.Pool();
    const [one, other] = await occupied();
    const waiting = pool.submit(tasks.square, [2]);
    assert.equal(await waiting.cancel(new Error("enough")), true);
    await assert.rejects(waiting, /enough/);
    assert.equal(waiting.state, "cancelled");
    assert.deepEqual([await pool.queued, await pool.running], [0, 2]);
    assert.equal(await one.cancel(), false);
    await assert.rejects(one, { name: "AbortError" });
    assert.equal(one.state, "cancelled");
    assert.equal(await one.cancel(), false);
    await other.cancel(new Error("stop"));
    await assert.rejects(other, /stop/);
    assert.equal(await pool.run(tasks.square, 3), 9);
  });

  it("a signal rejects at once, before, while it waits and while it runs", async () => {
    const pool = new cluster.Pool();
    const early = AbortSignal.abort(new Error("early"));
    await assert.rejects(pool.submit(tasks.square, [1], { signal: early }), /early/);
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const running = [pool.submit(tasks.waitForStop, [], options), pool.submit(tasks.waitForStop, [], options)];
    while (running.some(({ state }) => state !== "running")) await new Promise(setImmediate);
    const waiting = pool.submit(tasks.square, [1], options);
    stop.abort(new Error("now"));
    for (const future of [...running, waiting]) await assert.rejects(future, /now/);
    while ((await pool.running) > 0);
    assert.equal(await pool.queued, 0);
  });

  it("many calls, and many waits, share a signal without a warning", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", note);
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const [pool, event] = [new cluster.Pool(), new cluster.Event()];
    const all = Array.from({ length: 12 }, () => [
      pool.submit(tasks.nap, [60_000], options),
      event.wait(options),
    ]).flat();
    const ended = Promise.allSettled(all);
    while ((await pool.queued) < 10);
    stop.abort(new Error("all"));
    assert.ok((await ended).every(({ status }) => status === "rejected"));
    // A warning comes in a turn of its own.
    await new Promise(setImmediate);
    process.off("warning", note);
    assert.deepEqual(warnings, []);
    // Both places are busy until their grace is over: workers are replaced then.
    assert.equal(await pool.run(tasks.square, 6), 36);
  });

  it("a timeout is of the run alone", async () => {
    const pool = new cluster.Pool();
    const late = pool.submit(tasks.waitForStop, [], { timeout: 30 });
    await assert.rejects(late, { code: "HEDDLE_TIMEOUT" });
    assert.equal(late.state, "rejected");
  });

  it("a worker that crashes fails its call alone, which may run again", async () => {
    const pool = new cluster.Pool();
    await assert.rejects(pool.run(tasks.crash), { code: "HEDDLE_WORKER_CRASHED", exitCode: 3 });
    await assert.rejects(pool.submit(tasks.crash, [], { retries: 1 }), { code: "HEDDLE_WORKER_CRASHED" });
    assert.equal(await pool.run(tasks.square, 4), 16);
  });

  it("runs by priority, then in order, and serves its first queue first", async () => {
    const [pool, later] = [new cluster.Pool(), cluster.Pool.named("later")];
    const [one, other] = await occupied();
    const order: string[] = [];
    const submit = (name: string, priority: number, to = pool): Promise<void> => {
      const future = to.submit(tasks.nap, [0], { priority });
      return future.then(() => void order.push(name));
    };
    const all = [submit("later", 9, later), submit("low", -1), submit("high", 1), submit("a", 0), submit("b", 0)];
    while ((await pool.queued) < 4 || (await later.queued) < 1);
    // One place alone is free, so that they run one after another.
    await one.cancel();
    await Promise.all(all);
    assert.deepEqual(order, ["high", "a", "b", "low", "later"]);
    await other.cancel();
  });

  it("sends large values in pieces, and leaves none behind", async () => {
    const pool = new cluster.Pool();
    const many = 3 * 1024 * 1024 + 5;
    const result = await pool.run(tasks.bytes, many);
    assert.equal(result.length, many);
    assert.ok(result.every((byte) => byte === 7));
    assert.equal(await pool.run(tasks.length, result), many);
    const found = await server.keys("*pieces*");
    assert.deepEqual(found, []);
  });

  it("puts large values into the store that it was given, and takes them out again", async () => {
    const stored = new Map<string, Uint8Array>();
    const store = {
      above: 100_000,
      put: async (value: Uint8Array) => {
        const key = `value ${stored.size}`;
        stored.set(key, value.slice());
        most = Math.max(most, stored.size);
        return key;
      },
      get: async (key: string) => stored.get(key) as Uint8Array,
      remove: async (key: string) => void stored.delete(key),
    };
    let most = 0;
    const options = { url: server.url, lease: LEASE, store };
    const [theirs, second] = [await connect(options), await serve({ ...options, modules, queues: ["large"], size: 1 })];
    const pool = theirs.Pool.named("large");
    const result = await pool.run(tasks.bytes, 150_000);
    assert.equal(await pool.run(tasks.length, result), 150_000);
    assert.deepEqual([most, stored.size], [1, 0]);
    await Promise.all([second.stop(), theirs.close()]);
    // @ts-expect-error: a store has three methods.
    await assert.rejects(connect({ ...options, store: { put: store.put } }), TypeError);
  });

  it("has a bound for what waits, and maps wait for room", async () => {
    const pool = new cluster.Pool({ maxQueue: 1 });
    const busy = await occupied();
    const first = pool.submit(tasks.square, [2]);
    assert.throws(() => pool.submit(tasks.square, [3]), { code: "HEDDLE_QUEUE_FULL" });
    const mapped = pool.map(tasks.square, [1, 2, 3, 4], { chunkSize: 1 });
    for (const future of busy) await future.cancel();
    assert.equal(await first, 4);
    assert.deepEqual(await mapped, [1, 4, 9, 16]);
  });

  it("close finishes what it was given, terminate rejects it", async () => {
    const pool = new cluster.Pool();
    const last = pool.submit(tasks.square, [5]);
    await pool.close();
    assert.equal(last.state, "fulfilled");
    await assert.rejects(pool.run(tasks.square, 1), { code: "HEDDLE_POOL_CLOSED" });
    const other = new cluster.Pool();
    const running = other.submit(tasks.waitForStop, []);
    const ended = assert.rejects(running, { code: "HEDDLE_POOL_CLOSED" });
    await other.terminate();
    await ended;
  });

  it("task groups, wait and asCompleted take its futures", async () => {
    const pool = new cluster.Pool();
    const group = new cluster.TaskGroup(pool);
    const stopped = group.run(tasks.waitForStop);
    const failed = group.run(tasks.fail, "first");
    await assert.rejects(group.wait(), TooFar);
    await assert.rejects(failed, TooFar);
    assert.equal(stopped.state, "cancelled");
    const futures = [1, 2].map((n) => pool.submit(tasks.square, [n]));
    const { done, pending } = await wait(futures);
    assert.deepEqual([done.size, pending.size], [2, 0]);
    let sum = 0;
    for await (const outcome of asCompleted(futures)) sum += outcome.status === "fulfilled" ? outcome.value : 0;
    assert.equal(sum, 5);
  });

  it("wrong use of it is told of at once", async () => {
    const pool = new cluster.Pool();
    assert.throws(() => pool.submit(((n: number) => n) as never, [1] as never), TypeError);
    assert.throws(() => pool.submit(tasks.square, [1], { retries: -1 }), RangeError);
    const elsewhere: object = { key: "ada" };
    assert.throws(() => pool.submit(tasks.square, [1], elsewhere), /submit has no option "key" here/);
    const asObject: object = { retries: { most: 2 } };
    assert.throws(() => pool.submit(tasks.square, [1], asObject), TypeError);
    // @ts-expect-error: there is no such option.
    assert.throws(() => pool.submit(tasks.square, [1], { retry: 1 }), TypeError);
    assert.throws(() => cluster.Pool.named("a b"), TypeError);
    assert.throws(() => new cluster.Pool({ maxQueue: -1 }), RangeError);
    await assert.rejects(serve({ url: server.url, modules: [] }), TypeError);
    await assert.rejects(serve({ url: server.url, modules: ["./nowhere.js"] }), /There is no module/);
  });
});
