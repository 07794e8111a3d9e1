import assert from "node:assert/strict";
import { blocking, type Contract, failsWith, failureOf, tasksOf } from "../suite.js";
import type * as work from "../tasks/work.js";

/** How a function becomes a task, and how it is found elsewhere. */
export const task: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");

  describe("tasks", () => {
    it("called directly, they run here", async () => {
      const twice = adapter.task(import.meta, (n: number) => n * 2, { name: "twice" });
      assert.equal(twice(4), 8);
      assert.deepEqual(twice.ref, { module: import.meta.url, name: "twice" });
      assert.equal(await tasks.add(1, 2), 3);
    });

    it("of one module that were given names have names of their own", () => {
      const named = adapter.task(import.meta, () => 3, { name: "three" });
      assert.deepEqual(named.ref, { module: import.meta.url, name: "three" });
      assert.throws(() => adapter.task(import.meta, () => 4, { name: "three" }), TypeError);
      return Promise.resolve();
    });

    it("belong to the module that import.meta, its URL, or the module of CommonJS stands for", () => {
      const { url } = import.meta;
      const file = { filename: "/here/some file.cjs" };
      assert.equal(adapter.task(url, () => 1, { name: "by its url" }).ref.module, url);
      assert.equal(adapter.task(file, () => 1, { name: "of a file" }).ref.module, "file:///here/some%20file.cjs");
      for (const wrong of [undefined, { name: "x" }, "here", 5]) {
        assert.throws(() => adapter.task(wrong as never, () => 1), TypeError);
        assert.throws(() => adapter.isMain(wrong as never), TypeError);
      }
      return Promise.resolve();
    });

    it("are sent by reference", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const back = (await pool.run(tasks.echo, { go: tasks.add })) as { go: typeof tasks.add };
      assert.deepEqual(back.go.ref, tasks.add.ref);
      assert.equal(await pool.run(back.go, 2, 3), 5);
      await pool.close();
    });

    it("made inline run elsewhere with their arguments alone", async () => {
      const worker = new adapter.Worker(
        adapter.inline((a: number, b: number) => Math.max(a, b) * 2),
        { args: [3, 4] },
      ).start();
      assert.equal(await worker.result, 8);
      await worker.join();
    });

    it("made inline are refused when they use what is outside of them", async () => {
      // An object, as a transpiler may write a number in place of its name.
      const outside = { n: 5 };
      const error = await failsWith("HEDDLE_FREE_VARIABLE", () => adapter.inline((n: number) => n * outside.n));
      assert.deepEqual(Reflect.get(error, "names"), ["outside"]);
      await failureOf(() => adapter.inline(Math.max));
    });

    it("that do not exist, or whose module does not load, say so", async () => {
      const missing = adapter.tasksFrom<{ nowhere(): void; notAFunction(): void }>(
        new URL("./tasks/work.js", import.meta.url),
      );
      const broken = tasksOf<{ unreachable(): void }>(suite, "broken");
      const lost = tasksOf<{ lost(): void }>(suite, "no-such-module");
      const pool = new adapter.Pool({ size: 1 });
      await failsWith("HEDDLE_TASK_NOT_FOUND", () => pool.run(missing.nowhere));
      await failsWith("HEDDLE_TASK_NOT_FOUND", () => pool.run(missing.notAFunction));
      await failsWith("HEDDLE_TASK_NOT_FOUND", () => pool.run(lost.lost));
      const error = await failsWith("HEDDLE_TASK_NOT_FOUND", () => pool.run(broken.unreachable));
      assert.match(String(error.cause), /does not load/);
      assert.equal(await pool.run(tasks.add, 1, 1), 2);
      await pool.close();
      const worker = new adapter.Worker(broken.unreachable).start();
      await failsWith("HEDDLE_TASK_NOT_FOUND", () => worker.result);
      await worker.join();
    });

    it("anything else in their place is refused, with advice", async () => {
      const pool = new adapter.Pool({ size: 1 });
      for (const wrong of [() => 1, "add", undefined, { ref: { module: "x", name: "y" } }]) {
        const error = await failureOf(() => pool.run(wrong as never));
        assert.ok(error instanceof TypeError && /needs a task/.test(error.message), String(error));
        assert.throws(() => new adapter.Worker(wrong as never), TypeError);
      }
      assert.throws(() => adapter.tasksFrom("./relative.js"), TypeError);
      assert.throws(() => adapter.isMain(undefined as never), TypeError);
      await pool.close();
    });
  });

  describe("sleep", () => {
    it("never wakes too early, and is ended by an abort", async () => {
      const start = performance.now();
      await adapter.sleep(15);
      await blocking(
        suite,
        () => adapter.sleepSync(15),
        () => adapter.sleep(15),
      );
      // A timer may round down by a millisecond.
      assert.ok(performance.now() - start >= 28);
      assert.equal(await failureOf(() => adapter.sleep(1e9, { signal: AbortSignal.abort("enough") })), "enough");
      const controller = new AbortController();
      const sleeping = failureOf(() => adapter.sleep(1e9, { signal: controller.signal }));
      controller.abort("enough");
      assert.equal(await sleeping, "enough");
      assert.ok((await failureOf(() => adapter.sleep(-1))) instanceof RangeError);
    });
  });
};
