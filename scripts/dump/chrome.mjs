/**
 * @typedef {import("../../packages/core/src/kernel/trace.js").TraceEvent} TraceEvent
 */

/**
 * A program's events as Chrome and Perfetto read them (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU): a
 * row a worker, with a span for each task, wait and hold. Spans of a worker may overlap, so they are asynchronous ones. Those of one row
 * and name have an id in common: first begun, first ended.
 *
 * @param {readonly TraceEvent[]} events in the order in which they were told
 */
export function chromeTrace(events) {
  const start = events[0]?.at ?? 0;
  const names = new Map(events.map(({ worker, workerId }) => [workerId, worker]));
  /** @type {Map<string, { begun: number, ended: number }>} */
  const counts = new Map();
  const spans = events.flatMap(({ kind, at, workerId, object }) => {
    const [category = "", phase] = kind.split("-");
    const isBegin = phase === "begin" || phase === "start";
    const name = object === undefined ? category : `${category} ${object}`;
    const key = `${workerId} ${name}`;
    const count = counts.get(key) ?? { begun: 0, ended: 0 };
    counts.set(key, count);
    // The end of what had begun before the first event.
    if (!isBegin && count.ended === count.begun) return [];
    const id = `${key} ${isBegin ? count.begun++ : count.ended++}`;
    return [
      { name, cat: category, ph: isBegin ? "b" : "e", id, ts: Math.round((at - start) * 1000), pid: 1, tid: workerId },
    ];
  });
  const rows = [...names].map(([tid, name]) => ({ name: "thread_name", ph: "M", pid: 1, tid, args: { name } }));
  return { displayTimeUnit: "ms", traceEvents: [...rows, ...spans] };
}
