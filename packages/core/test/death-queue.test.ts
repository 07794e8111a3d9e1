import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { atEveryInstant } from "./reference/crash-harness.js";

/** So many instants, each with a region of its own: on a busy machine they take their time. */
describe("a worker killed at any instant while it", { timeout: 120_000 }, () => {
  it.each([false, true])(
    "puts into a queue for which others wait: its item arrives once or not at all (fair: %s)",
    (fair) =>
      atEveryInstant(async (harness) => {
        const { main, first, second } = harness;
        const queues = harness.share(new main.surface.Queue<string>({ maxSize: 1, fair }));
        const got: string[] = [];
        await harness.by(first, () => queues.first.get().then((item) => got.push(item)));
        await harness.by(second, () => queues.second.get().then((item) => got.push(item)));
        await harness.dying(() => queues.victim.put("of the dead"));
        await harness.settle();
        if (harness.isVictimAlive) assert.deepEqual(got, ["of the dead"]);
        await harness.by(main, () => queues.main.put("one").then(() => queues.main.put("two")));
        await harness.settle();
        const all = [...got, ...(queues.main.isEmpty ? [] : [queues.main.getNowait()])];
        assert.deepEqual(
          all.filter((item) => item !== "of the dead"),
          ["one", "two"],
        );
        assert.ok(all.length <= 3);
        assert.equal(queues.main.size, 0);
      }),
  );

  it("waits for a place in a queue: nobody behind it is kept waiting", () =>
    atEveryInstant(async (harness) => {
      const { main, first } = harness;
      const queues = harness.share(new main.surface.Queue<string>(1));
      queues.main.putNowait("first");
      let isPut = false;
      await harness.dying(() => queues.victim.put("x".repeat(2000)));
      await harness.by(first, () => queues.first.put("of the living").then(() => (isPut = true)));
      const got = [queues.main.getNowait()];
      await harness.dyingWakes();
      await harness.settle();
      while (!queues.main.isEmpty) {
        got.push(queues.main.getNowait());
        await harness.settle();
      }
      assert.ok(isPut);
      assert.deepEqual(
        got.filter((item) => !item.startsWith("x")),
        ["first", "of the living"],
      );
      assert.ok(got.length <= 3);
    }));

  it("gets from a full queue into which others wait to put: its item is lost with it, and nothing else", () =>
    atEveryInstant(async (harness) => {
      const { main, first, second } = harness;
      const queues = harness.share(new main.surface.Queue<string>(1));
      queues.main.putNowait("a");
      await harness.by(first, () => queues.first.put("b"));
      await harness.by(second, () => queues.second.put("c"));
      await harness.dying(() => queues.victim.get());
      const lost = queues.main.size === 0 ? 1 : 0;
      await harness.settle();
      const got: string[] = [];
      while (!queues.main.isEmpty) {
        got.push(queues.main.getNowait());
        await harness.settle();
      }
      assert.deepEqual(got, ["a", "b", "c"].slice(-got.length));
      assert.ok(got.length >= 2 - lost + 0 && got.length <= 3);
    }));

  it("gets one item after another, of which some were lent to it: the others get the rest, each once and in order", () =>
    atEveryInstant(async (harness) => {
      const { main, first } = harness;
      const queues = harness.share(new main.surface.Queue<string>(4));
      for (const item of ["a", "b", "c", "d"]) queues.main.putNowait(item);
      const taken: string[] = [];
      for (let n = 0; n < 3; n++) await harness.dying(() => queues.victim.get().then((item) => taken.push(item)));
      const lost = 4 - queues.first.size - taken.length;
      assert.ok(lost <= 1);
      await harness.by(first, () => queues.first.put("e").then(() => queues.first.put("f")));
      const got: string[] = [];
      while (!queues.main.isEmpty) {
        got.push(queues.main.getNowait());
        await harness.settle();
      }
      assert.deepEqual([...taken, ...got], ["a", "b", "c", "d", "e", "f"].toSpliced(taken.length, lost));
    }));

  it("is woken for one of several items, for which it and another wait: the other gets what is left", () =>
    atEveryInstant(async (harness) => {
      const { main, first } = harness;
      const queues = harness.share(new main.surface.Queue<string>());
      const got: string[] = [];
      const theirs: string[] = [];
      const get = (): Promise<unknown> => queues.victim.get().then((item) => theirs.push(item));
      await harness.dying(() => Promise.all([get(), get()]));
      await harness.by(first, () => queues.first.get().then((item) => got.push(item)));
      for (const item of ["a", "b", "c"]) queues.main.putNowait(item);
      await harness.dyingWakes();
      await harness.settle();
      assert.equal(got.length, 1, "nobody waits for an item that is there");
      const left = queues.main.size;
      if (harness.isVictimAlive) assert.deepEqual([theirs, got, left], [["a", "b"], ["c"], 0]);
      const rest = Array.from({ length: left }, () => queues.main.getNowait());
      assert.equal(new Set([...theirs, ...got, ...rest]).size, theirs.length + 1 + left, "none twice");
    }));

  it("lets a queue drain for which more wait than there are items: each wait ends", () =>
    atEveryInstant(async (harness) => {
      const { main, first, second } = harness;
      const queues = harness.share(new main.surface.Queue<string>());
      const ends: string[] = [];
      const wait = (queue: typeof queues.main) => () =>
        queue.get().then(
          (item) => ends.push(item),
          () => ends.push("over"),
        );
      await harness.by(first, wait(queues.first));
      await harness.by(second, wait(queues.second));
      await harness.by(first, wait(queues.first));
      queues.main.putNowait("a");
      queues.main.putNowait("b");
      await harness.dying(() => queues.victim.shutdown());
      if (!queues.main.isShutDown) queues.main.shutdown();
      await harness.settle();
      assert.deepEqual(ends.sort(), ["a", "b", "over"]);
    }));

  it("gives up waiting for an item that it was promised: the item stays", async () => {
    for (const others of [0, 1]) {
      await atEveryInstant(async (harness) => {
        const { main, first } = harness;
        const queues = harness.share(new main.surface.Queue<string>(1));
        const abort = new AbortController();
        const got: string[] = [];
        await harness.dying(() => queues.victim.get({ signal: abort.signal }).catch(() => {}));
        if (others > 0) await harness.by(first, () => queues.first.get().then((item) => got.push(item)));
        queues.main.putNowait("item");
        await harness.dying(() => abort.abort());
        await harness.settle();
        if (others === 0) got.push(queues.main.getNowait());
        assert.deepEqual(got, ["item"]);
      });
    }
  });

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)("shuts a %s down at once: nobody is kept waiting", (kind) =>
    atEveryInstant(async (harness) => {
      const { main, first, second } = harness;
      const queues = harness.share(new main.surface[kind]<string>(2));
      const ends: string[] = [];
      const end = (how: string) => () => ends.push(how);
      queues.main.putNowait("a");
      queues.main.putNowait("b");
      await harness.by(first, () => queues.first.put("c").then(end("put"), end("refused")));
      await harness.by(second, () => queues.second.join().then(end("joined")));
      await harness.dying(() => queues.victim.shutdown({ immediate: true }));
      await harness.settle();
      // Killed before its first commit: the shutdown has not happened, and we make up for it.
      if (!queues.main.isShutDown) queues.main.shutdown({ immediate: true });
      await harness.settle();
      assert.deepEqual(ends.sort(), ["joined", "refused"]);
      assert.equal(queues.main.size, 0);
    }),
  );

  it.each(["LifoQueue", "PriorityQueue"] as const)("puts into and gets from a %s: no other item is touched", (kind) =>
    atEveryInstant(async (harness) => {
      const { main } = harness;
      const queues = harness.share(new main.surface[kind]<string>());
      for (const item of ["a", "b", "c"]) queues.main.putNowait(item);
      await harness.dying(() => {
        queues.victim.putNowait("of the dead");
        queues.victim.getNowait();
      });
      await harness.settle();
      const got: string[] = [];
      while (!queues.main.isEmpty) got.push(queues.main.getNowait());
      const others = got.filter((item) => item !== "of the dead").sort();
      assert.deepEqual(others, ["a", "b", "c"].slice(3 - others.length));
      assert.ok(others.length === 3 || (others.length === 2 && kind === "PriorityQueue"));
    }),
  );

  it("closes its end of a pipe: a waiter at the other learns of it", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, first } = harness;
      const [here, there] = main.surface.pipe<string>();
      const ends = harness.share(here);
      const theirs = harness.backend.share(there, victim);
      harness.keep(there);
      let isClosed = false;
      await harness.by(first, () => ends.first.recv().catch(() => (isClosed = true)));
      await harness.dying(() => theirs.close());
      await harness.settle();
      if (!isClosed) there.close();
      await harness.settle();
      assert.ok(isClosed);
      assert.throws(() => ends.main.sendSync("too late"), { code: "HEDDLE_CONNECTION_CLOSED" });
    }));
});
