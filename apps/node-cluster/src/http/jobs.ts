/** The work after an answer: put into a queue by the workers that answer, done by a pool. */
import { Queue, SharedArray, task } from "@heddle/node-processes/cluster";

export const ITEMS = 96;

export interface Job {
  readonly item: number;
}

/** Bounded: should the pool fall behind, those who answer wait for it. */
export const jobs = Queue.named<Job>("jobs", 1000);

/** How often each item was asked for. */
const asked = SharedArray.named("asked", "u32", ITEMS + 1);

/** Does jobs until the queue is shut down and empty. */
export const drain = task(import.meta, async function drain() {
  for await (const { item } of jobs) {
    Atomics.add(asked.view, item, 1);
    jobs.taskDone();
  }
});

export const jobsDone = (): number => asked.view.reduce((sum, count) => sum + count, 0);
