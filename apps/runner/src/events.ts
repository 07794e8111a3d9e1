import type { TraceEvent } from "@heddle/core";

/** A stretch of time in which a worker did something; milliseconds since the first event. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A stretch in which a worker held something. */
export interface Hold extends Span {
  readonly object: string;
}

/** One worker's life, as it told it. */
export interface Life {
  readonly worker: string;
  readonly alive: Span;
  /** Tasks that it ran, one after another or overlapping. */
  readonly tasks: readonly Span[];
  readonly waits: readonly Span[];
  readonly holds: readonly Hold[];
}

/** Puts the events of all workers together, given in the order in which they were told; the workers in that in which they began. */
export function lifetimesOf(told: readonly TraceEvent[]): Life[] {
  const lifetimes = new Map<number, TraceEvent[]>();
  for (const event of oneHolderAtATime(onOneClock(told))) {
    const own = lifetimes.get(event.workerId);
    if (own === undefined) lifetimes.set(event.workerId, [event]);
    else own.push(event);
  }
  return [...lifetimes.values()].map(lifeOf);
}

/** Milliseconds since the first event. None is before one that was told before it: where its clock says so, its clock is late. */
function onOneClock(told: readonly TraceEvent[]): TraceEvent[] {
  const start = told[0]?.at ?? 0;
  let latest = 0;
  return told.map((event) => {
    latest = Math.max(latest, event.at - start);
    return { ...event, at: latest };
  });
}

const isExclusive = (object: string | undefined): boolean => /^R?Lock /.test(object ?? "");

/**
 * Ends each hold of a lock where the next one begins, at the latest. A worker tells that it holds a lock while it does, but that it has
 * released it afterwards, when another may hold it already.
 */
function oneHolderAtATime(events: readonly TraceEvent[]): TraceEvent[] {
  const holders = new Map<string, TraceEvent>();
  return events.flatMap((event) => {
    const { kind, at, object = "" } = event;
    if (!isExclusive(object)) return [event];
    const holder = holders.get(object);
    if (kind === "hold-end") {
      if (holder?.workerId !== event.workerId) return [];
      holders.delete(object);
    }
    if (kind !== "hold-begin") return [event];
    holders.set(object, event);
    return holder === undefined ? [event] : [{ ...holder, kind: "hold-end", at }, event];
  });
}

function lifeOf(own: readonly TraceEvent[]): Life {
  const first = own[0] as TraceEvent;
  const alive = { from: first.at, to: (own.at(-1) as TraceEvent).at };
  const spans = (what: "task" | "wait" | "hold"): Hold[] => spansOf(own, what, alive.to);
  return { worker: first.worker, alive, tasks: spans("task"), waits: spans("wait"), holds: spans("hold") };
}

/** Pairs each begin with the next end of the same object; one that never ends lasts as long as its worker. */
function spansOf(events: readonly TraceEvent[], what: string, end: number): Hold[] {
  const open = new Map<string, number[]>();
  const spans: Hold[] = [];
  for (const { kind, at, object = "" } of events) {
    const begins = open.get(object) ?? [];
    open.set(object, begins);
    if (kind === `${what}-begin`) begins.push(at);
    const from = kind === `${what}-end` ? begins.shift() : undefined;
    if (from !== undefined) spans.push({ object, from, to: at });
  }
  for (const [object, begins] of open) for (const from of begins) spans.push({ object, from, to: end });
  return spans;
}
