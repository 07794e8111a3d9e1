import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, tasksOf } from "../suite.js";
import type * as work from "../tasks/work.js";

/** Errors from another worker arrive as what they were. */
export const errors: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");

  describe("errors from another worker", () => {
    it("keep their class, message, properties and causes, and show both stacks", async () => {
      const pool = new adapter.Pool({ size: 1, name: "weavers" });
      const error = (await failureOf(() => pool.run(tasks.failWith, "boom"))) as RangeError & { detail: unknown };
      assert.ok(error instanceof RangeError);
      assert.deepEqual([error.message, error.detail], ["boom", { n: 1n }]);
      assert.ok(error.cause instanceof TypeError && error.cause.message === "inner");
      assert.match(error.stack ?? "", /failWith[\s\S]*weavers-1[\s\S]*\n\s+at /);
      await pool.close();
    });

    it("that Heddle makes have the line that made the call, before others", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const queue = new adapter.Queue();
      const unsendable = { go: (): void => {} };
      const calls: Record<string, () => Promise<unknown>> = {
        run: async function callOfTheUser() {
          await pool.run(tasks.echo, unsendable);
        },
        map: async function callOfTheUser() {
          await pool.map(tasks.echo, [1, unsendable]);
        },
        put: async function callOfTheUser() {
          await queue.put(unsendable);
        },
        putSync: async function callOfTheUser() {
          queue.putSync(unsendable);
          await Promise.resolve();
        },
        crash: async function callOfTheUser() {
          await pool.run(tasks.exit, 3);
        },
      };
      for (const [name, call] of Object.entries(calls)) {
        const { stack = "" } = (await failureOf(call)) as Error;
        assert.match(stack, /callOfTheUser/, `${name}: ${stack}`);
      }
      await pool.close();
    });

    it("of other classes are Errors of the same name", async () => {
      class BackendError extends Error {
        override name = "LoomError";
        thread = 5;
      }
      const pool = new adapter.Pool({ size: 1 });
      const error = await failureOf(() => pool.run(tasks.fail, new BackendError("tangled")));
      assert.ok(error instanceof Error);
      assert.deepEqual([error.name, error.message, Reflect.get(error, "thread")], ["LoomError", "tangled", 5]);
      const abort = await failureOf(() => pool.run(tasks.fail, new DOMException("stopped", "AbortError")));
      assert.ok(abort instanceof DOMException && abort.name === "AbortError");
      const many = await failureOf(() => pool.run(tasks.fail, new AggregateError([new TypeError("a"), 5], "many")));
      assert.ok(many instanceof AggregateError && many.errors[0] instanceof TypeError && many.errors[1] === 5);
      await pool.close();
    });

    it("of classes that say what they are by their own name alone arrive with it, and as the nearest class that is known", async () => {
      class OutOfStock extends RangeError {}
      class SoldOut extends OutOfStock {}
      const pool = new adapter.Pool({ size: 1 });
      const sold = (await failureOf(() => pool.run(tasks.fail, new SoldOut("none left")))) as Error;
      assert.ok(sold instanceof RangeError);
      assert.deepEqual([sold.name, String(sold)], ["SoldOut", "SoldOut: none left"]);
      assert.match(sold.stack ?? "", /^SoldOut: none left\n/);
      assert.equal(Object.keys(sold).includes("name"), false);
      const plain = (await failureOf(() => pool.run(tasks.fail, new RangeError("far")))) as Error;
      assert.equal(Object.hasOwn(plain, "name"), false);
      await pool.close();
    });

    it("that nothing catches there arrive as those that a task throws", async () => {
      class SoldOut extends RangeError {}
      const inner = Object.assign(new TypeError("inner"), { code: "EINNER" });
      const errors = [
        Object.assign(new SoldOut("none left", { cause: inner }), { code: "ESOLD", errno: -3, detail: { n: 1n } }),
        Object.assign(new AggregateError([inner], "many"), { code: "EMANY" }),
      ];
      const seen = (error: unknown): unknown[] => {
        const { name, message, cause, errors = [] } = error as AggregateError;
        const inner = [cause, ...errors].map((each) => [String(each), Reflect.get(Object(each), "code")]);
        return [Object.getPrototypeOf(error), name, message, { ...(error as Error) }, inner];
      };
      const pool = new adapter.Pool({ size: 1 });
      for (const error of errors) {
        const thrown = await failureOf(() => pool.run(tasks.fail, error));
        const { cause } = await failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.failLater, error));
        assert.deepEqual(seen(cause), seen(thrown));
        assert.equal(Reflect.get(Object(cause), "code"), Reflect.get(error, "code"));
      }
      await pool.close();
      const worker = new adapter.Worker(tasks.failLater, { args: [errors[0]] }).start();
      const { cause } = await failsWith("HEDDLE_WORKER_CRASHED", () => worker.result);
      assert.equal(Reflect.get(Object(cause), "code"), "ESOLD");
      await worker.join();
    });

    it("may be anything, undefined too", async () => {
      const pool = new adapter.Pool({ size: 1 });
      for (const thrown of [undefined, null, 0, "text", { reason: 1 }]) {
        assert.deepEqual(await failureOf(() => pool.run(tasks.fail, thrown)), thrown);
        const worker = new adapter.Worker(tasks.fail, { args: [thrown] }).start();
        assert.deepEqual(await failureOf(() => worker.result), thrown);
        await worker.join();
      }
      await pool.close();
    });

    it("Heddle's own come back with their codes", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const original = await failsWith("HEDDLE_SEND", () => pool.run(tasks.unsendable));
      const back = await failsWith("HEDDLE_SEND", () => pool.run(tasks.fail, original));
      assert.equal(Reflect.get(back, "path"), "result");
      assert.equal(Object.getPrototypeOf(back), Object.getPrototypeOf(original));
      await pool.close();
    });
  });
};
