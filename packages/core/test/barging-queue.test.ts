import assert from "node:assert/strict";
import fc from "fast-check";
import { afterEach, beforeEach, describe, it } from "vitest";
import type { Queue } from "../src/contracts/queue.js";
import { historiesOf } from "./histories.js";
import { SteppedBackend, type Thread } from "./reference/stepped-backend.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";
import { Items, Places, type Scarce } from "./scarce.js";

/** How long the first waiter is woken in vain. */
const OVERDUE_MS = 1;

const KINDS = ["Queue", "LifoQueue", "PriorityQueue"] as const;
const SIDES = KINDS.flatMap((kind) => [
  { what: "an item", kind, Side: Items },
  { what: "a place", kind, Side: Places },
]);

beforeEach(() => stopTheWorld());
afterEach(() => goOn());

describe.each(SIDES)("$what of a $kind for which workers wait", ({ kind, Side }) => {
  it("is nobody's until the first of them is awake, which then waits on, in its place", async () => {
    const scarce = new Side({ kind });
    await scarce.wait(1);
    await scarce.wait(2);
    await scarce.give(0);
    assert.ok(await scarce.take(3));
    await scarce.backend.settle();
    assert.deepEqual(scarce.order, []);
    assert.equal(scarce.threads[0].kernel.waiting(scarce.queues[0] as object), 2);
    await scarce.give(0);
    await scarce.backend.settle();
    assert.deepEqual(scarce.order, [1]);
    await scarce.give(0);
    await scarce.backend.settle();
    assert.deepEqual(scarce.order, [1, 2]);
    assert.equal(await scarce.take(3), false);
  });

  it("is promised to the first once that was woken in vain for a millisecond", async () => {
    const scarce = new Side({ kind });
    await scarce.wait(1);
    await scarce.wait(2);
    await scarce.overtake(0);
    await scarce.wake(1);
    virtual.now += OVERDUE_MS - 0.1;
    await scarce.overtake(0);
    await scarce.wake(1);
    virtual.now += 0.1;
    await scarce.overtake(0);
    await scarce.wake(1);
    await scarce.give(0);
    assert.equal(await scarce.take(0), false, "nobody overtakes it any more");
    assert.equal(await scarce.take(3), false);
    await scarce.wake(1);
    assert.deepEqual(scarce.order, [1]);
    await scarce.give(0);
    assert.ok(await scarce.take(3), "the next one has its own time");
  });

  it("is always promised to the first by a fair queue", async () => {
    const scarce = new Side({ kind, fair: true });
    await scarce.wait(1);
    await scarce.give(0);
    assert.equal(await scarce.take(3), false);
    await scarce.wake(1);
    assert.deepEqual(scarce.order, [1]);
  });

  it("is promised at once to a waiter of the worker that gives it, which has it in the same turn", async () => {
    const scarce = new Side({ kind });
    await scarce.wait(0);
    await scarce.give(0);
    assert.deepEqual(scarce.order, [0], "without a wake-up");
  });

  it("with others wakes one waiter, which wakes the next if more are left", async () => {
    const scarce = new Side({ kind, bound: 3 });
    for (const n of [1, 2, 3]) await scarce.wait(n);
    for (let n = 0; n < 3; n++) await scarce.give(0);
    assert.deepEqual(scarce.mayWake, [1], "one wake-up for all");
    await scarce.wake(1);
    assert.deepEqual([scarce.order, scarce.mayWake], [[1], [2]]);
    assert.ok(await scarce.take(0));
    await scarce.wake(2);
    assert.deepEqual([scarce.order, scarce.mayWake], [[1, 2], []]);
    await scarce.give(0);
    await scarce.wake(3);
    assert.deepEqual(scarce.order, [1, 2, 3]);
  });

  it("with others wakes the next waiter at once if the first computes, which is promised one", async () => {
    const scarce = new Side({ kind, bound: 4 });
    for (const n of [1, 2, 3]) await scarce.wait(n);
    scarce.compute(1);
    await scarce.give(0);
    assert.deepEqual([scarce.isFirstWoken, scarce.threads[2].mayWake], [true, false]);
    await scarce.give(0);
    assert.deepEqual([scarce.threads[2].mayWake, scarce.threads[3].mayWake], [true, false]);
    await scarce.wake(2);
    assert.deepEqual(scarce.order, [2], "it does not wait for the first one to end what it does");
    assert.equal(await scarce.take(0), false, "the other is the first one's");
    await scarce.wake(1);
    assert.deepEqual(scarce.order, [2, 1]);
    await scarce.give(0);
    await scarce.wake(3);
    assert.deepEqual(scarce.order, [2, 1, 3]);
  });

  it("is not taken by a worker past its own waits", async () => {
    const scarce = new Side({ kind });
    await scarce.wait(1);
    await scarce.give(0);
    assert.equal(await scarce.take(1), false, "its own wait takes it");
    await scarce.wait(1);
    await scarce.backend.settle();
    assert.deepEqual(scarce.order, [1]);
    assert.equal(scarce.threads[0].kernel.waiting(scarce.queues[0] as object), 1);
    await scarce.give(0);
    await scarce.backend.settle();
    assert.ok(!(await scarce.take(1)));
    assert.deepEqual(scarce.order, [1, 1]);
    await scarce.give(0);
    assert.ok(await scarce.take(1), "when none of its waits is in line");
    await scarce.wait(2);
    await scarce.give(0);
    assert.ok(await scarce.take(1), "though others wait");
  });

  it("is taken by a worker that blocks elsewhere, for the async wait of its own that is woken", async () => {
    const scarce = new Side({ kind, bound: 2 });
    await scarce.wait(1);
    await scarce.wait(2);
    await scarce.give(0);
    await scarce.give(0);
    const [main, second] = scarce.threads;
    const event = new main.surface.Event();
    const theirs = scarce.backend.share(event, second);
    await scarce.by(1, () => assert.equal(theirs.waitSync({ timeout: 1 }), false));
    assert.equal(scarce.threads[2].mayWake, true, "the other is the next one's");
    await scarce.wake(2);
    assert.equal(await scarce.take(0), false, "it is the blocked worker's");
    await scarce.wake(1);
    assert.deepEqual(scarce.order, [2, 1]);
  });

  describe("is the next one's if the woken", () => {
    const woken = async (): Promise<{ scarce: Scarce; abort: AbortController }> => {
      const scarce = new Side({ kind });
      const abort = new AbortController();
      await scarce.wait(1, abort.signal, 50);
      await scarce.wait(2);
      await scarce.give(0);
      return { scarce, abort };
    };

    it("gives up", async () => {
      const { scarce, abort } = await woken();
      await scarce.by(1, () => abort.abort());
      assert.deepEqual(scarce.mayWake.includes(2), true);
      await scarce.wake(2);
      assert.deepEqual(scarce.order, [2]);
    });

    it("dies", async () => {
      const { scarce } = await woken();
      await scarce.backend.recover(scarce.threads[1]);
      await scarce.wake(2);
      assert.deepEqual(scarce.order, [2]);
    });

    it("is late, and it is gone: the next wakes the other", async () => {
      const { scarce } = await woken();
      assert.ok(await scarce.take(3));
      await scarce.backend.step(scarce.threads[1], () => scarce.threads[1].timers.runFirst());
      assert.equal(scarce.errors.length, 1);
      await scarce.give(3);
      await scarce.wake(2);
      assert.deepEqual(scarce.order, [2]);
    });
  });

  it("is taken by the woken if it is late and it is still there", async () => {
    const scarce = new Side({ kind });
    await scarce.wait(1, undefined, 50);
    await scarce.give(0);
    await scarce.backend.step(scarce.threads[1], () => scarce.threads[1].timers.runFirst());
    assert.deepEqual([scarce.order, scarce.errors], [[1], []]);
  });
});

describe.each(["Queue", "PriorityQueue"] as const)("of two calls of one worker at a %s, neither awaited,", (kind) => {
  it.each(["by", "untold"] as const)("the first put is first, though it has its place and waits (%s)", async (how) => {
    const places = new Places({ kind, bound: 2, fair: true });
    await places.by(1, (queue) => void queue.put("one"));
    await places.give(0);
    await places.give(0);
    await places[how](1, (queue) => void queue.put("two"));
    assert.equal(await places.take(2), false, "nobody overtakes a wait at a fair queue");
    await places.backend.settle();
    assert.deepEqual([places.queues[0]?.getNowait(), places.queues[0]?.getNowait()], ["one", "two"]);
  });

  it("the first put is first, though the worker took its place while it blocked elsewhere", async () => {
    const places = new Places({ kind, bound: 2 });
    const event = places.backend.share(new places.threads[0].surface.Event(), places.threads[1]);
    await places.by(1, (queue) => void queue.put("one"));
    await places.give(0);
    await places.give(0);
    await places.by(1, (queue) => {
      assert.equal(event.waitSync({ timeout: 1 }), false);
      void queue.put("two");
    });
    await places.backend.settle();
    assert.deepEqual([places.queues[0]?.getNowait(), places.queues[0]?.getNowait()], ["one", "two"]);
  });

  it.each(["by", "untold"] as const)("the first get has the first item, which it was promised (%s)", async (how) => {
    const items = new Items({ kind, bound: 0, fair: true });
    const got: unknown[] = [];
    const get = (n: number) => (queue: Queue<unknown>) => void queue.get().then((item) => (got[n] = item));
    await items.by(1, get(0));
    for (const item of ["one", "two"]) await items.by(0, (queue) => queue.putNowait(item));
    await items[how](1, get(1));
    await items.backend.settle();
    assert.deepEqual(got, ["one", "two"]);
  });

  it("the second is had without a turn of the event loop, once the first has had its own", async () => {
    const items = new Items({ kind, bound: 0 });
    await items.wait(1);
    for (const item of ["one", "two"]) await items.by(0, (queue) => queue.putNowait(item));
    await items.by(1, (queue) => assert.equal(queue.tryGet(), "two"));
    assert.deepEqual(items.order, [1]);
  });

  it("the second waits for nothing once a shutdown lets the last items drain", async () => {
    const items = new Items({ kind, bound: 0 });
    await items.wait(1);
    await items.give(0);
    await items.give(0);
    await items.by(0, (queue) => queue.shutdown());
    await items.untold(1, (queue) => void queue.get().then(() => items.order.push(1)));
    await items.by(2, (queue) => assert.throws(() => queue.tryGet(), { name: "QueueShutDownError" }));
    await items.backend.settle();
    assert.deepEqual([items.order, items.errors], [[1, 1], []]);
  });
});

describe("a shutdown of a queue", () => {
  it("that lets items drain promises those that are there to the first getters, and ends the other waits", async () => {
    const items = new Items({ bound: 0 });
    for (const n of [1, 2, 3]) await items.wait(n);
    await items.give(0);
    await items.give(0);
    await items.by(0, (queue) => queue.shutdown());
    assert.equal(
      await items.by(0, (queue) => assert.throws(() => queue.tryGet(), { name: "QueueShutDownError" })),
      undefined,
    );
    await items.backend.settle();
    assert.deepEqual([items.order, items.errors], [[1, 2], ["QueueShutDownError"]]);
  });

  it("ends the waits of putters that were woken for a place", async () => {
    const places = new Places();
    await places.wait(1);
    await places.give(0);
    await places.by(0, (queue) => queue.shutdown());
    await places.backend.settle();
    assert.deepEqual([places.order, places.errors], [[], ["QueueShutDownError"]]);
    assert.equal(places.queues[0]?.size, 0);
  });
});

it("a poll of a pipe that is woken for an item leaves it for the next receiver, which is woken", async () => {
  const backend = new SteppedBackend(3);
  const [main, first, second] = backend.threads as [Thread, Thread, Thread];
  const [end, far] = main.surface.pipe<string>();
  const [polls, receives] = [backend.share(far, first), backend.share(far, second)];
  const ended: unknown[] = [];
  await backend.step(first, () => void polls.poll().then((is) => ended.push(is)));
  await backend.step(second, () => void receives.recv().then((item) => ended.push(item)));
  await backend.step(main, () => end.sendSync("word"));
  assert.equal(second.mayWake, false);
  await backend.step(first, () => first.wake());
  assert.deepEqual([ended, second.mayWake], [[true], true]);
  await backend.step(second, () => second.wake());
  assert.deepEqual(ended, [true, "word"]);
});

it.each(["gives up", "dies"])("a word in a pipe is the next receiver's if the woken one %s", async (how) => {
  const backend = new SteppedBackend(3);
  const [main, first, second] = backend.threads as [Thread, Thread, Thread];
  const [end, far] = main.surface.pipe<string>();
  const [one, other] = [backend.share(far, first), backend.share(far, second)];
  const abort = new AbortController();
  const got: string[] = [];
  await backend.step(first, () => void one.recv({ signal: abort.signal }).catch(() => {}));
  await backend.step(second, () => void other.recv().then((word) => got.push(word)));
  await backend.step(main, () => end.sendSync("word"));
  if (how === "dies") await backend.recover(first);
  else await backend.step(first, () => abort.abort());
  await backend.step(second, () => second.wake());
  assert.deepEqual(got, ["word"]);
});

const steps = historiesOf("wait", "wait", "give", "give", "give", "take", "take", "wake", "wake", "abort", "die");

it.each(SIDES)(
  "workers that wait for $what of a $kind are served in the order in which they came, and nobody overtakes the first after its millisecond",
  async ({ kind, Side }) => {
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        virtual.now = 0;
        const scarce = new Side({ kind, bound: 4 });
        let line: { who: number; abort: AbortController; vainSince: number; isOverdue: boolean }[] = [];
        /** How many are there and not taken. */
        let there = 0;
        const see = (): void => {
          for (const who of scarce.order.splice(0)) {
            assert.equal(who, line[0]?.who, "in order");
            line.shift();
            there--;
          }
          assert.ok(there >= 0, "none is taken twice");
        };
        for (const { act, who, ms } of history) {
          virtual.now += ms;
          if (!scarce.threads[who]?.isAlive) continue;
          const first = line[0];
          const isWaiting = line.some((waiter) => waiter.who === who);
          if (act === "wait" && !isWaiting) {
            const abort = new AbortController();
            const waiter = { who, abort, vainSince: Number.POSITIVE_INFINITY, isOverdue: false };
            line.push(waiter);
            await scarce.wait(who, abort.signal);
            // It was there, and this worker runs: it need not wait behind one that is being woken.
            if (there > 0 && scarce.order[0] === who) {
              assert.equal(first?.isOverdue ?? false, false, "nobody overtakes the first");
              line = [waiter, ...line.filter((each) => each !== waiter)];
            }
          } else if (act === "give" && there < 4) {
            await scarce.give(who);
            there++;
            if (first?.isOverdue && there === 1) {
              assert.equal(await scarce.take((first.who + 1) % 4), false, "it was promised");
            }
          } else if (act === "take") {
            const isTaken = await scarce.take(who);
            if (isTaken) {
              const isServed = scarce.order.includes(who);
              assert.ok(!first?.isOverdue || (isServed && first.who === who), "nobody overtakes the first");
              assert.ok(!isWaiting || isServed, "nor a worker its own wait");
              there--;
            }
          } else if (act === "wake" && scarce.threads[who]?.mayWake) {
            const isInVain = there === 0 && scarce.isFirstWoken;
            await scarce.wake(who);
            if (first?.who === who && isInVain) {
              first.vainSince = Math.min(first.vainSince, virtual.now);
              first.isOverdue = virtual.now - first.vainSince >= OVERDUE_MS;
            }
          } else if (act === "abort" && isWaiting) {
            const waiter = line.find((each) => each.who === who);
            await scarce.by(who, () => waiter?.abort.abort());
            line = line.filter((each) => each !== waiter);
          } else if (act === "die" && who !== 0) {
            await scarce.backend.recover(scarce.threads[who] as Thread);
            line = line.filter((each) => each.who !== who);
          }
          see();
        }
        for (let turn = 0; turn < 20 && line.length > 0; turn++) {
          await scarce.backend.settle();
          see();
          if (there === 0 && line.length > 0) {
            await scarce.give(0);
            there++;
          }
        }
        assert.deepEqual(line, [], "nobody waits for ever");
      }),
      { numRuns: 60, seed: 64 },
    );
  },
);
