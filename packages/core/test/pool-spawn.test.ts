import { afterEach, expect, it } from "vitest";
import { createBackend } from "../src/backend/create-backend.js";
import type { Adapter, SpawnRequest } from "../src/contracts/adapter.js";
import { oneThread } from "./kernels.js";

/** How many workers may still be started; those that are do nothing until they are killed. */
let startable = 0;
let started: SpawnRequest[] = [];
let canPost = true;
/** All that workers were told, and the hooks for the end of the program. */
let told: unknown[] = [];
const idleHooks: (() => void)[] = [];

const adapter: Adapter = {
  ...oneThread,
  name: "test: idle workers",
  url: "test:idle-workers",
  host: { ...oneThread.host, availableParallelism: () => 4, onIdle: (hook) => void idleHooks.push(hook) },
  spawn(request) {
    if (startable-- <= 0) throw new Error("no more workers");
    started.push(request);
    const kill = (): void => {
      told.push("killed");
      queueMicrotask(() => end(request));
    };
    const post = (message: unknown): void => {
      if (!canPost) throw new Error("it does not get through");
      told.push(message);
    };
    return { pid: 1, post, kill, setKeepsAlive: () => {} };
  },
};

function end(request: SpawnRequest | undefined, signal?: string): void {
  request?.onDeath(1, signal);
  request?.onEnd();
}

const { Pool, inline, transfer, usage } = createBackend(adapter);
const measure = inline((value: unknown) => String(value).length);
const add = inline((a: number, b: number) => a + b);

afterEach(() => {
  started = [];
  canPost = true;
  told = [];
  expect(usage().workers).toBe(1);
});

it("when no worker can be started and there is none, each task rejects with the error of that (parity 127)", async () => {
  startable = 0;
  const pool = new Pool({ size: 2 });
  const outcomes = await Promise.allSettled([pool.run(add, 1, 1), pool.run(add, 2, 2)]);
  expect(outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason.message)).toEqual(
    new Array(2).fill("no more workers"),
  );
  expect([pool.queued, pool.running, pool.stats.failed]).toEqual([0, 0, 2]);
  await pool.close();
});

it("when no more workers can be started, those that there are get the work: nothing is lost", async () => {
  startable = 1;
  const pool = new Pool({ size: 4 });
  const runs = Promise.allSettled(Array.from({ length: 9 }, (_, i) => pool.run(add, i, i)));
  await Promise.resolve();
  await Promise.resolve();
  expect([started.length, pool.queued]).toEqual([1, 9]);
  // It can be started again later.
  startable = 1;
  const last = pool.submit(add, [1, 1]).catch((error: unknown) => error);
  await Promise.resolve();
  await Promise.resolve();
  expect([started.length, pool.queued]).toEqual([2, 10]);
  await pool.terminate();
  await last;
  expect((await runs).every(({ status }) => status === "rejected")).toBe(true);
});

it("a worker that dies before it has done anything costs one task, not an endless row of workers", async () => {
  startable = 100;
  const pool = new Pool({ size: 1 });
  const outcomes = Promise.allSettled([pool.run(add, 1, 1), pool.run(add, 2, 2), pool.run(add, 3, 3)]);
  for (let deaths = 0; deaths < 3; deaths++) {
    await Promise.resolve();
    await Promise.resolve();
    end(started[deaths]);
  }
  expect((await outcomes).map((outcome) => (outcome as PromiseRejectedResult).reason.code)).toEqual(
    new Array(3).fill("HEDDLE_WORKER_CRASHED"),
  );
  expect([started.length, pool.stats.respawned]).toEqual([3, 3]);
  await pool.close();
});

it("a worker that a signal to the whole program ends as it starts costs nothing: another runs what it was to run", async () => {
  startable = 100;
  const pool = new Pool({ size: 1 });
  const run = pool.run(add, 1, 1);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"]) {
    await Promise.resolve();
    await Promise.resolve();
    end(started.at(-1), signal);
  }
  await Promise.resolve();
  await Promise.resolve();
  expect(started.length).toBe(5);
  end(started.at(-1), "SIGKILL");
  await expect(run).rejects.toMatchObject({ code: "HEDDLE_WORKER_CRASHED", signal: "SIGKILL" });
  await pool.close();
});

it("a worker that dies before its initializer has run fails the tasks that wait, where no other is to be tried", async () => {
  startable = 100;
  const pool = new Pool({ size: 1, initializer: add, initArgs: [1, 2], initializerRetries: 0 });
  const outcomes = Promise.allSettled([pool.run(add, 1, 1), pool.run(add, 2, 2)]);
  await Promise.resolve();
  await Promise.resolve();
  end(started[0]);
  expect((await outcomes).map((outcome) => (outcome as PromiseRejectedResult).reason.code)).toEqual(
    new Array(2).fill("HEDDLE_WORKER_CRASHED"),
  );
  expect(started.length).toBe(1);
  await pool.close();
});

it("a call whose arguments cannot be posted rejects with the error of that; those after it are sent", async () => {
  startable = 1;
  canPost = false;
  const pool = new Pool({ size: 1 });
  const { port1, port2 } = new MessageChannel();
  const posted = pool.run(add, transfer(port1, [port1]) as never, 1);
  const plain = pool.submit(add, [1, 1]);
  await expect(posted).rejects.toThrow("it does not get through");
  expect([started.length, pool.running + pool.queued]).toEqual([1, 1]);
  port2.close();
  plain.catch(() => {});
  await pool.terminate();
});

it("a map packs no more than it may soon send, however much there is", async () => {
  startable = 1;
  const pool = new Pool({ size: 1 });
  let packed = 0;
  const item = {
    get text(): string {
      packed++;
      return "i".repeat(8 << 20);
    },
  };
  const mapped = pool.map(measure as never, new Array(200).fill(item), { chunkSize: 1 });
  await Promise.resolve();
  await Promise.resolve();
  const most = packed;
  expect(most).toBeLessThan(40);
  await pool.terminate();
  await expect(mapped).rejects.toMatchObject({ code: "HEDDLE_POOL_CLOSED" });
  expect(packed).toBe(most);
});

it("an idle worker of a pool that was left open is let end with the program, and not killed", async () => {
  startable = 1;
  const pool = new Pool({ size: 1 });
  const controller = new AbortController();
  const aborted = pool.submit(add, [1, 1], { signal: controller.signal }).catch(() => {});
  await Promise.resolve();
  await Promise.resolve();
  controller.abort();
  await aborted;
  for (const hook of idleHooks) hook();
  expect(told).toEqual([{ type: "stop" }]);
  end(started[0]);
  await pool.close();
});
