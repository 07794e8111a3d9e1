import type { Carrier, Instrumentation } from "../contracts/instrumentation.js";
import type { TaskRef } from "../contracts/task.js";
import { isThenable } from "../kernel/promises.js";
import type { Services } from "./services.js";

/** Global: a worker may have several copies of this module, and an instrumentation knows none of them. */
const LIST = Symbol.for("heddle.instrumentations");

const shared = globalThis as { [LIST]?: Instrumentation[] };
shared[LIST] ??= [];
const instrumentations = shared[LIST];

/** Asked for each call and each run. A program without instrumentations pays for no more than this. */
export const isInstrumented = (): boolean => instrumentations.length > 0;

/** The carrier for a task that is submitted now. */
export function carrierFor(task: TaskRef): Carrier | undefined {
  if (!isInstrumented()) return undefined;
  const all = instrumentations.map((one) => one.inject(task)).filter((carrier) => carrier !== undefined);
  return all.length === 0 ? undefined : Object.assign({}, ...all);
}

/** Calls `act`, which runs that task, within all instrumentations. */
export function runInstrumented<T>(
  { current }: Services,
  task: TaskRef,
  carrier: Carrier | undefined,
  act: () => T,
): T {
  const settles = (): T => {
    const value = act();
    // Within the instrumentations, as a thenable may begin its work when it is awaited.
    return isThenable(value) ? (Promise.resolve(value) as T) : value;
  };
  return instrumentations.reduce((inner, one) => () => one.run(carrier, task, current.info, inner), settles)();
}
