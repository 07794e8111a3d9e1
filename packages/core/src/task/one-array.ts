import type { Task, TaskRef } from "../contracts/task.js";
import { warnOnce } from "../kernel/warnings.js";

/**
 * Warns of a task of several parameters that is given one array of as many items, which most often were meant to be its arguments. `instead` is
 * the call that gives them so.
 */
export function warnOfOneArray(task: unknown, args: readonly unknown[], instead: (name: string) => string): void {
  const [array] = args;
  if (args.length !== 1 || !Array.isArray(array) || array.length < 2) return;
  const { length, name, ref } = task as Task & { readonly length: number; readonly name: string };
  if (array.length !== length) return;
  warnOnce(
    `array ${ref.module} ${ref.name}`,
    () => `${name} takes ${length} arguments, and was given one, an array of ${length} items: write ${instead(name)}`,
  );
}

/** The methods of a pool that hand their arguments on to a task. */
export type Method = "run" | "submit" | "iterate" | "broadcast";

/**
 * Warns of arguments that a method of a pool hands on to a task, and that are hardly ever meant. `ofSurplus` looks at those of a task that has
 * fewer parameters.
 */
export function warnOfArguments<R>(
  tasks: R,
  ref: TaskRef,
  task: unknown,
  args: readonly unknown[],
  method: Method,
  ofSurplus: (tasks: R, ref: TaskRef, task: unknown, args: readonly unknown[], method: Method) => void,
): void {
  warnOfOneArray(task, args, (name) => `pool.${method}(${name}, ${method === "submit" ? "" : "..."}array)`);
  if (args.length > (task as Task & { readonly length: number }).length) ofSurplus(tasks, ref, task, args, method);
}
