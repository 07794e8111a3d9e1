import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { runAsWorker } from "../src/backend/run-as-worker.js";
import { Kind, STATUS_EXIT_CODE, STATUS_WORDS } from "../src/kernel/layout.js";
import { quiesce } from "../src/kernel/quiesce.js";
import { claimSlot } from "../src/kernel/worker-table.js";
import { Flag } from "../src/sync/event.js";
import { bindSync } from "./bound.js";
import { oneThread, openKernel } from "./kernels.js";
import { servicesOf } from "./services.js";

/** An entry that is never evaluated to its end, so that its worker never gets to its job. */
const ENDLESS = "data:text/javascript,await new Promise(() => {})";

/** A worker that holds a lock of its creator's: `end` is what it does as the last thing. */
function holder() {
  const creator = openKernel(oneThread, undefined);
  const { Lock } = bindSync(creator);
  const lock = new Lock();
  const status = creator.cells.create(Kind.Status, STATUS_WORDS);

  let end = (_exitCode: number): void => {};
  const onExit = (hook: typeof end, begin: () => void): void => {
    end = (exitCode) => {
      begin();
      hook(exitCode);
    };
  };
  const host = { ...oneThread.host, onExit };
  const { slot, id } = claimSlot(creator.region, creator.slot);
  const memory = creator.region.memory.token;
  const kernel = openKernel({ ...oneThread, url: ENDLESS, host }, { memory, slot, id });
  const job = { kind: "pool", link: 0, concurrency: 1 } as const;
  const boot = {
    memory,
    slot,
    id,
    name: "holder",
    daemon: false,
    isBundled: false,
    hasTasksInEntry: false,
    status,
    job,
  };
  const way = { boot, post: assert.fail, onMessage: () => {}, onUncaught: () => {}, finish: () => assert.fail() };
  bindSync(kernel);
  runAsWorker(servicesOf(kernel), way, boot);
  const held = kernel.cells.hold(creator.cells.handleOf(lock)?.address as number) as typeof lock;
  assert.ok(held.acquireSync());
  return { creator, kernel, lock, held, status, end };
}

describe("the last things of a worker", () => {
  it("are to clear up after itself, and to say so", () => {
    const { creator, lock, status, end } = holder();
    end(3);
    assert.equal(lock.abandoned, true);
    assert.equal(new Flag(creator, status, "its end").isSet, true);
    assert.equal(creator.region.i32[status + STATUS_EXIT_CODE], 3);
  });

  it("are left to who kills it meanwhile: it does not wait to be stopped, which nobody may do any more", () => {
    const { creator, kernel, lock, status, end } = holder();
    quiesce(creator.region, creator.bell, kernel.slot);
    // It would sleep for ever; here it says so instead.
    kernel.bell.pause = () => assert.fail("it waits for its end");
    end(0);
    assert.equal(lock.abandoned, false);
    assert.equal(new Flag(creator, status, "its end").isSet, false);
  });
});
