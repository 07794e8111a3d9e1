import assert from "node:assert/strict";
import type { Barrier } from "@heddle/core";
import { type Hand, withHands } from "../hand.js";
import { type Contract, failsWith, failureOf, type Suite, tasksOf, until, untilWaiting } from "../suite.js";
import * as actions from "../tasks/action.js";
import type * as rounds from "../tasks/rounds.js";

const WAIT_LIMIT_MS = 120_000;

/** Parties in workers, each at its wait, and one more to come. */
async function gather(suite: Suite, barrier: Barrier, parties: readonly Hand[]): Promise<void> {
  for (const [i, party] of parties.entries()) await party.tell(i % 2 === 0 ? "waitSync" : "wait");
  await untilWaiting(suite, barrier, parties.length);
}

const allBroken = (parties: readonly Hand[]) =>
  Promise.all(parties.map((party) => failsWith("HEDDLE_BROKEN_BARRIER", () => party.report())));

/** All come, all go; and if a party fails to come, no other waits for ever. */
export const barrier: Contract = (suite) => {
  const { describe, it, adapter, scale } = suite;

  /** Runs `parties` workers through so many rounds; their indices, a list a round. */
  async function runRounds(barrier: Barrier, times: number): Promise<number[][]> {
    const { passRounds } = tasksOf<typeof rounds>(suite, "rounds");
    const { parties } = barrier;
    const board = new adapter.SharedArray("i32", parties);
    const workers = Array.from({ length: parties }, (_, me) =>
      new adapter.Worker(passRounds, { args: [barrier, board, me, times, me % 2 === 0] }).start(),
    );
    const indices = await Promise.all(workers.map(({ result }) => result));
    for (const worker of workers) await worker.join();
    return Array.from({ length: times }, (_, round) => indices.map((ofParty) => ofParty[round] ?? -1));
  }

  describe("Barrier", () => {
    it("has one party or more, and one alone never waits (parity 39)", async () => {
      for (const parties of [0, -1, 1.5, Number.NaN]) assert.throws(() => new adapter.Barrier(parties), RangeError);
      assert.throws(() => new adapter.Barrier(1, { timeout: -1 }), RangeError);
      assert.throws(() => new adapter.Barrier(1, { action: 5 as never }), TypeError);
      const barrier = new adapter.Barrier(1);
      for (let round = 0; round < 3; round++) {
        assert.deepEqual([await barrier.wait(), barrier.waitSync(), await barrier.wait({ timeout: 0 })], [0, 0, 0]);
      }
      assert.deepEqual([barrier.parties, barrier.waiting, barrier.broken], [1, 0, false]);
    });

    it("parties in several workers go through ten rounds in step (parity 40)", async () => {
      const barrier = new adapter.Barrier(4);
      await runRounds(barrier, 10);
      assert.deepEqual([barrier.waiting, barrier.broken], [0, false]);
    });

    it("gives each party of a round another number from 0 to parties - 1 (parity 41)", async () => {
      for (const indices of await runRounds(new adapter.Barrier(3), 20)) {
        assert.deepEqual([...indices].sort(), [0, 1, 2]);
      }
    });

    it("counts who waits, in the order in which they came", async () => {
      const barrier = new adapter.Barrier(3);
      const first = barrier.wait();
      const second = barrier.wait();
      assert.equal(barrier.waiting, 2);
      assert.equal(barrier.waitSync(), 2);
      assert.equal(barrier.waiting, 0);
      assert.deepEqual(await Promise.all([first, second]), [0, 1]);
    });

    it("a party that comes while the last round's parties are still leaving is of the next round", async () => {
      const barrier = new adapter.Barrier(2);
      const left = barrier.wait();
      assert.equal(barrier.waitSync(), 1);
      // `left` was let go in this turn and cannot have heard of it.
      const next = barrier.wait();
      assert.equal(barrier.waiting, 1);
      assert.equal(await left, 0);
      assert.equal(barrier.waiting, 1);
      assert.equal(await barrier.wait(), 1);
      assert.equal(await next, 0);
    });

    it("its action has run exactly once before anybody goes on (parity 42)", async () => {
      const { count } = tasksOf<typeof actions>(suite, "action");
      const counter = new adapter.Value("i32");
      actions.countOn(counter);
      const barrier = new adapter.Barrier(3, { action: count });
      await withHands(suite, barrier, 2, async (...hands) => {
        for (const hand of hands) await hand.call("countOn", counter);
        for (let round = 1; round <= 3; round++) {
          await gather(suite, barrier, hands);
          assert.equal(counter.value, round * 2 - 2);
          // Once here, and once in a worker that comes last.
          assert.equal(await barrier.wait(), 2);
          assert.equal(counter.value, round * 2 - 1);
          await Promise.all(hands.map((hand) => hand.report()));
          const here = barrier.wait().then(() => counter.value);
          const [first, last] = hands as [Hand, Hand];
          await first.tell("waitSync");
          await untilWaiting(suite, barrier, 2);
          assert.equal(await last.call(round === 1 ? "wait" : "waitSync"), 2);
          assert.equal(await here, round * 2);
          await first.report();
        }
      });
      actions.countOn(undefined);
    });

    it("a plain function as action runs here, and is refused in any other worker instead of left out", async () => {
      const seen: number[] = [];
      const barrier: Barrier = new adapter.Barrier(2, { action: () => seen.push(barrier.waiting) });
      const first = barrier.wait().then((index) => seen.push(10 + index));
      assert.equal(await barrier.wait(), 1);
      await first;
      assert.deepEqual(seen, [1, 10]);
      await withHands(suite, barrier, 1, async (hand) => {
        const waiting = failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
        assert.ok((await failureOf(() => hand.call("waitSync"))) instanceof TypeError);
        await waiting;
        assert.equal(barrier.broken, true);
      });
    });

    it("an action that fails gives its party the error, and breaks the barrier for the others", async () => {
      const { fail } = tasksOf<typeof actions>(suite, "action");
      const barrier = new adapter.Barrier(2, { action: fail });
      const first = failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
      await withHands(suite, barrier, 1, async (hand) => {
        await untilWaiting(suite, barrier, 1);
        assert.match(String(await failureOf(() => hand.call("wait"))), /the action failed/);
        await first;
        assert.equal(barrier.broken, true);
      });
    });

    it("an action that takes its time is waited for, and a party that comes meanwhile is of the next round", async () => {
      let finish = (): void => {};
      const action = (): Promise<void> => new Promise((resolve) => (finish = resolve));
      const barrier = new adapter.Barrier(2, { action });
      const round = [barrier.wait(), barrier.wait()];
      const early = barrier.wait();
      await untilWaiting(suite, barrier, 2);
      assert.equal(barrier.waiting, 1);
      finish();
      assert.deepEqual(await Promise.all(round), [0, 1]);
      await until(() => barrier.waiting === 1, "the early one should have come in");
      const finishFirst = finish;
      const late = barrier.wait();
      await until(() => finish !== finishFirst, "the second round's action should run");
      finish();
      assert.deepEqual(await Promise.all([early, late]), [0, 1]);
      const blocking = failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
      assert.ok((await failureOf(() => barrier.waitSync())) instanceof TypeError);
      await blocking;
    });

    it("a complete round goes through, even if a party of the next one gives up while its action runs", async () => {
      const enough = AbortSignal.abort("enough");
      for (const giveUp of [
        (barrier: Barrier) => barrier.wait({ timeout: 5 }),
        (barrier: Barrier) => barrier.wait({ timeout: 0 }),
        (barrier: Barrier) => barrier.wait({ signal: enough }),
        async (barrier: Barrier) => barrier.waitSync({ timeout: 5 }),
        async (barrier: Barrier) => barrier.waitSync({ timeout: 0 }),
      ]) {
        let finish = (): void => {};
        const barrier = new adapter.Barrier(2, { action: () => new Promise<void>((resolve) => (finish = resolve)) });
        const round = [barrier.wait(), barrier.wait()];
        const early = failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
        await untilWaiting(suite, barrier, 2);
        const given = await failureOf(() => giveUp(barrier));
        if (given !== "enough") assert.equal(Reflect.get(given as Error, "code"), "HEDDLE_BROKEN_BARRIER");
        // A party of the next round need not wait for the end of this one to hear of it.
        await early;
        await failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
        assert.deepEqual([barrier.broken, barrier.waiting], [true, 1]);
        finish();
        assert.deepEqual(await Promise.all(round), [0, 1]);
        await failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
        barrier.reset();
        assert.equal(barrier.broken, false);
        const finishFirst = finish;
        const next = [barrier.wait(), barrier.wait()];
        await until(() => finish !== finishFirst, "the next round's action should run");
        finish();
        assert.deepEqual(await Promise.all(next), [0, 1]);
      }
    });

    it("a complete round goes through, even if a party of it gives up while its action runs", async () => {
      let finish = (): void => {};
      const barrier = new adapter.Barrier(3, { action: () => new Promise<void>((resolve) => (finish = resolve)) });
      const controller = new AbortController();
      const impatient = [barrier.wait({ timeout: 30 }), barrier.wait({ timeout: 30 }), barrier.wait({ timeout: 30 })];
      const finishNow = finish;
      await until(() => finish !== finishNow, "the action should run");
      await new adapter.Event().wait({ timeout: 60 });
      assert.deepEqual([barrier.broken, barrier.waiting], [false, 2]);
      finish();
      assert.deepEqual(await Promise.all(impatient), [0, 1, 2]);
      const finishFirst = finish;
      const first = barrier.wait();
      const gone = failureOf(() => barrier.wait({ signal: controller.signal }));
      const last = barrier.wait();
      controller.abort("enough");
      assert.equal(await gone, "enough");
      await until(() => finish !== finishFirst, "the next round's action should run");
      finish();
      assert.deepEqual(await Promise.all([first, last]), [0, 2]);
      assert.equal(barrier.broken, false);
    });

    it("a reset while the action runs ends its round, and a new one begins (parity 45)", async () => {
      let finish = (): void => {};
      const barrier = new adapter.Barrier(2, { action: () => new Promise<void>((resolve) => (finish = resolve)) });
      const round = [0, 1].map(() => failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait()));
      const early = barrier.wait();
      await untilWaiting(suite, barrier, 2);
      const finishOld = finish;
      barrier.reset();
      await until(() => barrier.waiting === 1, "the early one should have come in");
      const late = barrier.wait();
      await until(() => finish !== finishOld, "the next round's action should run");
      finishOld();
      await Promise.all(round);
      assert.equal(barrier.waiting, 1);
      finish();
      assert.deepEqual(await Promise.all([early, late]), [0, 1]);
    });

    it("abort sends everybody away, and later parties too (parity 43)", async () => {
      const barrier = new adapter.Barrier(4);
      await withHands(suite, barrier, 3, async (...hands) => {
        await gather(suite, barrier, hands);
        barrier.abort();
        await allBroken(hands);
        assert.deepEqual([barrier.broken, barrier.waiting], [true, 0]);
        await failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
        await failsWith("HEDDLE_BROKEN_BARRIER", () => hands[0]?.call("waitSync"));
        assert.equal(barrier.broken, true);
      });
    });

    it("reset sends who waits away and leaves it usable, broken or not, for all (parity 45)", async () => {
      const barrier = new adapter.Barrier(3);
      await withHands(suite, barrier, 2, async (...hands) => {
        await gather(suite, barrier, hands);
        barrier.reset();
        await allBroken(hands);
        assert.equal(barrier.broken, false);
        await gather(suite, barrier, hands);
        barrier.abort();
        await allBroken(hands);
        barrier.reset();
        assert.equal(barrier.broken, false);
        await gather(suite, barrier, hands);
        assert.equal(barrier.waitSync(), 2);
        // Which of the two came first is theirs to decide.
        assert.deepEqual((await Promise.all(hands.map((hand) => hand.report()))).sort(), [0, 1]);
      });
    });

    it("one party that is late makes all fail, the late one as well (parity 46)", async () => {
      for (const form of ["wait", "waitSync"] as const) {
        const barrier = new adapter.Barrier(3);
        await withHands(suite, barrier, 2, async (patient, impatient) => {
          await patient.tell("waitSync");
          await untilWaiting(suite, barrier, 1);
          await failsWith("HEDDLE_BROKEN_BARRIER", () => impatient.call(form, { timeout: 5 }));
          await failsWith("HEDDLE_BROKEN_BARRIER", () => patient.report());
          await failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
          await failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.waitSync({ timeout: 0 }));
        });
      }
    });

    it("its own timeout goes for waits that have none (parity 47)", async () => {
      const barrier = new adapter.Barrier(2, { timeout: 5 });
      await failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
      barrier.reset();
      await failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.waitSync());
      barrier.reset();
      const patient = barrier.wait({ timeout: Number.POSITIVE_INFINITY });
      const own = new adapter.Event();
      await own.wait({ timeout: 25 });
      assert.equal(barrier.broken, false);
      assert.equal(await barrier.wait(), 1);
      assert.equal(await patient, 0);
      await withHands(suite, barrier, 1, (hand) => failsWith("HEDDLE_BROKEN_BARRIER", () => hand.call("wait")));
    });

    it("an abort rejects with its reason, and breaks it for the others", async () => {
      const barrier = new adapter.Barrier(3);
      const controller = new AbortController();
      const other = failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
      const aborted = failureOf(() => barrier.wait({ signal: controller.signal }));
      controller.abort("enough");
      assert.equal(await aborted, "enough");
      await other;
      barrier.reset();
      assert.equal(await failureOf(() => barrier.wait({ signal: AbortSignal.abort("before") })), "before");
      assert.equal(barrier.broken, true);
    });

    it("an abort after all have come leaves it as it is", async () => {
      const barrier = new adapter.Barrier(2);
      const controller = new AbortController();
      const aborted = failureOf(() => barrier.wait({ signal: controller.signal }));
      assert.equal(barrier.waitSync(), 1);
      controller.abort("enough");
      assert.equal(await aborted, "enough");
      assert.deepEqual([barrier.broken, barrier.waiting], [false, 0]);
    });

    it("a party that dies while it waits breaks it; one that dies while it acts, too", async () => {
      const { linger } = tasksOf<typeof actions>(suite, "action");
      const counter = new adapter.Value("i32");
      const barrier = new adapter.Barrier(2, { action: linger });
      await withHands(suite, barrier, 2, async (waiting, acting) => {
        await waiting.tell("waitSync");
        await untilWaiting(suite, barrier, 1);
        await waiting.worker.terminate();
        await failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
        barrier.reset();
        await acting.call("countOn", counter);
        const here = failsWith("HEDDLE_BROKEN_BARRIER", () => barrier.wait());
        await untilWaiting(suite, barrier, 1);
        await acting.tell("wait");
        await until(() => counter.value === 1, "the action should run there");
        await acting.worker.terminate();
        await here;
        assert.equal(barrier.broken, true);
      });
    });

    it("wrong options break nothing", async () => {
      const barrier = new adapter.Barrier(2);
      assert.ok((await failureOf(() => barrier.wait({ timeout: -1 }))) instanceof RangeError);
      assert.ok((await failureOf(() => barrier.waitSync({ timeout: Number.NaN }))) instanceof RangeError);
      assert.ok((await failureOf(() => barrier.wait({ signal: {} as never }))) instanceof TypeError);
      assert.deepEqual([barrier.broken, barrier.waiting], [false, 0]);
    });

    it(
      `no wake-up is lost in ${1000 * scale} rounds of several workers (parity 49)`,
      async () => {
        const barrier = new adapter.Barrier(3);
        for (const indices of await runRounds(barrier, 1000 * scale)) assert.deepEqual([...indices].sort(), [0, 1, 2]);
        assert.deepEqual([barrier.waiting, barrier.broken], [0, false]);
      },
      WAIT_LIMIT_MS,
    );
  });
};
