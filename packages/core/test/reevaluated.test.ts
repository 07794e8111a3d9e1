import { expect, it } from "vitest";
import { createBackend } from "../src/backend/create-backend.js";
import type { Adapter, SpawnRequest } from "../src/contracts/adapter.js";
import type { Task } from "../src/contracts/task.js";
import { TaskRegistry } from "../src/task/registry.js";
import { oneThread } from "./kernels.js";

const url = "file:///tasks.js";
const laterTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

/** How many evaluations of a module are new ones, of which each defines tasks with `meta`. */
async function reevaluations(...turns: (readonly [meta: object | string, ...names: string[]][])[]): Promise<number> {
  const registry = new TaskRegistry();
  for (const definitions of turns) {
    for (const [meta, ...names] of definitions) {
      for (const name of names) registry.task(url, () => name, { name }, meta);
    }
    await laterTurn();
  }
  return registry.reevaluations;
}

it("a module is evaluated again that defines tasks in a later turn, with an import.meta of its own", async () => {
  expect(await reevaluations([[{}, "a", "b"]], [[{}, "a", "b"]], [[{}, "c"]])).toBe(2);
});

it("in one turn, it is told by the import.meta and the module of the runtime, of which there is one for each evaluation", async () => {
  for (const make of [() => Object.create(null), () => ({ filename: "/tasks.js" }), () => ({ url, resolve() {} })]) {
    expect(
      await reevaluations([
        [make(), "a", "b"],
        [make(), "a", "b"],
      ]),
    ).toBe(1);
  }
});

it("it is not that defines tasks after an await, or in a bundle that has an object for each of its modules", async () => {
  const meta = {};
  expect(await reevaluations([[meta, "a"]], [[meta, "b"]], [[meta, "a"]])).toBe(0);
  expect(
    await reevaluations([
      [{}, "a"],
      [{}, "b"],
    ]),
  ).toBe(0);
});

it("of a module that is known by its URL alone, it is where a task is defined once more", async () => {
  expect(await reevaluations([[url, "a"]], [[url, "b"]])).toBe(0);
  expect(await reevaluations([[url, "a"]], [[url, "a"]])).toBe(1);
});

it("a module that was evaluated again is told from others, and from its evaluations before", async () => {
  const registry = new TaskRegistry();
  const evaluate = (module: string): unknown => registry.task(module, () => 1, { name: "one" }, {});
  for (const module of [url, "file:///other.js"]) evaluate(module);
  await laterTurn();
  evaluate(url);
  expect([url, "file:///other.js"].map((module) => registry.wasReevaluatedAfter(module, 0))).toEqual([true, false]);
  expect(registry.wasReevaluatedAfter(url, 1)).toBe(false);
});

it("a pool runs tasks of a module that was evaluated again in workers that were started after that", async () => {
  const started: SpawnRequest[] = [];
  const adapter: Adapter = {
    ...oneThread,
    name: "test: workers that load",
    url: "test:workers-that-load",
    spawn(request) {
      started.push(request);
      const end = (): void => {
        request.onDeath(0);
        request.onEnd();
      };
      return { pid: 1, post: () => {}, kill: () => queueMicrotask(end), setKeepsAlive: () => {} };
    },
  };
  const { Pool, inline, task } = createBackend(adapter);
  const pool = new Pool({ size: 3 });
  const outcomes: Promise<unknown>[] = [];
  /** How many workers there have been, once a call was sent. */
  const startedFor = async (one: Task<[], number>): Promise<number> => {
    outcomes.push(pool.run(one).catch(() => {}));
    await laterTurn();
    return started.length;
  };
  const evaluate = () => task({ url }, () => 1, { name: "one" });
  const before = evaluate();
  expect(await startedFor(before)).toBe(1);
  const after = evaluate();
  const other = inline(() => 1);
  // The first worker takes neither, once it is known to have the old module.
  expect(await startedFor(after)).toBe(2);
  expect(await startedFor(other)).toBe(3);
  expect(await startedFor(other)).toBe(4);
  expect(await startedFor(other)).toBe(4);
  await pool.terminate();
  await Promise.all(outcomes);
});
