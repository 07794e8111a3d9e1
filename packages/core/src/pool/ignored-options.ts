import type { TaskRef } from "../contracts/task.js";
import { warnOnce } from "../kernel/warnings.js";
import type { AnyFunction } from "../task/definitions.js";
import type { Method } from "../task/one-array.js";
import { readsNoMore } from "../task/parameters.js";
import type { TaskRegistry } from "../task/registry.js";
import { RUN_ELSEWHERE, RUN_OPTIONS } from "./option-names.js";

/** Warns of options among the arguments that a method of the pool hands on to a task, which has fewer parameters. */
export function warnOfSurplus(
  tasks: Pick<TaskRegistry, "functionOf">,
  ref: TaskRef,
  task: unknown,
  args: readonly unknown[],
  method: Method,
): void {
  warnOfIgnoredOptions(ref, args, tasks.functionOf(task as object), (name, options) => {
    if (method === "run") return viewRun(name, options);
    return method === "submit" ? `write pool.submit(${name}, […], ${options})` : `pool.${method} has none`;
  });
}

/**
 * As {@link warnOfSurplus}, in the pool's worker: of an export of any module, as the pool has no function of it. The pool warns of other
 * tasks.
 */
export function warnOfSurplusOf(
  fn: AnyFunction,
  tasks: Pick<TaskRegistry, "known">,
  ref: TaskRef,
  args: readonly unknown[],
): void {
  if (typeof args[args.length - 1] !== "object") return;
  if (!ref.module.startsWith("data:") && tasks.known(ref) === undefined) warnOfIgnoredOptions(ref, args, fn, viewRun);
}

const viewRun = (name: string, options: string): string => `write pool.withOptions(${options}).run(${name}, …)`;

/** Warns if the last argument has nothing but names of a call's options, and the function surely does not read it. */
function warnOfIgnoredOptions(
  ref: TaskRef,
  args: readonly unknown[],
  fn: AnyFunction | undefined,
  instead: (name: string, options: string) => string,
): void {
  const last = args[args.length - 1];
  if (fn === undefined || typeof last !== "object" || last === null) return;
  const names = namesIn(last);
  if (names.length === 0 || !names.every(isOption) || !readsNoMore(fn)) return;
  warnOnce(`options ${ref.module} ${ref.name}`, () => {
    const name = ref.module.startsWith("data:") ? "inline" : ref.name;
    const others = names.filter((one) => RUN_ELSEWHERE.has(one));
    const advice = [
      ...(others.length === names.length
        ? []
        : [instead(name, `{ ${names.filter((one) => !others.includes(one)).join(", ")} }`)]),
      ...others.map((one) => `for "${one}" there is ${RUN_ELSEWHERE.get(one)}`),
    ];
    const takes = `${name} takes ${fn.length} ${fn.length === 1 ? "argument" : "arguments"}`;
    return `${takes}, so the options { ${names.join(", ")} } after it are ignored: ${advice.join("; ")}`;
  });
}

/** The properties of an object made by a literal; none of any other. */
function namesIn(value: object): string[] {
  try {
    return Object.getPrototypeOf(value) === Object.prototype ? Object.keys(value) : [];
  } catch {
    // A Proxy whose traps throw: the packer tells where.
    return [];
  }
}

const isOption = (name: string): boolean =>
  RUN_ELSEWHERE.has(name) || (RUN_OPTIONS as readonly string[]).includes(name);
