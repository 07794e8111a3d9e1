import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "vitest";
import type { SpawnRequest } from "../src/contracts/adapter.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { MAX_WORKERS } from "../src/kernel/layout.js";
import { freeSlot, takeSlot } from "../src/kernel/slots.js";
import { sweep } from "../src/kernel/sweep.js";
import { Child, type ChildOptions } from "../src/worker/child.js";
import { oneThread, openKernel } from "./kernels.js";
import { Loom } from "./reference/loom.js";
import { Mortal } from "./reference/mortal.js";
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
function start(kernel: Kernel): Child {
  const args = { ...kernel.codec.pack([], "args"), parcel: { values: [1], transfer: [] } };
  const options: ChildOptions = {
    name: "a worker",
    daemon: false,
    job: {
      kind: "target",
      ref: { module: "", name: "" },
      args: { text: "[]", blobs: [], bundle: undefined },
      hasParcel: true,
    },
    args,
    env: undefined,
    resourceLimits: undefined,
    given: {},
    onMessage: () => {},
    onEnd: () => {},
  };
  return new Child(kernel, options);
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

  async function atEveryChange(livesOn: boolean): Promise<void> {
    let isOver = false;
    for (let instant = 0; !isOver; instant++) {
      stopTheWorld();
      const loom = new Loom(2);
      const [main, creator] = loom.threads;
      assert.ok(main && creator);
      Object.assign(creator.kernel.adapter, adapter);
      const before = left(main.kernel);
      const mortal = new Mortal(creator, instant, livesOn);
      started = [];
      let hasStarted = false;
      await mortal.step(loom, () => {
        try {
          start(creator.kernel);
          hasStarted = true;
        } catch (error) {
          if (!mortal.hasThrown) throw error;
        }
      });
      if (mortal.isDead) await loom.bury(creator);
      else if (hasStarted) await loom.step(creator, () => end(started.at(-1) as SpawnRequest));
      // A worker that threw while it gave a latch back does so in its next section.
      else if (mortal.hasThrown) await loom.step(creator, () => left(creator.kernel));
      if (mortal.isDead) takeSlot(main.kernel.region, main.slot);
      goOn();
      const now = left(main.kernel);
      assert.equal(now.workers, before.workers, `instant ${instant}`);
      if (!livesOn) assert.equal(now.bytes, before.bytes, `instant ${instant}`);
      isOver = !mortal.isDead && !mortal.hasThrown;
      assert.ok(instant < 1000);
    }
  }

  it("an exception leaves no slot taken", () => atEveryChange(true));

  it("its death leaves no slot taken", () => atEveryChange(false));
});

describe("slots", () => {
  it("of workers whose creator died before it could start them are free after its sweep", () => {
    const main = openKernel(adapter, undefined);
    const creator = openKernel(adapter, { memory: main.region.memory.token, ...takeSlot(main.region, main.slot) });
    for (let n = 0; n < 3; n++) takeSlot(main.region, creator.slot);
    assert.equal(main.usage().workers, 5);
    sweep(main, creator.slot);
    freeSlot(main.region, creator.slot);
    assert.equal(main.usage().workers, 1);
  });
});
