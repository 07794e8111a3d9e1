import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { type Contract, failsWith, failureOf, type Suite, tasksOf, until } from "../suite.js";
import type * as crash from "../tasks/crash.js";
import type * as life from "../tasks/life.js";
import type * as waits from "../tasks/waits.js";
import type * as work from "../tasks/work.js";

/** An adapter is as it says that it is: the abilities that it claims work, and the others fail as documented. */
export const capabilities: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const { kind, workerName, mainMayBlock, resourceLimits, parallel, isolatedCrashes } = suite.capabilities;
  const { endsWhenIdle, stopsBusyWorkers } = suite.capabilities;

  describe("capabilities", () => {
    it("are those that the adapter says it has, and do not change", async () => {
      assert.deepEqual({ ...adapter.adapter.capabilities }, { ...suite.capabilities });
      assert.ok(Object.isFrozen(adapter.adapter.capabilities));
    });

    it(`kind and workerName: a worker is a ${kind}, and a ${workerName}`, async () => {
      assert.equal(Reflect.get(adapter, workerName), adapter.Worker);
      assert.equal(adapter.Worker.name, workerName);
      await withHands(suite, new adapter.Event(), 1, async ({ worker }) => {
        assert.equal(worker.pid === adapter.current().pid, kind === "thread");
      });
    });

    if (mainMayBlock) mainBlocks(suite);
    else mainIsRefusedToBlock(suite);

    if (resourceLimits) limitsAreHonoured(suite);
    else if (parallel) limitsAreRefused(suite);
    else limitsAreIgnored(suite);

    if (isolatedCrashes) crashesAreIsolated(suite);
    else crashesAreShared(suite);

    if (endsWhenIdle) idleWorkersEnd(suite);
    else finishedWorkersEnd(suite);

    if (stopsBusyWorkers) busyWorkersAreStopped(suite);
    else busyWorkersGoOn(suite);
  });
};

function mainBlocks(suite: Suite): void {
  const { it, adapter } = suite;
  const { releaseOnceAwaited } = tasksOf<typeof waits>(suite, "waits");

  it("mainMayBlock: the main worker sleeps in a Sync call until another worker wakes it", async () => {
    const lock = new adapter.Lock();
    await lock.acquire();
    const worker = new adapter.Worker(releaseOnceAwaited, { args: [adapter.adapter.url, lock] }).start();
    assert.equal(lock.acquireSync(), true);
    lock.release();
    assert.equal(worker.joinSync(), true);
    await worker.join();
  });
}

function mainIsRefusedToBlock(suite: Suite): void {
  const { it, adapter } = suite;
  const { nothing } = tasksOf<typeof work>(suite, "work");
  const isRefused = (act: () => unknown): Promise<Error> => failsWith("HEDDLE_MAY_NOT_BLOCK", act);

  it("mainMayBlock: a Sync call of the main worker that would have to wait is refused, and changes nothing", async () => {
    const lock = new adapter.Lock();
    const condition = new adapter.Condition(lock);
    const semaphore = new adapter.Semaphore(0);
    const event = new adapter.Event();
    const empty = new adapter.Queue<number>(1);
    const full = new adapter.Queue<number>(1);
    full.putNowait(1);
    await lock.acquire();
    await isRefused(() => lock.acquireSync());
    await isRefused(() => lock.holdSync({ timeout: 5 }));
    await isRefused(() => condition.waitSync());
    await isRefused(() => semaphore.acquireSync());
    await isRefused(() => event.waitSync({ timeout: 5 }));
    await isRefused(() => empty.getSync());
    await isRefused(() => full.putSync(2));
    await isRefused(() => adapter.sleepSync(5));
    for (const object of [lock, condition, semaphore, event, empty, full]) assert.equal(adapter.waiting(object), 0);
    assert.deepEqual([lock.locked, empty.size, full.size], [true, 0, 1]);
    lock.release();
  });

  it("mainMayBlock: a Sync call of the main worker that need not wait does what it says", async () => {
    const lock = new adapter.Lock();
    assert.equal(lock.acquireSync(), true);
    assert.equal(lock.acquireSync({ timeout: 0 }), false);
    await failsWith("HEDDLE_QUEUE_EMPTY", () => new adapter.Queue().getSync({ timeout: 0 }));
    lock.release();
  });

  it("mainMayBlock: a worker cannot be joined by blocking, but by waiting; others may block", async () => {
    const lock = new adapter.Lock();
    await lock.acquire();
    await withHands(suite, lock, 1, async (hand) => {
      await isRefused(() => hand.worker.joinSync());
      await hand.tell("acquireSync");
      lock.release();
      assert.equal(await hand.report(), true);
      await hand.call("release");
    });
    const worker = new adapter.Worker(nothing).start();
    assert.equal(await worker.join(), true);
    assert.equal(worker.joinSync(), true);
  });
}

const LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

function limitsAreHonoured(suite: Suite): void {
  const { it, adapter } = suite;
  const { hoard } = tasksOf<typeof crash>(suite, "crash");

  it("resourceLimits: a worker that goes beyond them crashes, alone", async () => {
    const greedy = new adapter.Worker(hoard, { args: [500], resourceLimits: LIMITS }).start();
    const modest = new adapter.Worker(hoard, { args: [1], resourceLimits: LIMITS }).start();
    await failsWith("HEDDLE_WORKER_CRASHED", () => greedy.result);
    assert.equal(await modest.result, 1);
    await Promise.all([greedy.join(), modest.join()]);
  });
}

function limitsAreRefused(suite: Suite): void {
  const { it, adapter } = suite;
  const { nothing } = tasksOf<typeof work>(suite, "work");

  it("resourceLimits: are refused at the call, which says where they are kept", async () => {
    const { workerName } = suite.capabilities;
    for (const name of [...Object.keys(LIMITS), "stackSizeMb"]) {
      const resourceLimits = { [name]: 64 };
      for (const [what, make] of [
        [`new ${workerName}`, () => new adapter.Worker(nothing, { resourceLimits })],
        ["new Pool", () => new adapter.Pool({ size: 1, minSize: 0, resourceLimits })],
      ] as const) {
        const error = await failureOf(async () => make());
        assert.ok(error instanceof TypeError);
        assert.equal(error.message.split(", ")[0], `${what} has no resourceLimits with ${adapter.adapter.name}`);
        assert.match(error.message, /@heddle\/node-threads.* keep them.*adapter\.capabilities\.resourceLimits/);
      }
    }
  });

  it("resourceLimits: are not refused where none of them is given", async () => {
    const resourceLimits = { maxOldGenerationSizeMb: undefined };
    const worker = new adapter.Worker(nothing, { resourceLimits }).start();
    await worker.join();
    await new adapter.Pool({ size: 1, minSize: 0, resourceLimits: {} }).close();
  });
}

function limitsAreIgnored(suite: Suite): void {
  const { it, adapter } = suite;
  const { hoard } = tasksOf<typeof crash>(suite, "crash");

  it("resourceLimits: are ignored, so a worker may go beyond them", async () => {
    const greedy = new adapter.Worker(hoard, { args: [100], resourceLimits: LIMITS }).start();
    assert.equal(await greedy.result, 100);
    await greedy.join();
  });
}

function crashesAreIsolated(suite: Suite): void {
  const { it, adapter } = suite;
  const { killItself } = tasksOf<typeof crash>(suite, "crash");

  it("isolatedCrashes: a worker that the system kills takes nobody with it, and its signal is known", async () => {
    await withHands(suite, new adapter.Event(), 1, async (bystander) => {
      const worker = new adapter.Worker(killItself).start();
      const error = await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
      await worker.join();
      assert.deepEqual([Reflect.get(error, "signal"), worker.exitCode], ["SIGKILL", -9]);
      assert.equal(await bystander.call("isSet"), false);
    });
  });
}

/** To see the program die, one would have to; that it is one process says the same. */
function crashesAreShared(suite: Suite): void {
  const { it, adapter } = suite;

  it("isolatedCrashes: workers share one process, and so its end", async () => {
    await withHands(suite, new adapter.Event(), 2, async (one, other) => {
      assert.deepEqual([one.worker.pid, other.worker.pid], [adapter.current().pid, adapter.current().pid]);
      assert.deepEqual([await one.call("pid"), await other.call("pid")], [one.worker.pid, one.worker.pid]);
    });
  });
}

function idleWorkersEnd(suite: Suite): void {
  const { it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const lives = tasksOf<typeof life>(suite, "life");

  it("endsWhenIdle: a worker whose target can never settle has ended, and so crashed", async () => {
    const worker = new adapter.Worker(tasks.never).start();
    await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
    await worker.join();
    assert.equal(worker.exitCode, 0);
  });

  it("endsWhenIdle: work that a target leaves behind is done before its worker ends", async () => {
    const done = new adapter.Event();
    const worker = new adapter.Worker(lives.setLater, { args: [done, 1] }).start();
    await worker.join();
    assert.deepEqual([await worker.result, done.isSet], ["left behind", true]);
  });
}

function finishedWorkersEnd(suite: Suite): void {
  const { it, adapter } = suite;
  const lives = tasksOf<typeof life>(suite, "life");

  it("endsWhenIdle: a worker whose target can never settle goes on until it is terminated", async () => {
    const started = new adapter.Event();
    const worker = new adapter.Worker(lives.startAndNeverSettle, { args: [started] }).start();
    await started.wait();
    assert.equal(worker.isAlive, true);
    await worker.terminate();
    assert.match((await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result)).message, /terminated/);
  });

  it("endsWhenIdle: work that a target leaves behind ends with its worker, once the target has settled", async () => {
    const done = new adapter.Event();
    const worker = new adapter.Worker(lives.setLater, { args: [done, 86_400_000] }).start();
    await worker.join();
    assert.deepEqual([await worker.result, worker.exitCode, done.isSet], ["left behind", 0, false]);
  });
}

function busyWorkersAreStopped(suite: Suite): void {
  const { it, adapter } = suite;
  const { spin } = tasksOf<typeof work>(suite, "work");

  it("stopsBusyWorkers: one that never looks up is stopped by terminate", async () => {
    const started = new adapter.Event();
    const worker = new adapter.Worker(spin, { args: [started] }).start();
    await started.wait();
    await worker.terminate();
    assert.equal(worker.isAlive, false);
  });
}

function busyWorkersGoOn(suite: Suite): void {
  const { it, adapter } = suite;
  const { spinUntil } = tasksOf<typeof life>(suite, "life");

  it("stopsBusyWorkers: one that is terminated goes on until it looks up, and ends then", async () => {
    const turns = new adapter.Value("i32");
    const mayLookUp = new adapter.Value("i32");
    const worker = new adapter.Worker(spinUntil, { args: [turns, mayLookUp] }).start();
    await until(() => turns.value > 0, "it should be busy");
    const terminated = worker.terminate();
    const before = turns.value;
    await until(() => turns.value !== before, "it should still be busy");
    assert.equal(worker.isAlive, true);
    mayLookUp.value = 1;
    await terminated;
    await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
  });
}
