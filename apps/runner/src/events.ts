import type { TraceEvent } from "@heddle/core";

/** A stretch of time in which a worker did something; milliseconds since the first event. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One worker's life, as it told it. */
export interface Life {
  readonly worker: string;
  readonly alive: Span;
  /** Tasks that it ran, one after another or overlapping. */
  readonly tasks: readonly Span[];
  readonly waits: readonly Span[];
  readonly holds: readonly Span[];
}

/** Puts the events of all workers together, in the order in which the workers began. */
export function livesOf(events: readonly TraceEvent[]): Life[] {
  if (events.length === 0) return [];
  const start = Math.min(...events.map(({ at }) => at));
  return [...groupById(events).values()].map((own) => lifeOf(own, start)).sort((a, b) => a.alive.from - b.alive.from);
}

function groupById(events: readonly TraceEvent[]): Map<number, TraceEvent[]> {
  const groups = new Map<number, TraceEvent[]>();
  for (const event of events) {
    const group = groups.get(event.workerId);
    if (group === undefined) groups.set(event.workerId, [event]);
    else group.push(event);
  }
  return groups;
}

function lifeOf(events: readonly TraceEvent[], start: number): Life {
  const own = [...events].sort((a, b) => a.at - b.at);
  const first = own[0] as TraceEvent;
  const last = own.at(-1) as TraceEvent;
  const alive = { from: first.at - start, to: last.at - start };
  const spans = (what: "task" | "wait" | "hold"): Span[] => spansOf(own, what, start, alive.to);
  return { worker: first.worker, alive, tasks: spans("task"), waits: spans("wait"), holds: spans("hold") };
}

/** Pairs each begin with the next end of the same object; one that never ends lasts as long as its worker. */
function spansOf(events: readonly TraceEvent[], what: string, start: number, end: number): Span[] {
  const open = new Map<string, number[]>();
  const spans: Span[] = [];
  for (const { kind, at, object = "" } of events) {
    const begins = open.get(object) ?? [];
    open.set(object, begins);
    if (kind === `${what}-begin`) begins.push(at - start);
    const from = kind === `${what}-end` ? begins.shift() : undefined;
    if (from !== undefined) spans.push({ from, to: at - start });
  }
  for (const begins of open.values()) for (const from of begins) spans.push({ from, to: end });
  return spans;
}
