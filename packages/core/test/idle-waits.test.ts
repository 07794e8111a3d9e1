import assert from "node:assert/strict";
import { beforeEach, describe, it } from "vitest";
import type { Adapter } from "../src/contracts/adapter.js";
import { DeadlockError } from "../src/contracts/errors.js";
import { clock } from "../src/kernel/clock.js";
import { makeIdleWaits } from "../src/kernel/idle-waits.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { claimSlot, freeSlot } from "../src/kernel/worker-table.js";
import { bindQueues, bindSync } from "./bound.js";
import { oneThread, openKernel } from "./kernels.js";

/** How many things keep the event loop alive. */
let holds = 0;
let idleHooks: (() => void)[] = [];
let hearsSignals = false;
const becomeIdle = (): void => {
  for (const hook of idleHooks) hook();
};

const adapter: Adapter = {
  ...oneThread,
  keepAlive: {
    hold: () => void holds++,
    letGo: () => void holds--,
    onIdle: (hook) => void idleHooks.push(hook),
    hearsSignals: () => hearsSignals,
  },
};

function program() {
  const kernel = openKernel(adapter, undefined);
  const idleWaits = makeIdleWaits(kernel);
  const startOther = (): Kernel => {
    const { slot, id } = claimSlot(kernel.region, kernel.slot);
    const other = openKernel(oneThread, { memory: kernel.region.memory.token, slot, id });
    bindSync(other);
    return other;
  };
  return { kernel, idleWaits, startOther, ...bindSync(kernel), ...bindQueues(kernel) };
}

/** How the promise ends, as far as it has. */
function watch(promise: Promise<unknown>): { end: unknown } {
  const watched: { end: unknown } = { end: "pending" };
  promise.then(
    (value) => {
      watched.end = value;
    },
    (error: unknown) => {
      watched.end = error;
    },
  );
  return watched;
}

const microtasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  holds = 0;
  idleHooks = [];
  hearsSignals = false;
});

describe("asynchronous waits, once the event loop has nothing else to do", () => {
  it("a lock that its own worker has is a DeadlockError that says so", async () => {
    const { Lock } = program();
    const lock = new Lock();
    await lock.acquire();
    const again = watch(lock.acquire());
    assert.equal(holds, 0);
    becomeIdle();
    await microtasks();
    assert.ok(again.end instanceof DeadlockError);
    assert.match(again.end.message, /^Lock .* can never be had: the main worker, which waits for it, has it\. .*RLock/);
    assert.deepEqual(again.end.cycle.slice(0, 1), ["the main worker"]);
    assert.equal(lock.locked, true);
  });

  it("a daemon's waits last, as it ends with the program", async () => {
    const { Event, idleWaits } = program();
    idleWaits.last();
    const wait = watch(new Event().wait());
    assert.equal(holds, 1);
    becomeIdle();
    await microtasks();
    assert.equal(wait.end, "pending");
  });

  it("each wait that only this worker can end fails, one at a time, the last first", async () => {
    const { Event, Queue, Semaphore, Barrier, Condition } = program();
    const condition = new Condition();
    await condition.lock.acquire();
    const full = new Queue(1);
    await full.put(1);
    const waits = [
      new Event().wait(),
      new Queue().get(),
      full.put(2),
      full.join(),
      new Semaphore(0).acquire(),
      new Barrier(2).wait(),
      condition.wait(),
    ].map(watch);
    for (let left = waits.length; left > 0; left--) {
      assert.equal(holds, 0);
      becomeIdle();
      await microtasks();
      assert.deepEqual(
        waits.map(({ end }) => (end instanceof DeadlockError ? "told" : end)),
        waits.map((_, n) => (n < left - 1 ? "pending" : "told")),
      );
    }
    assert.match(
      String(waits[0]?.end),
      /^DeadlockError: This wait for Event .* can never end: no other worker can end it/,
    );
  });

  it("a release by the caller of the one that failed ends the waits that began before", async () => {
    const { Lock } = program();
    const [first, second] = [new Lock(), new Lock()];
    await first.acquire();
    await second.acquire();
    const one = watch(second.acquire());
    const other = watch(first.acquire().catch(() => second.release()));
    becomeIdle();
    await microtasks();
    assert.deepEqual([one.end, other.end], [true, undefined]);
  });

  it("the runtime is given a turn after each, as it tells once that there is nothing left", async () => {
    const { Event } = program();
    const { setTimeout } = clock;
    let turns = 0;
    clock.setTimeout = (act, ms) => {
      turns++;
      return setTimeout(act, ms);
    };
    try {
      const event = new Event();
      const waits = [watch(event.wait()), watch(event.wait())];
      assert.equal(turns, 0);
      becomeIdle();
      assert.equal(turns, 1);
      // As another hook of the program may begin it: the runtime would end without a word.
      const late = watch(event.wait());
      assert.equal(turns, 2);
      event.set();
      await microtasks();
      assert.deepEqual([waits[0]?.end, late.end], [true, true]);
    } finally {
      clock.setTimeout = setTimeout;
    }
  });

  it("a wait with a signal or a timeout keeps the program alive", async () => {
    const { Event } = program();
    const controller = new AbortController();
    const signalled = watch(new Event().wait({ signal: controller.signal }));
    assert.equal(holds, 1);
    const timed = watch(new Event().wait({ timeout: 60_000, signal: controller.signal }));
    becomeIdle();
    await microtasks();
    assert.deepEqual([holds, signalled.end, timed.end], [1, "pending", "pending"]);
    controller.abort();
    await microtasks();
    assert.equal(holds, 0);
  });

  it("so does any in a program that listens to signals of the system", async () => {
    const { kernel, Event } = program();
    const event = new Event();
    const waits = [watch(event.wait()), watch(new Event().wait())];
    hearsSignals = true;
    becomeIdle();
    await microtasks();
    assert.equal(holds, 1);
    waits.push(watch(event.wait()));
    kernel.idleWaits?.reconsider();
    event.set();
    await microtasks();
    assert.deepEqual(
      waits.map(({ end }) => end),
      [true, "pending", true],
    );
  });

  it("so does one at an object that another worker has, for as long as that lives", async () => {
    const { kernel, startOther, Event } = program();
    const other = startOther();
    const event = new Event();
    const { address } = kernel.cells.handleOf(event) as { address: number };
    other.cells.hold(address);
    const shared = watch(event.wait());
    assert.equal(holds, 1);
    const own = watch(new Event().wait());
    becomeIdle();
    await microtasks();
    assert.deepEqual([shared.end, own.end], ["pending", "pending"]);
    // It has ended, although the object has its reference yet.
    freeSlot(kernel.region, other.slot);
    kernel.idleWaits?.reconsider();
    assert.equal(holds, 0);
    for (const wait of [own, shared]) {
      becomeIdle();
      await microtasks();
      assert.ok(wait.end instanceof DeadlockError);
    }
  });

  it("so does one whose object was given to another worker since, and the others wait for what comes of it", async () => {
    const { kernel, startOther, Event } = program();
    const [event, mine] = [new Event(), new Event()];
    const [shared, own] = [watch(event.wait()), watch(mine.wait())];
    assert.equal(holds, 0);
    startOther().cells.hold((kernel.cells.handleOf(event) as { address: number }).address);
    becomeIdle();
    await microtasks();
    assert.deepEqual([holds, shared.end, own.end], [1, "pending", "pending"]);
    event.set();
    await microtasks();
    assert.deepEqual([holds, shared.end, own.end], [0, true, "pending"]);
  });
});

describe("in a worker that stays for its pool", () => {
  it("such a wait fails, unless the pool may give the worker something to do", async () => {
    const { idleWaits, Event } = program();
    let mayGetMore = true;
    idleWaits.stay(() => mayGetMore);
    assert.equal(holds, 1);
    const event = new Event();
    const first = watch(event.wait());
    assert.equal(holds, 0);
    becomeIdle();
    await microtasks();
    assert.deepEqual([holds, first.end], [1, "pending"]);
    mayGetMore = false;
    const second = watch(event.wait());
    for (const wait of [second, first]) {
      assert.equal(holds, 0);
      becomeIdle();
      await microtasks();
      assert.ok(wait.end instanceof DeadlockError);
    }
    assert.equal(holds, 1);
    idleWaits.leave();
    assert.equal(holds, 0);
    const last = watch(event.wait());
    event.set();
    await microtasks();
    assert.deepEqual([holds, last.end], [0, true]);
  });
});

it("where the runtime does not tell, each wait keeps the program alive", async () => {
  const kernel = openKernel(
    { ...adapter, keepAlive: { hold: () => void holds++, letGo: () => void holds-- } },
    undefined,
  );
  const { Event } = bindSync(kernel);
  const event = new Event();
  const before = event.wait();
  assert.equal(holds, 1);
  makeIdleWaits(kernel);
  const wait = event.wait();
  assert.equal(holds, 1);
  kernel.idleWaits?.reconsider();
  assert.equal(holds, 1);
  event.set();
  assert.deepEqual([await before, await wait, holds], [true, true, 0]);
});
