import type { Call } from "../call.js";
import type { Link } from "./link.js";
import { RunQueue } from "./run-queue.js";

/** How many keys are remembered of which no call waits or runs. */
const MOST_IDLE_KEYS = 10_000;

interface Binding {
  readonly link: Link;
  /** Calls that are not settled. */
  calls: number;
}

/** Whether a worker takes calls no more, now and later. One that is about to be replaced runs its last ones first. */
export const isGone = ({ endReason, child }: Link): boolean => endReason !== undefined || !child.isAlive;

/**
 * Which worker runs the calls of a key, and the calls that wait for their worker. A key stays with its worker until the worker ends. It is
 * forgotten if it was not used for long, and many others were.
 */
export class Affinity {
  /** The key that was used last comes last. */
  readonly #bindings = new Map<string | number, Binding>();
  readonly #waiting = new Map<Link, RunQueue>();
  readonly #queueOf = new Map<Call, RunQueue>();

  get size(): number {
    return this.#queueOf.size;
  }

  /** The worker that is to run a call, if one is. */
  workerOf({ key }: Call): Link | undefined {
    if (key === undefined) return undefined;
    const link = this.#bindings.get(key)?.link;
    return link === undefined || isGone(link) ? undefined : link;
  }

  /** A call is sent to a worker, or waits for it: those of its key follow. */
  bind(call: Call, link: Link): void {
    const { key } = call;
    if (key === undefined || call.isBoundTo(link)) return;
    const known = this.#bindings.get(key);
    const binding = known?.link === link ? known : { link, calls: 0 };
    this.#bindings.delete(key);
    this.#bindings.set(key, binding);
    binding.calls++;
    call.boundTo(link);
    call.whenSettled(() => void binding.calls--);
    if (this.#bindings.size > MOST_IDLE_KEYS) this.#forget();
  }

  /** A call waits until its worker has room. */
  hold(call: Call, link: Link): void {
    this.bind(call, link);
    const queue = this.#waiting.get(link) ?? new RunQueue();
    this.#waiting.set(link, queue);
    this.#queueOf.set(call, queue);
    queue.push(call);
  }

  /** The next call that waits for a worker which has room. */
  takeNext(): { readonly call: Call; readonly link: Link } | undefined {
    for (const [link, queue] of this.#waiting) {
      const call = link.room(true) > 0 && !isGone(link) ? queue.next : undefined;
      if (call === undefined) continue;
      queue.shift();
      this.#queueOf.delete(call);
      if (queue.size === 0) this.#waiting.delete(link);
      return { call, link };
    }
    return undefined;
  }

  /** Takes a call out that is about to be settled; false if it does not wait here. */
  remove(call: Call): boolean {
    this.#queueOf.get(call)?.remove(call);
    return this.#queueOf.delete(call);
  }

  /** The calls that wait for workers that have ended. */
  takeLost(): Call[] {
    if (this.#waiting.size === 0) return [];
    return [...this.#waiting.keys()].filter(isGone).flatMap((link) => this.#drain(link));
  }

  /** A worker has ended: its keys are free. Gives the calls that waited for it. */
  leave(link: Link): Call[] {
    for (const [key, binding] of this.#bindings) if (binding.link === link) this.#bindings.delete(key);
    return this.#drain(link);
  }

  /** All calls that wait here. */
  takeAll(): Call[] {
    return [...this.#waiting.keys()].flatMap((link) => this.#drain(link));
  }

  #drain(link: Link): Call[] {
    const calls = this.#waiting.get(link)?.drain() ?? [];
    this.#waiting.delete(link);
    for (const call of calls) this.#queueOf.delete(call);
    return calls;
  }

  #forget(): void {
    for (const [key, { calls }] of this.#bindings) {
      if (calls > 0) continue;
      this.#bindings.delete(key);
      return;
    }
  }
}
