import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it } from "vitest";
import { QueueFullError } from "../src/contracts/errors.js";
import type { Queue } from "../src/contracts/queue.js";
import { workers } from "./workers.js";

const KINDS = ["Queue", "LifoQueue", "PriorityQueue"] as const;

describe.each(KINDS)("a put into a full %s", (kind) => {
  const item = (n: number) => ({ n, text: "x".repeat(20) });

  it("that blocks puts its item, even if hooks send others meanwhile", () => {
    const [main, putter, getter] = workers();
    const queue: Queue<unknown> = new main.surface[kind]<unknown>(1);
    const [theirs, others] = [putter.see(queue), getter.see(queue)];
    const answers = new putter.surface.Queue<unknown>();
    queue.putNowait(item(1));
    const got: unknown[] = [];
    putter.kernel.bell.beforeSleep(() => {
      answers.putNowait({ a: "b".repeat(20) });
      got.push(others.getNowait());
    });
    theirs.putSync(item(2));
    got.push(queue.getNowait());
    assert.deepEqual(got, [item(1), item(2)]);
    assert.deepEqual(answers.getNowait(), { a: "b".repeat(20) });
    assert.equal(main.kernel.usage().waiters, 0);
  });

  it("that awaits puts its item, even if others are put elsewhere meanwhile", async () => {
    const [main, putter] = workers();
    const queue: Queue<unknown> = new main.surface[kind]<unknown>(1);
    queue.putNowait(item(1));
    const put = putter.see(queue).put(item(2));
    new putter.surface.Queue<unknown>().putNowait({ a: "b".repeat(20) });
    assert.deepEqual(queue.getNowait(), item(1));
    await put;
    assert.deepEqual(queue.getNowait(), item(2));
  });

  it("grows its buffer once it has its place, if need be", async () => {
    const [main, putter] = workers();
    const queue: Queue<unknown> = new main.surface[kind]<unknown>(1);
    queue.putNowait("small");
    const put = putter.see(queue).put("x".repeat(10_000));
    assert.equal(queue.getNowait(), "small");
    await put;
    assert.equal(queue.getNowait(), "x".repeat(10_000));
  });

  it("whose sleep fails tells so, and leaves no trace", () => {
    const [main, putter] = workers();
    const queue: Queue<unknown> = new main.surface[kind]<unknown>(1);
    queue.putNowait(item(1));
    const theirs = putter.see(queue);
    putter.kernel.bell.beforeSleep(() => {
      throw new Error("a hook's");
    });
    assert.throws(() => theirs.putSync(item(2)), /a hook's/);
    assert.equal(main.kernel.usage().waiters, 0);
    assert.deepEqual(queue.getNowait(), item(1));
    assert.ok(queue.isEmpty);
    queue.putNowait(item(3));
    assert.throws(() => queue.putNowait(item(4)), QueueFullError);
  });

  it("whose sleep fails after its place was granted leaves that to the next", async () => {
    const [main, putter, next] = workers();
    const queue: Queue<unknown> = new main.surface[kind]<unknown>(1);
    queue.putNowait(item(1));
    const theirs = putter.see(queue);
    let other: Promise<void> | undefined;
    putter.kernel.bell.beforeSleep(() => {
      other = next.see(queue).put(item(3));
      queue.getNowait();
      throw new Error("a hook's");
    });
    assert.throws(() => theirs.putSync(item(2)), /a hook's/);
    await other;
    assert.deepEqual(queue.getNowait(), item(3));
    assert.equal(main.kernel.usage().waiters, 0);
  });
});

describe.each(KINDS)("several waits of one worker at a %s", (kind) => {
  it("get an item each, in the order in which they began, also beside one that blocks", async () => {
    const [main, other] = workers();
    const queue: Queue<number> = new main.surface[kind]<number>();
    const theirs = other.see(queue);
    const waits = Promise.all([queue.get(), queue.get(), queue.get()]);
    theirs.putNowait(1);
    // Granted to the first, which cannot hear of it: the one that blocks takes its place, and leaves it its own.
    assert.equal(queue.getSync(), 1);
    for (const n of [2, 3, 4]) theirs.putNowait(n);
    assert.deepEqual([...(await waits)].sort(), [2, 3, 4]);
    assert.equal(main.kernel.usage().waiters, 0);
  });

  it("put an item each, and all are there", async () => {
    const [main, other] = workers();
    const queue: Queue<number> = new main.surface[kind]<number>(1);
    queue.putNowait(0);
    const waits = Promise.all([queue.put(1), queue.put(2), queue.put(3)]);
    const got: number[] = [];
    for (let n = 0; n < 4; n++) got.push(await other.see(queue).get());
    await waits;
    assert.deepEqual(got, [0, 1, 2, 3]);
  });

  it("end by one abort, and those without its signal stay", async () => {
    const [main, other] = workers();
    const queue: Queue<number> = new main.surface[kind]<number>();
    const { signal, abort } = (() => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: (reason: string) => controller.abort(reason) };
    })();
    const kept = [queue.get(), queue.get()];
    const ended = Promise.allSettled([queue.get({ signal }), queue.get({ signal })]);
    assert.equal(getEventListeners(signal, "abort").length, 1);
    const last = queue.get();
    const theirs = other.see(queue);
    // Promised to the first three: of those that end, one hands its item on.
    for (const n of [1, 2, 3]) theirs.putNowait(n);
    abort("enough");
    assert.ok((await ended).every((outcome) => outcome.status === "rejected" && outcome.reason === "enough"));
    assert.deepEqual([...(await Promise.all([...kept, last]))].sort(), [1, 2, 3]);
    assert.equal(main.kernel.usage().waiters, 0);
  });
});

it("a party that blocks at a barrier waits for its own round, though an earlier one of its worker has let another go", async () => {
  const [main, other] = workers();
  const barrier = new main.surface.Barrier(2);
  const theirs = other.see(barrier);
  const first = [barrier.wait(), theirs.wait()];
  const second: Promise<number>[] = [];
  let looks = 0;
  const removeHook = main.kernel.bell.beforeSleep(() => {
    // It looks once before the other party has come, and is rung.
    if (looks++ === 0) main.kernel.bell.note();
    else if (second.length === 0) second.push(theirs.wait());
  });
  const index = barrier.waitSync();
  removeHook();
  assert.equal(second.length, 1, "it slept until the other party had come");
  assert.deepEqual((await Promise.all(first)).sort(), [0, 1]);
  assert.deepEqual([index, ...(await Promise.all(second))].sort(), [0, 1]);
});
