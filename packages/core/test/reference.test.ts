import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { History, steps } from "./reference/history.js";
import type { Described, Subject } from "./reference/subject.js";
import { condition } from "./reference/subjects/condition.js";
import { event } from "./reference/subjects/event.js";
import { lock } from "./reference/subjects/lock.js";
import { queue } from "./reference/subjects/queue.js";
import { semaphore } from "./reference/subjects/semaphore.js";
import { goOn, stopTheWorld } from "./reference/virtual.js";

const scale = Math.max(1, Number(process.env.HEDDLE_STRESS ?? 1));

/** A failure tells its seed and path: `HEDDLE_REPLAY=seed/path` plays that history again. */
const [seed, path] = process.env.HEDDLE_REPLAY?.split("/") ?? [];
const replay = seed === undefined || path === undefined ? {} : { seed: Number(seed), path, endOnFailure: true };

describe(`histories on the reference adapter come out as a plain model says (× ${scale})`, () => {
  beforeAll(stopTheWorld);
  afterAll(() => goOn());

  const told = <Real extends object, Model extends Described>(subject: Subject<Real, Model>): void => {
    it(
      subject.name,
      () =>
        fc.assert(
          fc.asyncProperty(fc.nat(2), steps, (size, history) => new History(subject, size).run(history)),
          { numRuns: 300 * scale, ...replay },
        ),
      // A busy machine takes its time.
      120_000 * scale,
    );
  };

  told(lock);
  told(semaphore);
  told(event);
  told(condition);
  told(queue);
});
