import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { atEveryInstant } from "./reference/stage.js";

describe("a worker killed at any instant while it", () => {
  it("puts into a queue for which others wait: its item arrives once or not at all", () =>
    atEveryInstant(async (stage) => {
      const { main, first, second } = stage;
      const queues = stage.share(new main.surface.Queue<string>(1));
      const got: string[] = [];
      await stage.by(first, () => queues.first.get().then((item) => got.push(item)));
      await stage.by(second, () => queues.second.get().then((item) => got.push(item)));
      await stage.dying(() => queues.doomed.put("of the dead"));
      await stage.settle();
      if (stage.isDoomedAlive) assert.deepEqual(got, ["of the dead"]);
      await stage.by(main, () => queues.main.put("one").then(() => queues.main.put("two")));
      await stage.settle();
      const all = [...got, ...(queues.main.isEmpty ? [] : [queues.main.getNowait()])];
      assert.deepEqual(
        all.filter((item) => item !== "of the dead"),
        ["one", "two"],
      );
      assert.ok(all.length <= 3);
      assert.equal(queues.main.size, 0);
    }));

  it("waits for a place in a queue: nobody behind it is kept waiting", () =>
    atEveryInstant(async (stage) => {
      const { main, first } = stage;
      const queues = stage.share(new main.surface.Queue<string>(1));
      queues.main.putNowait("first");
      let isPut = false;
      await stage.dying(() => queues.doomed.put("x".repeat(2000)));
      await stage.by(first, () => queues.first.put("of the living").then(() => (isPut = true)));
      const got = [queues.main.getNowait()];
      await stage.dyingWakes();
      await stage.settle();
      while (!queues.main.isEmpty) {
        got.push(queues.main.getNowait());
        await stage.settle();
      }
      assert.ok(isPut);
      assert.deepEqual(
        got.filter((item) => !item.startsWith("x")),
        ["first", "of the living"],
      );
      assert.ok(got.length <= 3);
    }));

  it("gets from a full queue into which others wait to put: what it took is lost with it, and nothing else", () =>
    atEveryInstant(async (stage) => {
      const { main, first, second } = stage;
      const queues = stage.share(new main.surface.Queue<string>(1));
      queues.main.putNowait("a");
      await stage.by(first, () => queues.first.put("b"));
      await stage.by(second, () => queues.second.put("c"));
      await stage.dying(() => queues.doomed.get());
      const lost = queues.main.size === 0 ? 1 : 0;
      await stage.settle();
      const got: string[] = [];
      while (!queues.main.isEmpty) {
        got.push(queues.main.getNowait());
        await stage.settle();
      }
      assert.deepEqual(got, ["a", "b", "c"].slice(-got.length));
      assert.ok(got.length >= 2 - lost + 0 && got.length <= 3);
    }));

  it("gets one item after another, of which some were lent to it: the others get the rest, each once and in order", () =>
    atEveryInstant(async (stage) => {
      const { main, first } = stage;
      const queues = stage.share(new main.surface.Queue<string>(4));
      for (const item of ["a", "b", "c", "d"]) queues.main.putNowait(item);
      const taken: string[] = [];
      for (let n = 0; n < 3; n++) await stage.dying(() => queues.doomed.get().then((item) => taken.push(item)));
      const lost = 4 - queues.first.size - taken.length;
      assert.ok(lost <= 1);
      await stage.by(first, () => queues.first.put("e").then(() => queues.first.put("f")));
      const got: string[] = [];
      while (!queues.main.isEmpty) {
        got.push(queues.main.getNowait());
        await stage.settle();
      }
      assert.deepEqual([...taken, ...got], ["a", "b", "c", "d", "e", "f"].toSpliced(taken.length, lost));
    }));

  it("gives up waiting for an item that it was promised: the item stays", async () => {
    for (const others of [0, 1]) {
      await atEveryInstant(async (stage) => {
        const { main, first } = stage;
        const queues = stage.share(new main.surface.Queue<string>(1));
        const abort = new AbortController();
        const got: string[] = [];
        await stage.dying(() => queues.doomed.get({ signal: abort.signal }).catch(() => {}));
        if (others > 0) await stage.by(first, () => queues.first.get().then((item) => got.push(item)));
        queues.main.putNowait("item");
        await stage.dying(() => abort.abort());
        await stage.settle();
        if (others === 0) got.push(queues.main.getNowait());
        assert.deepEqual(got, ["item"]);
      });
    }
  });

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)("shuts a %s down at once: nobody is kept waiting", (kind) =>
    atEveryInstant(async (stage) => {
      const { main, first, second } = stage;
      const queues = stage.share(new main.surface[kind]<string>(2));
      const ends: string[] = [];
      const end = (how: string) => () => ends.push(how);
      queues.main.putNowait("a");
      queues.main.putNowait("b");
      await stage.by(first, () => queues.first.put("c").then(end("put"), end("refused")));
      await stage.by(second, () => queues.second.join().then(end("joined")));
      await stage.dying(() => queues.doomed.shutdown({ immediate: true }));
      await stage.settle();
      // Killed before its first commit: the shutdown has not happened, and we make up for it.
      if (!queues.main.isShutDown) queues.main.shutdown({ immediate: true });
      await stage.settle();
      assert.deepEqual(ends.sort(), ["joined", "refused"]);
      assert.equal(queues.main.size, 0);
    }),
  );

  it.each(["LifoQueue", "PriorityQueue"] as const)("puts into and gets from a %s: no other item is touched", (kind) =>
    atEveryInstant(async (stage) => {
      const { main } = stage;
      const queues = stage.share(new main.surface[kind]<string>());
      for (const item of ["a", "b", "c"]) queues.main.putNowait(item);
      await stage.dying(() => {
        queues.doomed.putNowait("of the dead");
        queues.doomed.getNowait();
      });
      await stage.settle();
      const got: string[] = [];
      while (!queues.main.isEmpty) got.push(queues.main.getNowait());
      const others = got.filter((item) => item !== "of the dead").sort();
      assert.deepEqual(others, ["a", "b", "c"].slice(3 - others.length));
      assert.ok(others.length === 3 || (others.length === 2 && kind === "PriorityQueue"));
    }),
  );

  it("closes its end of a pipe: who waits at the other learns of it", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, first } = stage;
      const [here, there] = main.surface.pipe<string>();
      const ends = stage.share(here);
      const theirs = stage.loom.share(there, doomed);
      stage.keep(there);
      let isClosed = false;
      await stage.by(first, () => ends.first.recv().catch(() => (isClosed = true)));
      await stage.dying(() => theirs.close());
      await stage.settle();
      if (!isClosed) there.close();
      await stage.settle();
      assert.ok(isClosed);
      assert.throws(() => ends.main.sendSync("too late"), { code: "HEDDLE_CONNECTION_CLOSED" });
    }));
});
