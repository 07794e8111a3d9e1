import { TaskNotFoundError } from "../contracts/errors.js";
import type { TaskRef } from "../contracts/task.js";
import { typeError } from "../contracts/wrong-use.js";
import { clock } from "../kernel/clock.js";

// biome-ignore lint/suspicious/noExplicitAny: definitions keep functions of every signature; `task` and `tasksFrom` type them.
export type AnyFunction = (...args: any[]) => unknown;

interface Definition {
  readonly name: string;
  /** The name was given as an option: it alone says which task is meant. */
  readonly isNamed: boolean;
  readonly fingerprint: string | undefined;
  fn: AnyFunction;
  /** The turn of the event loop in which it was made. */
  turn: object;
  /** It was made more than once in one turn, by the same text: perhaps of functions that differ in what they close over. */
  isAmbiguous: boolean;
}

/**
 * The tasks that were defined in this worker, by module. A task is found by its name and its function's fingerprint, never by its place
 * among others. Modules of one bundle are evaluated in another order elsewhere, and minifiers give several functions one name.
 */
export class Definitions {
  readonly #modules = new Map<string, Definition[]>();
  #turn: object | undefined;

  /** Throws TypeError for a given name that another function of the module was given before, in the same turn. */
  add(ref: TaskRef, isNamed: boolean, fn: AnyFunction): void {
    const { module, name, fingerprint } = ref;
    const definitions = this.#of(module);
    const turn = this.#turnNow();
    const known = definitions.find((one) =>
      isNamed ? one.isNamed && one.name === name : !one.isNamed && one.name === name && one.fingerprint === fingerprint,
    );
    if (known === undefined) {
      definitions.push({ name, isNamed, fingerprint, fn, turn, isAmbiguous: false });
      return;
    }
    const isSameTurn = known.turn === turn;
    if (isSameTurn && isNamed) throw typeError(`Two tasks of ${short(module)} are named "${name}"`);
    // In a later turn, the module was evaluated again (hot reload, resetModules): the new definition takes the old one's place.
    known.fn = fn;
    known.turn = turn;
    known.isAmbiguous = isSameTurn;
  }

  /** The function that `ref` means; undefined if there is none. Throws TaskNotFoundError where it could be one of several. */
  find({ module, name, fingerprint }: TaskRef): AnyFunction | undefined {
    const definitions = this.#modules.get(module) ?? [];
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
    return (this.#modules.get(module) ?? []).map(({ name }) => name);
  }

  #of(module: string): Definition[] {
    let definitions = this.#modules.get(module);
    if (definitions === undefined) {
      definitions = [];
      this.#modules.set(module, definitions);
    }
    return definitions;
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

export const short = (url: string): string => (url.length > 120 ? `${url.slice(0, 117)}...` : url);
