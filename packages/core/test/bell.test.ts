import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { BackgroundTimers } from "../src/worker/background-timers.js";
import { openKernels } from "./kernels.js";

describe("a bell", () => {
  it("that rings while its worker is awake, and does not wake it, is looked after once the worker is done", () => {
    const [ringer, awake] = openKernels(2);
    assert.ok(awake);
    const seen: string[] = [];
    const stop = awake.bell.onRing(() => seen.push("looked"));
    awake.bell.whileAwake(() => {
      ringer.bell.ring(awake.slot);
      seen.push("worked");
    });
    assert.deepEqual(seen, ["worked", "looked"]);
    awake.bell.whileAwake(() => seen.push("worked in peace"));
    assert.deepEqual(seen.slice(2), ["worked in peace"]);
    stop();
  });

  it("has hooks run before each sleep, for any kind of wait, until they are taken away", () => {
    const [ringer, worker] = openKernels(2);
    assert.ok(worker);
    const { bell, slot } = worker;
    const seen: string[] = [];
    let looks = 0;
    const sleep = (): boolean => {
      looks = 0;
      return bell.sleepUntil(() => {
        seen.push("look");
        // Rung after the bell was read: the sleep that follows ends at once.
        ringer.bell.ring(slot);
        return ++looks === 3;
      }, Number.POSITIVE_INFINITY);
    };
    const takeAway = [
      bell.beforeSleep(() => void seen.push("first")),
      bell.beforeSleep(() => void seen.push("second")),
    ];
    assert.equal(sleep(), true);
    const round = ["first", "second", "look"];
    assert.deepEqual(seen.splice(0), [...round, ...round, "first", "second", "look"]);
    for (const take of takeAway) take();
    assert.equal(sleep(), true);
    assert.deepEqual(seen, ["look", "look", "look"]);
  });

  it("that rings while a hook runs is not slept through", () => {
    const [ringer, worker] = openKernels(2);
    assert.ok(worker);
    let rings = 0;
    worker.bell.beforeSleep(() => {
      if (rings++ === 0) ringer.bell.ring(worker.slot);
    });
    assert.equal(
      worker.bell.sleepUntil(() => rings === 2, Number.POSITIVE_INFINITY),
      true,
    );
  });

  it("wakes for a timer that is due, though nothing rings, and has the hooks look again", () => {
    const [{ bell }] = openKernels(1);
    const timers = new BackgroundTimers(bell);
    const seen: string[] = [];
    const stops = [timers.start(60_000, () => seen.push("late"))];
    // A hook starts another timer, which is due earlier.
    const takeAway = bell.beforeSleep(() => {
      seen.push("hook");
      if (seen.length === 1) stops.push(timers.start(5, () => seen.push("due")));
    });
    assert.equal(
      bell.sleepUntil(() => seen.at(-1) === "hook" && seen.includes("due"), Number.POSITIVE_INFINITY),
      true,
    );
    assert.deepEqual(seen, ["hook", "hook", "due", "hook"]);
    for (const stop of [...stops, takeAway]) stop();
  });

  it("runs a timer once, of the event loop and a worker that blocks by the first", async () => {
    const [{ bell }] = openKernels(1);
    const timers = new BackgroundTimers(bell);
    let runs = 0;
    timers.start(1, () => runs++);
    timers.start(0, () => (runs += 10))();
    bell.sleepUntil(() => runs > 0, Number.POSITIVE_INFINITY);
    await new Promise((resolve) => setTimeout(resolve, 2));
    assert.equal(runs, 1);
    assert.equal(timers.serve(), Number.POSITIVE_INFINITY);
  });

  it("does not start the hooks again for a hook that waits itself", () => {
    const [worker] = openKernels(1);
    let calls = 0;
    worker.bell.beforeSleep(() => {
      calls++;
      worker.bell.sleepUntil(() => false, performance.now());
    });
    worker.bell.sleepUntil(() => false, performance.now());
    assert.equal(calls, 1);
  });

  it("has a hook that was added twice run twice, and once after one is taken away", () => {
    const [worker] = openKernels(1);
    let calls = 0;
    const hook = (): void => void calls++;
    worker.bell.beforeSleep(hook);
    const takeAway = worker.bell.beforeSleep(hook);
    worker.bell.sleepUntil(() => false, performance.now());
    assert.equal(calls, 2);
    takeAway();
    takeAway();
    worker.bell.sleepUntil(() => false, performance.now());
    assert.equal(calls, 3);
  });
});
