import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { ConnectionClosedError, QueueShutDownError } from "../src/contracts/errors.js";
import type { Lock } from "../src/contracts/sync.js";
import { recover } from "../src/kernel/recovery.js";
import { Section } from "../src/kernel/section.js";
import { workers } from "./workers.js";

/**
 * Lets `act` die after so many commits of its sections; whether it came to that. The part that it had not committed is left in its journal,
 * and its latch taken: as after a kill.
 */
function dieAfterCommits(section: Section, commits: number, act: () => void): boolean {
  const { commit, run } = Section.prototype;
  let left = commits;
  let isDead = false;
  section.commit = () => {
    if (left-- === 0) {
      isDead = true;
      throw new Error("dead");
    }
    commit.call(section);
  };
  // The commit at a section's end is one, too.
  section.run = <R>(latch: number, inSection: () => R): R =>
    run.call(section, latch, () => {
      const result = inSection();
      section.commit();
      return result;
    }) as R;
  try {
    act();
  } catch (error) {
    // The dead worker does not get to its next step.
    if (!isDead) throw error;
  } finally {
    // A worker that lives on lets go of its objects, whenever they are collected.
    if (!isDead) Object.assign(section, { commit, run });
  }
  return isDead;
}

/** Calls `test` with every number of commits after which there is something left to die in. */
async function atEveryCommit(test: (commits: number) => Promise<boolean>): Promise<void> {
  let commits = 0;
  while (await test(commits)) commits++;
  assert.ok(commits > 1, "there should be several places to die at");
}

const QUEUES = ["Queue", "LifoQueue", "PriorityQueue"] as const;

describe.each(QUEUES)("a worker that dies in the middle of what it does to a %s", (kind) => {
  it("a shutdown: nobody who waits is forgotten", async () => {
    await atEveryCommit(async (commits) => {
      const [main, dead, other] = workers();
      const queue = new main.surface[kind]<string>();
      const theirs = dead.see(queue);
      const outcomes = Promise.allSettled([queue.get(), other.see(queue).get(), queue.get()]);
      const died = dieAfterCommits(dead.kernel.section, commits, () => theirs.shutdown());
      recover(main.kernel, dead.kernel.slot);
      // Before its first commit the shutdown has not happened.
      if (commits === 0) queue.shutdown();
      for (const outcome of await outcomes) {
        assert.ok(outcome.status === "rejected" && outcome.reason instanceof QueueShutDownError);
      }
      return died;
    });
  });

  it("an immediate shutdown: the remaining items are discarded, given back and counted, and joiners are woken", async () => {
    await atEveryCommit(async (commits) => {
      const [main, dead, other] = workers();
      const queue = new main.surface[kind]<unknown>();
      const theirs = dead.see(queue);
      for (let n = 0; n < 3; n++) queue.putNowait(n);
      const joins = [queue.join(), other.see(queue).join()];
      const died = dieAfterCommits(dead.kernel.section, commits, () => theirs.shutdown({ immediate: true }));
      recover(main.kernel, dead.kernel.slot);
      if (commits === 0) queue.shutdown({ immediate: true });
      assert.deepEqual(await Promise.all(joins), [true, true]);
      assert.equal(queue.size, 0);
      assert.throws(() => queue.taskDone(), RangeError);
      return died;
    });
  });

  it("the last taskDone: joiners are woken", async () => {
    await atEveryCommit(async (commits) => {
      const [main, dead, other] = workers();
      const queue = new main.surface[kind]<string>();
      queue.putNowait("item");
      queue.getNowait();
      const theirs = dead.see(queue);
      const joins = [queue.join(), other.see(queue).join()];
      const died = dieAfterCommits(dead.kernel.section, commits, () => theirs.taskDone());
      recover(main.kernel, dead.kernel.slot);
      if (commits === 0) queue.taskDone();
      assert.deepEqual(await Promise.all(joins), [true, true]);
      return died;
    });
  });

  it("a put: it is in the queue or it is not, and the others are as they were", async () => {
    await atEveryCommit(async (commits) => {
      const [main, dead] = workers();
      const queue = new main.surface[kind]<number>();
      const before = Array.from({ length: 20 }, (_, n) => n);
      for (const n of before) queue.putNowait(n);
      const theirs = dead.see(queue);
      const died = dieAfterCommits(dead.kernel.section, commits, () => theirs.putNowait(20));
      recover(main.kernel, dead.kernel.slot);
      const after: number[] = [];
      while (!queue.isEmpty) after.push(queue.getNowait());
      if (kind === "LifoQueue") after.reverse();
      assert.ok(died || after.length === 21);
      assert.deepEqual(after, [...before, 20].slice(0, after.length));
      return died || commits < 2;
    });
  });

  it("a get: the item is out of the queue or it is not, and the others are as they were", async () => {
    await atEveryCommit(async (commits) => {
      const [main, dead] = workers();
      const queue = new main.surface[kind]<number>();
      for (let n = 0; n < 20; n++) queue.putNowait(kind === "LifoQueue" ? 19 - n : n);
      const theirs = dead.see(queue);
      const died = dieAfterCommits(dead.kernel.section, commits, () => theirs.getNowait());
      recover(main.kernel, dead.kernel.slot);
      const after: number[] = [];
      while (!queue.isEmpty) after.push(queue.getNowait());
      const all = Array.from({ length: 20 }, (_, n) => n);
      assert.deepEqual(after, commits === 0 ? all : all.slice(1));
      return died || commits < 2;
    });
  });
});

describe.each(QUEUES)("an immediate shutdown of a %s", (kind) => {
  it("tells a getter that was promised an item and has not taken it, and the counts stay right", async () => {
    const [main, , other] = workers();
    const queue = new main.surface[kind]<string>();
    const promised = other.see(queue).get();
    queue.putNowait("item");
    assert.equal(queue.size, 1);
    queue.shutdown({ immediate: true });
    await assert.rejects(promised, QueueShutDownError);
    assert.deepEqual([queue.size, await queue.join()], [0, true]);
    assert.throws(() => queue.getNowait(), QueueShutDownError);
  });

  it("gives back what the items refer to, and the memory that they took", () => {
    const [main, dead, other] = workers();
    const queue = new main.surface[kind]<unknown>();
    for (let n = 0; n < 5; n++) dead.see(queue).putNowait({ lock: new dead.surface.Lock() });
    other.see(queue).shutdown({ immediate: true });
    recover(main.kernel, dead.kernel.slot);
    assert.equal(main.kernel.usage().objects, 1);
  });
});

describe("a shutdown", () => {
  it("wakes more waiters than a journal has room for", async () => {
    const [main, , other] = workers();
    const queue = new main.surface.Queue<string>();
    const waiting = Array.from({ length: 40 }, () => other.see(queue).get());
    queue.shutdown();
    for (const outcome of await Promise.allSettled(waiting)) assert.equal(outcome.status, "rejected");
  });

  it("breaks the promise of a place: the item is not put", async () => {
    const [main, , other] = workers();
    const queue = new main.surface.Queue<string>(1);
    queue.putNowait("first");
    const promised = other.see(queue).put("second");
    assert.equal(queue.getNowait(), "first");
    queue.shutdown();
    await assert.rejects(promised, QueueShutDownError);
    assert.equal(queue.size, 0);
  });

  it("keeps the promise of an item; one that its getter did not live to take stays", async () => {
    const [main, dead, other] = workers();
    const queue = new main.surface.Queue<string>();
    void dead.see(queue).get();
    const promised = other.see(queue).get();
    queue.putNowait("first");
    queue.putNowait("second");
    queue.shutdown();
    recover(main.kernel, dead.kernel.slot);
    assert.equal(await promised, "first");
    assert.equal(await queue.get(), "second");
    await assert.rejects(queue.get(), QueueShutDownError);
  });
});

describe("a pipe", () => {
  it("an end whose last holder dies is closed: items that it sent still arrive, then the other end knows", async () => {
    const [main, dead] = workers();
    const [here, there] = dead.surface.pipe<string>();
    const end = main.see(here);
    there.sendSync("last words");
    assert.equal(await end.recv(), "last words");
    const waiting = assert.rejects(end.recv(), ConnectionClosedError);
    recover(main.kernel, dead.kernel.slot);
    await waiting;
    assert.throws(() => end.sendSync("too late"), ConnectionClosedError);
  });

  it("an end that somebody else holds as well stays open", async () => {
    const [main, dead, other] = workers();
    const [here, there] = dead.surface.pipe<string>();
    const end = main.see(here);
    const shared = other.see(there);
    recover(main.kernel, dead.kernel.slot);
    end.sendSync("still there?");
    assert.equal(await shared.recv(), "still there?");
  });

  it("is freed with what is in it once nobody holds either end", () => {
    const [main, dead] = workers();
    const before = main.kernel.usage();
    const [here] = dead.surface.pipe<{ lock: Lock }>();
    here.sendSync({ lock: new dead.surface.Lock() });
    recover(main.kernel, dead.kernel.slot);
    assert.deepEqual(main.kernel.usage().objects, before.objects);
  });

  it("a close in whose middle its worker dies is finished", async () => {
    await atEveryCommit(async (commits) => {
      const [main, dead, other] = workers();
      const [here, there] = main.surface.pipe<string>();
      const end = dead.see(there);
      const received = other.see(here).recv();
      const died = dieAfterCommits(dead.kernel.section, commits, () => end.close());
      recover(main.kernel, dead.kernel.slot);
      if (commits === 0) there.close();
      await assert.rejects(received, ConnectionClosedError);
      await assert.rejects(here.send("too late"), ConnectionClosedError);
      await assert.rejects(there.send("from a closed end"), ConnectionClosedError);
      return died;
    });
  });
});
