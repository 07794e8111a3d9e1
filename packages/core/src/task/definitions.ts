import { TaskNotFoundError } from "../contracts/errors.js";
import type { ModuleMeta, TaskRef } from "../contracts/task.js";
import { typeError } from "../contracts/wrong-use.js";
import { clock } from "../kernel/clock.js";
import { isCommonJs } from "./module-url.js";

// biome-ignore lint/suspicious/noExplicitAny: definitions keep functions of every signature; `task` and `tasksFrom` type them.
export type AnyFunction = (...args: any[]) => unknown;

interface Definition {
  readonly name: string;
  /** The name was given as an option: it alone says which task is meant. */
  readonly isNamed: boolean;
  readonly fingerprint: string | undefined;
  fn: AnyFunction;
  /** The turn of the event loop in which it was made, and the `meta` that was given, as in {@link Module}. */
  turn: object;
  meta: unknown;
  /** It was made more than once in one turn, by the same text: perhaps of functions that differ in what they close over. */
  isAmbiguous: boolean;
}

interface Module {
  readonly definitions: Definition[];
  /** Given with its last definition: the `import.meta` or `module` of one evaluation, or its URL. */
  meta: unknown;
  /** The turn of the event loop of its last definition. */
  turn: object;
  /** The number of {@link Definitions.reevaluations} with its last one; 0 if it was evaluated once. */
  reevaluation: number;
}

/**
 * The tasks that were defined in this worker, by module. A task is found by its name and its function's fingerprint, never by its place
 * among others. Modules of one bundle are evaluated in another order elsewhere, and minifiers give several functions one name.
 */
export class Definitions {
  readonly #modules = new Map<string, Module>();
  #turn: object | undefined;
  #reevaluations = 0;

  /** How many times a module was evaluated again, as hot reload and `resetModules` do. */
  get reevaluations(): number {
    return this.#reevaluations;
  }

  /** The number of a module's last evaluation among these; 0 if it was evaluated once, or never. */
  reevaluationOf(module: string): number {
    return this.#modules.get(module)?.reevaluation ?? 0;
  }

  /**
   * Adds a task that the evaluation with that `meta` defines. Throws TypeError for a given name that another function of the module was
   * given before, in the same turn.
   */
  add(ref: TaskRef, isNamed: boolean, fn: AnyFunction, meta: unknown): void {
    const { name, fingerprint } = ref;
    const turn = this.#turnNow();
    const module = this.#of(ref.module, meta, turn);
    const { definitions } = module;
    const known = definitions.find((one) =>
      isNamed ? one.isNamed && one.name === name : !one.isNamed && one.name === name && one.fingerprint === fingerprint,
    );
    if (isOtherEvaluation(module, meta, turn, known !== undefined)) module.reevaluation = ++this.#reevaluations;
    module.meta = meta;
    module.turn = turn;
    if (known === undefined) {
      definitions.push({ name, isNamed, fingerprint, fn, turn, meta, isAmbiguous: false });
      return;
    }
    const isSameEvaluation = known.turn === turn && (known.meta === meta || !isOfOneEvaluation(meta));
    if (isSameEvaluation && isNamed) throw typeError(`Two tasks of ${short(ref.module)} are named "${name}"`);
    // Else the module was evaluated again (hot reload, resetModules): the new definition takes the old one's place.
    known.fn = fn;
    known.turn = turn;
    known.meta = meta;
    known.isAmbiguous = isSameEvaluation;
  }

  /** The function that `ref` means; undefined if there is none. Throws TaskNotFoundError where it could be one of several. */
  find({ module, name, fingerprint }: TaskRef): AnyFunction | undefined {
    const definitions = this.#modules.get(module)?.definitions ?? [];
    const named = definitions.find((one) => one.isNamed && one.name === name);
    if (named !== undefined && fingerprint === undefined) return named.fn;
    const found = definitions.filter(
      (one) => !one.isNamed && one.name === name && (fingerprint === undefined || one.fingerprint === fingerprint),
    );
    const [first] = found;
    if (found.length > 1 || first?.isAmbiguous === true) {
      throw new TaskNotFoundError(
        `Task "${name}" of ${short(module)} could be one of several: functions that are made again and again, such as in a loop, or without ` +
          `names, cannot be told apart. Give each task a name of its own: task(import.meta, fn, { name: "…" })`,
      );
    }
    return first?.fn;
  }

  /** The names of the tasks of a module, in the order in which they were defined. */
  namesIn(module: string): string[] {
    return (this.#modules.get(module)?.definitions ?? []).map(({ name }) => name);
  }

  #of(url: string, meta: unknown, turn: object): Module {
    let module = this.#modules.get(url);
    if (module === undefined) {
      module = { definitions: [], meta, turn, reevaluation: 0 };
      this.#modules.set(url, module);
    }
    return module;
  }

  /** An object that stands for the present turn of the event loop. */
  #turnNow(): object {
    if (this.#turn === undefined) {
      this.#turn = {};
      // A timer, as modules with a top-level await go on in microtasks.
      clock.setTimeout(() => {
        this.#turn = undefined;
      }, 0);
    }
    return this.#turn;
  }
}

/**
 * Whether `meta` is the `import.meta` or the CommonJS `module` of a runtime or a module runner, of which each evaluation has one. Bundlers
 * make objects in their places, perhaps several in one evaluation, though in one turn. Those cannot resolve specifiers.
 */
function isOfOneEvaluation(meta: unknown): boolean {
  if (typeof meta !== "object" || meta === null) return false;
  const canResolve = typeof (meta as { resolve?: unknown }).resolve === "function";
  return canResolve || Object.getPrototypeOf(meta) === null || isCommonJs(meta as ModuleMeta);
}

/** Whether this is not the evaluation in which the module's last task was defined. `isKnown`: the module has had this task before. */
function isOtherEvaluation(module: Module, meta: unknown, turn: object, isKnown: boolean): boolean {
  if (isOfOneEvaluation(meta)) return module.meta !== meta;
  const isOther = typeof meta === "object" ? module.meta !== meta : isKnown;
  return isOther && module.turn !== turn;
}

export const short = (url: string): string => (url.length > 120 ? `${url.slice(0, 117)}...` : url);
