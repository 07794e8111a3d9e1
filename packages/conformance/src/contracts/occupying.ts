import type { Pool } from "@heddle/core";
import { type Suite, tasksOf } from "../suite.js";
import type * as work from "../tasks/work.js";

/** A worker that is occupied until it is let go. */
interface Occupied {
  readonly done: Promise<string>;
  letGo(): void;
}

/** Occupies one of a pool's workers, by a task that awaits or by one that blocks. */
export function occupying(suite: Suite, task: "runUntil" | "runUntilSync"): (pool: Pool) => Promise<Occupied> {
  const tasks = tasksOf<typeof work>(suite, "work");
  const { Event } = suite.adapter;
  return async (pool) => {
    const [started, go] = [new Event(), new Event()];
    const done = pool.run(tasks[task], started, go);
    await started.wait();
    return { done, letGo: () => go.set() };
  };
}
