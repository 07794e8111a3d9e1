import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "vitest";
import { createBackend } from "../src/backend/create-backend.js";
import type { Adapter, SpawnRequest } from "../src/contracts/adapter.js";
import type { Worker } from "../src/contracts/worker.js";
import { Call } from "../src/pool/call.js";
import { checkRunOptions } from "../src/pool/options.js";
import type { Boot } from "../src/worker/boot.js";
import { TargetState } from "../src/worker/target-state.js";
import { oneThread, openKernel } from "./kernels.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";

let started: SpawnRequest | undefined;
let kills = 0;

const adapter: Adapter = {
  ...oneThread,
  name: "test: workers that begin and end when the test says so",
  url: "test:grace",
  spawn(request) {
    started = request;
    return { pid: 1, post: () => {}, kill: () => void kills++, setKeepsAlive: () => {} };
  },
};

const backend = createBackend(adapter);
const target = backend.inline(() => 0);
const pass = (ms: number): void => virtual.timers.pass(ms);

/** The target of the worker that was started last, as that worker sees it. */
function targetOf({ boot }: SpawnRequest): TargetState {
  const { memory: token, slot, id } = boot as Boot;
  return TargetState.own(openKernel(oneThread, { memory: token, slot, id }));
}

/** Starts a worker, and cancels it by `cancel` or by its signal. */
function startOne(how: "cancel" | "signal") {
  const controller = new AbortController();
  const worker: Worker = new backend.Worker(target, { name: "slow", signal: controller.signal }).start();
  assert.ok(started);
  const cancel = (): void => (how === "cancel" ? worker.cancel("enough") : controller.abort("enough"));
  return { worker, target: targetOf(started), cancel };
}

const end = (exitCode: number): void => {
  started?.onDeath(exitCode);
  started?.onEnd();
};

beforeEach(() => {
  kills = 0;
  stopTheWorld();
});
afterEach(goOn);

describe.each(["cancel", "signal"] as const)("a worker that is cancelled by its %s", (how) => {
  it("has a second, unless told otherwise", async () => {
    const { worker, target, cancel } = startOne(how);
    target.begin();
    cancel();
    pass(999);
    assert.equal(kills, 0);
    pass(1);
    assert.equal(kills, 1);
    end(1);
    await assert.rejects(worker.result, /^WorkerCrashedError: slow was terminated, as it did not stop within 1000 ms/);
  });

  it("while it starts has all of its grace once its target begins", async () => {
    const { worker, target, cancel } = startOne(how);
    cancel();
    pass(999);
    assert.equal(target.begin(), true);
    pass(1000);
    assert.equal(kills, 0);
    pass(1);
    assert.equal(kills, 1);
    end(1);
    await assert.rejects(worker.result, /^WorkerCrashedError: slow was terminated, as it did not stop within 1000 ms/);
  });

  it("and does not begin its target in time, never does: its result is the reason", async () => {
    const { worker, target, cancel } = startOne(how);
    cancel();
    pass(1000);
    assert.equal(kills, 1);
    assert.equal(await worker.result.catch((error: unknown) => error), "enough");
    assert.deepEqual([target.begin(), target.settle()], [false, false]);
    end(1);
    assert.equal(await worker.join(), true);
  });

  it("is left alone if its target has settled, whether or not it had begun", () => {
    for (const begins of [true, false]) {
      const { target, cancel } = startOne(how);
      cancel();
      if (begins) target.begin();
      assert.equal(target.settle(), true);
      pass(10_000);
      assert.equal(kills, 0);
      end(0);
    }
  });
});

it("a call of a pool has a second as well, unless told otherwise", () => {
  const ref = { module: "", name: "" };
  const packet = { text: "[]", blobs: undefined, references: undefined, transferables: undefined };
  const call = new Call(
    ref,
    0,
    packet,
    undefined,
    () => {},
    () => {},
  );
  assert.deepEqual([call.options.grace, checkRunOptions({}).grace], [1000, 1000]);
});
