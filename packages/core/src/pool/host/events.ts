import type { PoolEvents } from "../../contracts/pool-events.js";
import { typeError } from "../../contracts/wrong-use.js";
import { describe, nearest } from "../../kernel/arguments.js";
import { clock } from "../../kernel/clock.js";
import type { WorkerExit } from "../../worker/child-worker.js";

/** The parts of a link that events tell. */
interface Told {
  readonly name: string;
  readonly child: { readonly id: number };
  readonly exit: Pick<WorkerExit, "exitCode" | "signal"> | undefined;
  readonly endReason: string | undefined;
}

type Name = keyof PoolEvents;
type Listener = (told: never) => void;

const NAMES: readonly Name[] = ["needsDrain", "drain", "idle", "workerStarted", "workerEnded", "error"];

/** The listeners of a pool. Nothing is looked for that nobody listens to. */
export class Events {
  readonly #listeners = new Map<Name, Set<{ readonly listener: Listener }>>();

  /** Calls `listener` at each such event, until the function that this gives is called. Throws TypeError. */
  on<E extends Name>(event: E, listener: (told: PoolEvents[E]) => void): () => void {
    if (!NAMES.includes(event)) {
      const near = typeof event === "string" ? nearest(event, NAMES) : undefined;
      const hint = near === undefined ? "" : `: did you mean ${near}?`;
      const given = typeof event === "string" ? `"${event}"` : describe(event);
      throw typeError(`The events of a pool are ${NAMES.join(", ")}, not ${given}${hint}`);
    }
    if (typeof listener !== "function") throw typeError(`A listener is a function, not ${describe(listener)}`);
    // Of its own, so that what is added twice is called twice.
    const added = { listener: listener as Listener };
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(added));
    return () => {
      if (all.delete(added) && all.size === 0 && this.#listeners.get(event) === all) this.#listeners.delete(event);
    };
  }

  /** Whether somebody listens to that. */
  has(event: Name): boolean {
    return this.#listeners.size > 0 && this.#listeners.has(event);
  }

  /** Calls the listeners, each in a microtask: their errors are uncaught, and the pool's turn goes on. */
  tell<E extends Name>(event: E, told: PoolEvents[E]): void {
    for (const added of this.#listeners.get(event) ?? []) {
      clock.queueMicrotask(() => {
        if (this.#listeners.get(event)?.has(added)) added.listener(told as never);
      });
    }
  }

  started({ name, child }: Told): void {
    if (this.has("workerStarted")) this.tell("workerStarted", { name, id: child.id });
  }

  ended({ name, child, exit, endReason }: Told): void {
    if (!this.has("workerEnded")) return;
    const { exitCode, signal } = exit ?? {};
    this.tell("workerEnded", { name, id: child.id, exitCode, signal, reason: endReason });
  }
}

/** Tells when a pool is full, and when it has room again. */
export class Fullness {
  readonly #events: Events;
  readonly #isFull: () => boolean;
  #wasFull = false;

  constructor(events: Events, isFull: () => boolean) {
    this.#events = events;
    this.#isFull = isFull;
  }

  /** Looks whether that has changed. */
  look(): void {
    if (!this.#wasFull && !this.#events.has("needsDrain") && !this.#events.has("drain")) return;
    if (this.#isFull() === this.#wasFull) return;
    this.#wasFull = !this.#wasFull;
    this.#events.tell(this.#wasFull ? "needsDrain" : "drain", undefined);
  }
}
