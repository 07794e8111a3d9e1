import assert from "node:assert/strict";
import { Event, Pool, setExceptHook, tasksFrom } from "@heddle/node-threads";
import { afterAll, describe, it } from "vitest";

const module = new URL("./fixtures/leaves-errors.mjs", import.meta.url);
const { listener, nothing, rejection, timer } = tasksFrom<typeof import("./fixtures/leaves-errors.mjs")>(module);

/** Node before 24 has no contexts that cost nothing: then the tasks are named that had run, the last one first. */
const isExact = Number.parseInt(process.versions.node, 10) >= 24;

describe("on Node, the task that left an error behind is known", () => {
  afterAll(() => setExceptHook(console.error));

  for (const leave of [rejection, timer, listener]) {
    it(`which came by a ${leave.name}`, async () => {
      const told = new Promise<readonly string[] | undefined>((resolve) => {
        setExceptHook((_error, { leftBy }) => resolve(leftBy));
      });
      const pool = new Pool({ size: 1 });
      const go = new Event();
      await pool.run(leave, go);
      await pool.run(nothing);
      go.set();
      assert.deepEqual(await told, isExact ? [leave.name] : [nothing.ref.name, leave.name]);
      await pool.close();
    });
  }
});
