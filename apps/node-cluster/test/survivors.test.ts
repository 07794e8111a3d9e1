import assert from "node:assert/strict";
import { Event, Process, Semaphore, type Task, tasksFrom, WorkerCrashedError } from "@heddle/node-processes/cluster";
import { describe, it } from "vitest";
import { cache, limit } from "./built.js";

const { writeForEver, callForEver } = tasksFrom<typeof import("./fixtures/holders.mjs")>(
  new URL("./fixtures/holders.mjs", import.meta.url),
);

/** Starts a process that holds something, and kills it as soon as it does. */
async function killHolder(target: Task<[Event], Promise<void>>): Promise<void> {
  const holds = new Event();
  const holder = new Process(target, { args: [holds] }).start();
  await holds.wait();
  process.kill(holder.pid as number, "SIGKILL");
  await assert.rejects(holder.result, WorkerCrashedError);
}

describe("the permit and the lock of a worker that was killed", () => {
  it("the cache: misses, and fails nobody, until it is cleared", async () => {
    await cache.keep(1, 10);
    assert.equal(await cache.lookUp(1), 10);
    await killHolder(writeForEver);
    await cache.keep(1, 11);
    assert.equal(await cache.lookUp(1), undefined);
    cache.clearIfHalfWritten();
    assert.equal(await cache.lookUp(1), undefined);
    await cache.keep(1, 12);
    assert.equal(await cache.lookUp(1), 12);
  });

  it("permits, even all of them: are restored, also while others wait for one", async () => {
    await killHolder(callForEver);
    const waits = limit.withinLimit(async () => "called");
    await limit.restorePermits();
    assert.equal(await waits, "called");
    assert.equal(Semaphore.named("upstream", limit.LIMIT).value, limit.LIMIT);
  });

  it("no permit: none is made up for one that somebody living has", async () => {
    const permits = Semaphore.named("upstream", limit.LIMIT);
    const calls = new Event();
    const end = new Event();
    const call = limit.withinLimit(async () => {
      calls.set();
      await end.wait();
    });
    await calls.wait();
    const restored = limit.restorePermits();
    assert.equal(permits.value, limit.LIMIT - 1);
    end.set();
    await call;
    await restored;
    assert.equal(permits.value, limit.LIMIT);
  });
});
