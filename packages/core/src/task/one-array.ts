import type { Task } from "../contracts/task.js";
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
