import { Event, SharedArray, Thread, tasksFrom } from "heddle";
import type * as heartbeat from "./heartbeat.js";
import type { Server } from "./location.js";

/** The words of the memory that a program shares with the thread that renews its lease. */
export const DEADLINE = 0;
export const STATE = 1;
/** Values of STATE. */
export const HELD = 0;
export const OVER = 1;

/** How often the lease is renewed, in parts of it: two beats may be lost. */
export const BEATS = 3;

/** How often the memory is looked at, in parts of the lease. */
const LOOKS = 8;

/**
 * The time for which the server keeps what a session holds. A thread renews it, over a connection of its own: a program that computes for
 * longer than its lease keeps it.
 */
export class Lease {
  readonly duration: number;
  readonly #state: SharedArray<"f64">;
  readonly #hasBegun: Event;
  readonly #thread: Thread;
  readonly #look: NodeJS.Timeout;
  readonly #listeners = new Set<() => void>();

  private constructor(duration: number, state: SharedArray<"f64">, hasBegun: Event, thread: Thread) {
    this.duration = duration;
    this.#hasBegun = hasBegun;
    this.#state = state;
    this.#thread = thread;
    this.#look = setInterval(() => {
      if (this.isOver) this.#tell();
    }, duration / LOOKS);
    this.#look.unref();
  }

  /** Begins to renew the lease of a session that was opened at `since`, in milliseconds of `Date.now()`. */
  static start(server: Server, namespace: string, session: string, epoch: string, since: number): Lease {
    const state = new SharedArray("f64", [since + server.lease, HELD]);
    const { beat } = tasksFrom<typeof heartbeat>(new URL("./heartbeat.js", import.meta.url));
    const hasBegun = new Event();
    const options = {
      args: [server, namespace, session, epoch, state, hasBegun] as const,
      daemon: true,
      name: `heartbeat of ${session}`,
    };
    return new Lease(server.lease, state, hasBegun, new Thread(beat, options).start());
  }

  /**
   * Waits until the thread has renewed the lease for the first time: on a busy machine that may be later than the lease. Until then this worker
   * renews it, by `renew`, which says whether it could.
   */
  async begin(renew: () => Promise<boolean>): Promise<void> {
    while (!(await this.#hasBegun.wait({ timeout: this.duration / BEATS }))) {
      const began = Date.now();
      if (!(await renew())) return;
      this.#state.view[DEADLINE] = Math.max(this.#state.view[DEADLINE] as number, began + this.duration);
    }
  }

  get isOver(): boolean {
    return this.#state.view[STATE] === OVER || Date.now() > (this.#state.view[DEADLINE] as number);
  }

  onLost(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #tell(): void {
    clearInterval(this.#look);
    for (const listener of this.#listeners) listener();
  }

  /** Stops the thread. The lease runs out by itself. */
  async stop(): Promise<void> {
    clearInterval(this.#look);
    await this.#thread.terminate();
  }
}
