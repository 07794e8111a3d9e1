import { TaskNotFoundError } from "../contracts/errors.js";
import { typeError } from "../contracts/wrong-use.js";
import type { Kernel } from "../kernel/kernel.js";
import { ACTION_LOCAL, BARRIER_ACTION, BARRIER_TEXT, WORD } from "../kernel/layout.js";
import { nameOfParts, partsOf, type TaskName, type TaskNameParts } from "../kernel/message/packet.js";
import { TextDecoder, TextEncoder } from "../kernel/web.js";

export type Act = () => unknown;

/**
 * The action of a barrier, once all have come. A task is written into the barrier's cell by its name, and every worker finds its function
 * for itself. Any other function is known only to the proxy that it was given to.
 */
export class Action {
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #name: TaskName | undefined;
  #act: Act | undefined;

  constructor(kernel: Kernel, cell: number, given: Act | undefined) {
    this.#kernel = kernel;
    this.#cell = cell;
    this.#name = readName(kernel, cell);
    this.#act = this.#name === undefined ? given : kernel.tasks.known(this.#name);
    // So that a wait that blocks finds it loaded. A worker that needs it and finds that it does not load says so then.
    this.load()?.catch(() => {});
  }

  get isNone(): boolean {
    return this.#size === 0;
  }

  /** Makes the function known here, before it is needed; undefined where it is known already. */
  load(): Promise<void> | undefined {
    if (this.#name === undefined || this.#act !== undefined) return undefined;
    return this.#kernel.tasks.find(this.#name).then((found) => {
      this.#act = found;
    });
  }

  /** The function. Throws, saying what to do, where this worker does not have it. */
  get(label: string): Act {
    if (this.#act !== undefined) return this.#act;
    const name = this.#name;
    if (name === undefined) {
      throw typeError(
        `${label}: its action is a plain function, which no worker but the one that made the barrier has: ` +
          "give it a task, and any worker can run it",
      );
    }
    throw new TaskNotFoundError(
      `${label}: its action ${name.name} is not loaded here yet, and a wait that blocks cannot load it: ` +
        `import ${name.module} in this worker, or use the wait that does not block`,
    );
  }

  get #size(): number {
    return this.#kernel.region.i32[this.#cell + BARRIER_ACTION] as number;
  }
}

/** An action as a cell holds it: the bytes of a task's name, nothing for a function that stays here. */
export function nameOf(kernel: Kernel, act: Act | undefined): Uint8Array | undefined {
  const name = act === undefined ? undefined : kernel.tasks.nameOfTask(act);
  return name === undefined ? undefined : new TextEncoder().encode(partsOf(name).join("\n"));
}

/**
 * Writes an action into a cell that nobody else has seen.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `BARRIER_ACTION` | 0, none; `ACTION_LOCAL`; the bytes of the task's name | the maker, before anybody else knows the cell | constant |
 * | `BARRIER_TEXT` | the task's module and name | the same | constant |
 */
export function writeAction(kernel: Kernel, cell: number, act: Act | undefined, name: Uint8Array | undefined): void {
  const { i32, u8 } = kernel.region;
  i32[cell + BARRIER_ACTION] = name?.length ?? (act === undefined ? 0 : ACTION_LOCAL);
  if (name !== undefined) u8.set(name, (cell + BARRIER_TEXT) * WORD);
}

function readName({ region }: Kernel, cell: number): TaskName | undefined {
  region.reach(cell + BARRIER_TEXT);
  const size = region.i32[cell + BARRIER_ACTION] as number;
  if (size <= 0) return undefined;
  region.reach(cell + BARRIER_TEXT + Math.ceil(size / WORD));
  const start = (cell + BARRIER_TEXT) * WORD;
  // A TextDecoder does not take shared memory: a copy does.
  const parts = new TextDecoder().decode(region.u8.slice(start, start + size)).split("\n");
  return nameOfParts(parts as unknown as TaskNameParts);
}
