import type { TraceEvent } from "@heddle/core";

/** Two stretches of the same thing, so close together that no terminal could show the gap, are told as one. */
const GAP_MS = 1;

/** Gathers events, and leaves out those that would only say that something went on as before. */
export class Journal {
  #events: TraceEvent[] = [];
  /** Ends that are held back, as the same thing may begin again at once; by what it is. */
  readonly #ends = new Map<string, TraceEvent>();

  add(event: TraceEvent): void {
    const [what, edge] = event.kind.split("-") as [string, string];
    const key = `${what} ${event.object ?? ""}`;
    if (what === "worker") this.#events.push(event);
    else if (edge === "end") this.#ends.set(key, event);
    else if (!this.#goesOn(key, event.at)) this.#events.push(event);
  }

  /** What is to be written now: all but the ends that may yet turn out to be none. */
  take(now: number): TraceEvent[] {
    for (const [key, end] of this.#ends) {
      if (now - end.at < GAP_MS) continue;
      this.#events.push(end);
      this.#ends.delete(key);
    }
    const taken = this.#events;
    this.#events = [];
    return taken;
  }

  #goesOn(key: string, at: number): boolean {
    const end = this.#ends.get(key);
    if (end === undefined) return false;
    this.#ends.delete(key);
    if (at - end.at < GAP_MS) return true;
    this.#events.push(end);
    return false;
  }
}
