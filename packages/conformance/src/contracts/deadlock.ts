import assert from "node:assert/strict";
import type { Lock } from "@heddle/core";
import { type Contract, failureOf, tasksOf, until } from "../suite.js";
import type * as work from "../tasks/work.js";

/** Workers that block one another in a cycle are told, and told how; everybody else is left alone. */
export const deadlock: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");

  /** Starts a worker that holds `first`, says so, and blocks at `second` once it may. */
  const cross = (
    first: Lock,
    second: Lock,
    held: InstanceType<typeof adapter.Event>,
    name: string,
    releasedBy: "guard" | "itself" | "another" = "guard",
  ) => {
    const go = new adapter.Event();
    const worker = new adapter.Worker(tasks.lockBoth, { args: [first, second, held, go, releasedBy], name }).start();
    return { worker, go };
  };

  describe("deadlock", () => {
    it("of two workers that block at each other's locks one gets a DeadlockError that names the cycle", async () => {
      for (const LockClass of [adapter.Lock, adapter.RLock]) {
        const [left, right] = [new LockClass(), new LockClass()];
        const [leftHeld, rightHeld] = [new adapter.Event(), new adapter.Event()];
        const a = cross(left, right, leftHeld, "Ada");
        const b = cross(right, left, rightHeld, "Bob");
        await leftHeld.wait();
        await rightHeld.wait();
        a.go.set();
        b.go.set();
        const ends = await Promise.allSettled([a.worker.result, b.worker.result]);
        await a.worker.join();
        await b.worker.join();
        const [told] = ends.filter((end) => end.status === "rejected");
        // The worker that is told lets go of its lock, so the other one gets it: nobody else is harmed.
        assert.deepEqual(ends.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
        assert.equal(told?.reason.code, "HEDDLE_DEADLOCK");
        const cycle: string[] = told?.reason.cycle;
        assert.equal(cycle.length, 4);
        assert.deepEqual([cycle[0], cycle[2]].sort(), ["Ada", "Bob"]);
        assert.match(told?.reason.message, /(Ada|Bob) → R?Lock #\d+ → (Ada|Bob) → R?Lock #\d+/);
        assert.deepEqual([left.locked, right.locked], [false, false]);
      }
    });

    it(
      "a worker that joins one that waits for its lock, blocking both, is told",
      async () => {
        const lock = adapter.Lock.named("deadlock-join");
        const held = new adapter.Event();
        lock.acquireSync();
        const { worker, go } = cross(new adapter.Lock(), lock, held, "Ada");
        await held.wait();
        go.set();
        await until(() => adapter.waiting(lock) === 1, "Ada should block at the lock");
        let told: unknown;
        try {
          worker.joinSync();
        } catch (error) {
          told = error;
        }
        lock.release();
        // Which of the two closes the cycle, and is told, is up to them.
        told ??= await failureOf(() => worker.result);
        await worker.join();
        assert.ok(told instanceof Error);
        assert.equal(Reflect.get(told, "code"), "HEDDLE_DEADLOCK", told.stack);
        const cycle: string[] = Reflect.get(told, "cycle");
        assert.deepEqual(cycle.sort(), ["Ada", "Lock deadlock-join", "the end of Ada", "the main worker"]);
      },
      undefined,
      "names",
    );

    it("a worker that blocks twice over at a lock that nobody else has is told, though another worker lives", async () => {
      const held = new adapter.Event();
      const { worker, go } = cross(new adapter.Lock(), new adapter.Lock(), held, "Ada");
      await held.wait();
      const lock = new adapter.Lock();
      lock.acquireSync();
      const told = await failureOf(() => lock.acquireSync());
      go.set();
      await worker.join();
      assert.equal(Reflect.get(told as Error, "code"), "HEDDLE_DEADLOCK");
      assert.equal(adapter.waiting(lock), 0);
      lock.release();
      assert.equal(lock.tryAcquire(), true);
    });

    it("any worker may release a lock: workers that wait for one another are no deadlock while another could", async () => {
      const [room, turnstile] = [new adapter.Lock(), new adapter.Lock()];
      const [taken, closed] = [new adapter.Event(), new adapter.Event()];
      const a = cross(room, turnstile, taken, "Ada", "another");
      const b = cross(turnstile, room, closed, "Bob", "itself");
      await taken.wait();
      await closed.wait();
      a.go.set();
      b.go.set();
      await until(() => adapter.waiting(room) + adapter.waiting(turnstile) === 2, "both should block");
      room.release();
      assert.deepEqual(await Promise.all([a.worker.result, b.worker.result]), ["both", "both"]);
      await a.worker.join();
      await b.worker.join();
    });

    it("they are one as soon as the last one who could has ended", async () => {
      const [mine, theirs] = [new adapter.Lock(), new adapter.Lock()];
      const held = new adapter.Event();
      const a = cross(theirs, mine, held, "Ada", "another");
      await held.wait();
      mine.acquireSync();
      const { url } = adapter.adapter;
      const last = new adapter.Worker(tasks.endWhenAwaited, { args: [url, theirs], name: "last" }).start();
      a.go.set();
      await until(() => adapter.waiting(mine) === 1, "Ada should block");
      let told: unknown;
      try {
        theirs.acquireSync();
      } catch (error) {
        told = error;
      }
      mine.release();
      // Which of the two is told is up to them: if it is Ada, her end abandons the lock that is waited for here.
      if (Reflect.get(Object(told), "code") !== "HEDDLE_DEADLOCK") told = await failureOf(() => a.worker.result);
      assert.equal(Reflect.get(told as Error, "code"), "HEDDLE_DEADLOCK");
      await failureOf(() => a.worker.result.then(() => Promise.reject()));
      await a.worker.join();
      await last.join();
    });

    it("a lock that a guard holds is its holder's alone to release", async () => {
      const lock = new adapter.Lock();
      const again = new adapter.Queue();
      // Somebody else has it, too, and could release it.
      await again.put(lock);
      const guard = lock.holdSync();
      assert.equal(Reflect.get((await failureOf(() => lock.holdSync())) as Error, "code"), "HEDDLE_DEADLOCK");
      guard.release();
      assert.equal(lock.tryAcquire(), true);
      // No guard any more: it may be a signal.
      assert.equal(lock.acquireSync({ timeout: 1 }), false);
      lock.release();
      again.getNowait();
    });

    it("a read that is raised to a write, and a cycle through the only one who reads, are told", async () => {
      const table = new adapter.RWLock();
      for (const hold of [() => table.holdReadSync(), () => table.holdWriteSync()]) {
        const guard = hold();
        const told = await failureOf(() => table.holdWriteSync());
        assert.equal(Reflect.get(told as Error, "code"), "HEDDLE_DEADLOCK");
        assert.match(String(told), /RWLock #\d+ can never be had: the main worker, .*, has it\. Release it first/);
        guard.release();
      }
      const lock = new adapter.Lock();
      const held = new adapter.Event();
      const guard = lock.holdSync();
      const reader = new adapter.Worker(tasks.readAndLock, { args: [table, lock, held], name: "Ada" }).start();
      await held.wait();
      let told: unknown;
      try {
        table.holdWriteSync().release();
      } catch (error) {
        told = error;
      }
      guard.release();
      told ??= await failureOf(() => reader.result);
      assert.equal(Reflect.get(told as Error, "code"), "HEDDLE_DEADLOCK");
      await failureOf(() => reader.result.then(() => Promise.reject()));
      await reader.join();
    });

    it("a cycle through one of several that read is told, too", async () => {
      const [table, lock] = [new adapter.RWLock(), new adapter.RLock()];
      const [bobReads, adaReads, locked, go, done] = Array.from({ length: 5 }, () => new adapter.Event());
      assert.ok(bobReads && adaReads && locked && go && done);
      const bob = new adapter.Worker(tasks.readUntil, { args: [table, bobReads, done], name: "Bob" }).start();
      const wes = new adapter.Worker(tasks.lockAndWrite, { args: [table, lock, locked, go], name: "Wes" }).start();
      await Promise.all([bobReads.wait(), locked.wait()]);
      const ada = new adapter.Worker(tasks.readAndLock, { args: [table, lock, adaReads], name: "Ada" }).start();
      await adaReads.wait();
      go.set();
      // Bob still reads: if Ada is told, Wes waits on.
      const told = await Promise.any([wes, ada].map(({ result }) => failureOf(() => result)));
      assert.equal(Reflect.get(told as Error, "code"), "HEDDLE_DEADLOCK");
      done.set();
      await Promise.all([bob, wes, ada].map((worker) => worker.join()));
    });

    it("a lock that its own holder waits for may be a signal, and a timeout ends a cycle: neither is an error", async () => {
      const lock = new adapter.Lock();
      const other = new adapter.Lock();
      const held = new adapter.Event();
      const { worker, go } = cross(other, lock, held, "Ada");
      await held.wait();
      lock.acquireSync();
      go.set();
      await until(() => adapter.waiting(lock) === 1, "Ada should block at the lock");
      assert.equal(other.acquireSync({ timeout: 1 }), false);
      lock.release();
      assert.equal(await worker.result, "both");
      await worker.join();
      const signal = new adapter.Lock();
      signal.acquireSync();
      const releaser = new adapter.Worker(tasks.releaseWhenWaitedFor, { args: [adapter.adapter.url, signal] }).start();
      assert.equal(signal.acquireSync(), true);
      signal.release();
      await releaser.join();
    });
  });
};
