import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { it } from "vitest";
import { createBackend } from "../src/backend/create-backend.js";
import type { Adapter, SpawnRequest } from "../src/contracts/adapter.js";
import { oneThread } from "./kernels.js";

let started: SpawnRequest | undefined;
/** Whether something keeps this worker's event loop alive. */
let holds = 0;

const adapter: Adapter = {
  ...oneThread,
  name: "test: workers that end when the test says so",
  url: "test:join",
  spawn(request) {
    started = request;
    return { pid: 1, post: () => {}, kill: () => {}, setKeepsAlive: () => {} };
  },
  keepAlive: { hold: () => void holds++, letGo: () => void holds-- },
};

const { Worker, inline } = createBackend(adapter);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

it("a join that has given up leaves nothing with the worker, and the others hear of its end", async () => {
  const worker = new Worker(inline(() => 0)).start();
  const joined = worker.join();
  const givenUp = await giveUp(() => worker.join({ timeout: 1, signal: new AbortController().signal }));
  // A WeakRef keeps what was read from it until the turn is over.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  assert.equal(givenUp.deref(), undefined);
  started?.onDeath(0);
  started?.onEnd();
  assert.deepEqual([await joined, await worker.join()], [true, true]);
});

it("a join, and a result that is awaited, keep the awaiting worker alive until the end of a daemon", async () => {
  const worker = new Worker(
    inline(() => 0),
    { daemon: true },
  ).start();
  assert.equal(holds, 0);
  const joined = worker.join();
  assert.equal(holds, 1);
  const crashed = assert.rejects(worker.result, { code: "HEDDLE_WORKER_CRASHED" });
  assert.equal(holds, 2);
  started?.onDeath(1);
  started?.onEnd();
  await joined;
  await crashed;
  assert.equal(holds, 0);
});

/** Weakly, the objects that the waits of `join` hold on to. */
async function giveUp(join: () => Promise<boolean>): Promise<WeakRef<AbortSignal>> {
  const add = AbortSignal.prototype.addEventListener;
  let seen: WeakRef<AbortSignal> | undefined;
  AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof add>) {
    seen = new WeakRef(this);
    add.apply(this, args);
  };
  try {
    assert.equal(await join(), false);
  } finally {
    AbortSignal.prototype.addEventListener = add;
  }
  assert.ok(seen);
  return seen;
}
