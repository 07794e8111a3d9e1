import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "vitest";
import type { SpawnRequest } from "../src/contracts/adapter.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { MAX_WORKERS } from "../src/kernel/layout.js";
import { recover } from "../src/kernel/recovery.js";
import { claimSlot, freeSlot } from "../src/kernel/worker-table.js";
import { BackgroundTimers } from "../src/worker/background-timers.js";
import { ChildWorker, type ChildWorkerOptions } from "../src/worker/child-worker.js";
import { oneThread, openKernel } from "./kernels.js";
import { CrashInjector } from "./reference/crash-injector.js";
import { SteppedBackend } from "./reference/stepped-backend.js";
import { goOn, stopTheWorld } from "./reference/virtual.js";

let fails: "spawn" | "post" | "setKeepsAlive" | undefined;

const mayFail = (what: typeof fails): void => {
  if (fails === what) throw new Error(`${what} fails`);
};

const end = ({ onDeath, onEnd }: SpawnRequest): void => {
  onDeath(0);
  onEnd();
};

let started: SpawnRequest[] = [];

const adapter = {
  ...oneThread,
  spawn(request: SpawnRequest) {
    mayFail("spawn");
    started.push(request);
    return {
      pid: 1,
      post: () => mayFail("post"),
      kill: () => end(request),
      setKeepsAlive: () => mayFail("setKeepsAlive"),
    };
  },
};

/** Starts a worker whose arguments refer to an object, and need the post. */
function start(kernel: Kernel): ChildWorker {
  const args = { ...kernel.codec.pack([], "args"), transferables: { values: [1], transfer: [] } };
  const options: ChildWorkerOptions = {
    name: "a worker",
    daemon: false,
    job: {
      kind: "target",
      ref: { module: "", name: "" },
      args: { text: "[]", blobs: [], references: undefined },
      hasTransferables: true,
    },
    args,
    env: undefined,
    resourceLimits: undefined,
    given: {},
    onMessage: () => {},
    onEnd: () => {},
  };
  return new ChildWorker({ kernel, adapter, timers: new BackgroundTimers(kernel.bell) }, options);
}

const left = (kernel: Kernel) => {
  const { bytes, objects, workers } = kernel.usage();
  return { bytes, objects, workers };
};

beforeEach(() => {
  started = [];
  fails = undefined;
});

describe("a worker that cannot be started", () => {
  it.each(["spawn", "post", "setKeepsAlive"] as const)(
    "as %s fails leaves nothing: a thousand, then a thousand good ones",
    (what) => {
      const kernel = openKernel(adapter, undefined);
      const before = left(kernel);
      fails = what;
      for (let n = 0; n < 1000; n++) assert.throws(() => start(kernel), new Error(`${what} fails`));
      assert.deepEqual(left(kernel), before);
      fails = undefined;
      for (let n = 0; n < 1000; n++) {
        const child = start(kernel);
        end(started.at(-1) as SpawnRequest);
        assert.equal(child.isAlive, false);
      }
      assert.deepEqual(left(kernel), before);
    },
  );

  it("as memory is full leaves its slot to others", () => {
    const kernel = openKernel(adapter, undefined);
    const { create } = kernel.cells;
    kernel.cells.create = () => {
      throw new RangeError("full");
    };
    for (let n = 0; n < 2 * MAX_WORKERS; n++) assert.throws(() => start(kernel), /full/);
    kernel.cells.create = create;
    const children = Array.from({ length: MAX_WORKERS - 1 }, () => start(kernel));
    assert.equal(new Set(children.map(({ slot }) => slot)).size, MAX_WORKERS - 1);
    assert.throws(() => start(kernel), /No more than 256 workers/);
    assert.equal(kernel.usage().workers, MAX_WORKERS);
  });
});

describe("before any change to the region, while a worker starts another,", () => {
  afterEach(() => goOn());

  async function atEveryChange(survives: boolean): Promise<void> {
    let isOver = false;
    for (let instant = 0; !isOver; instant++) {
      stopTheWorld();
      const backend = new SteppedBackend(2);
      const [main, creator] = backend.threads;
      assert.ok(main && creator);
      Object.assign(creator.kernel.adapter, adapter);
      const before = left(main.kernel);
      const injector = new CrashInjector(creator, instant, survives);
      started = [];
      let hasStarted = false;
      await injector.step(backend, () => {
        try {
          start(creator.kernel);
          hasStarted = true;
        } catch (error) {
          if (!injector.hasThrown) throw error;
        }
      });
      if (injector.isDead) await backend.recover(creator);
      else if (hasStarted) await backend.step(creator, () => end(started.at(-1) as SpawnRequest));
      // A worker that threw while it gave a latch back does so in its next section.
      else if (injector.hasThrown) await backend.step(creator, () => left(creator.kernel));
      if (injector.isDead) claimSlot(main.kernel.region, main.slot);
      goOn();
      const now = left(main.kernel);
      assert.equal(now.workers, before.workers, `instant ${instant}`);
      if (!survives) assert.equal(now.bytes, before.bytes, `instant ${instant}`);
      isOver = !injector.isDead && !injector.hasThrown;
      assert.ok(instant < 1000);
    }
  }

  it("an exception leaves no slot taken", () => atEveryChange(true));

  it("its death leaves no slot taken", () => atEveryChange(false));
});

describe("slots", () => {
  it("of workers whose creator died before it could start them are free after its recovery", () => {
    const main = openKernel(adapter, undefined);
    const creator = openKernel(adapter, { memory: main.region.memory.token, ...claimSlot(main.region, main.slot) });
    for (let n = 0; n < 3; n++) claimSlot(main.region, creator.slot);
    assert.equal(main.usage().workers, 5);
    recover(main, creator.slot);
    freeSlot(main.region, creator.slot);
    assert.equal(main.usage().workers, 1);
  });
});
