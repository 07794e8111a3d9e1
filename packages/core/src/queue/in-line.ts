import { type Gate, type Next, type Wait, type WaitLimits, waitAt } from "../kernel/waiting.js";

interface Hooks {
  readonly hasSpun?: boolean;
  readonly fail?: (error: unknown) => never;
}

/** As {@link waitAt}, of a getter or a putter. `count` is told as it joins the line, by 1, and as its wait ends, by -1. */
export function waitInLine<T, R>(
  gate: Gate<T>,
  limits: WaitLimits,
  resume: (outcome: T | undefined) => Next<R>,
  count: (change: number) => void,
  hooks: Hooks = {},
): Wait<R> {
  let isInLine = false;
  const leave = (): void => {
    if (isInLine) count(-1);
    isInLine = false;
  };
  const after = (outcome: T | undefined): Next<R> => {
    leave();
    return resume(outcome);
  };
  const fail = (error: unknown): never => {
    leave();
    if (hooks.fail !== undefined) hooks.fail(error);
    throw error;
  };
  const onParked = (): void => {
    isInLine = true;
    count(1);
  };
  return waitAt(gate, limits, after, { ...hooks, fail, onParked });
}
