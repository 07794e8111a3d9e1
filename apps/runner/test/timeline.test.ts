import assert from "node:assert/strict";
import type { TraceEvent } from "@heddle/core";
import { describe, it } from "vitest";
import { livesOf } from "../src/events.js";
import { closingTable, timeline } from "../src/timeline.js";

const event = (workerId: number, at: number, kind: TraceEvent["kind"], object?: string): TraceEvent => ({
  kind,
  at,
  worker: workerId === 1 ? "MainThread" : `Thread-${workerId - 1}`,
  workerId,
  ...(object === undefined ? {} : { object }),
});

const events = [
  event(1, 1000, "wait-begin", "the end of Thread-1"),
  event(2, 1100, "worker-start"),
  event(2, 1200, "task-begin", "work"),
  event(2, 1300, "wait-begin", "Lock a"),
  event(2, 1400, "wait-end", "Lock a"),
  event(2, 1400, "hold-begin", "Lock a"),
  event(2, 1600, "hold-end", "Lock a"),
  event(2, 1800, "task-end", "work"),
  event(2, 1900, "worker-end"),
  event(1, 2000, "wait-end", "the end of Thread-1"),
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape.
const plain = (line: string): string => line.replace(/\u001b\[\d+m/g, "");

describe("the timeline", () => {
  it("pairs what begins with what ends, by worker", () => {
    const [main, thread] = livesOf([...events].reverse());
    assert.deepEqual([main?.worker, main?.waits], ["MainThread", [{ from: 0, to: 1000 }]]);
    assert.deepEqual(thread?.alive, { from: 100, to: 900 });
    assert.deepEqual(thread?.tasks, [{ from: 200, to: 800 }]);
    assert.deepEqual(thread?.holds, [{ from: 400, to: 600 }]);
  });

  it("what never ends lasts as long as its worker", () => {
    const [life] = livesOf([event(1, 0, "hold-begin", "Lock a"), event(1, 50, "worker-end")]);
    assert.deepEqual(life?.holds, [{ from: 0, to: 50 }]);
  });

  it("draws each worker over one axis, in the width there is", () => {
    const lines = timeline(livesOf(events), 63).map(plain);
    const [main, thread, axis, legend] = lines;
    assert.match(main ?? "", /^MainThread {2}░+$/);
    assert.match(thread ?? "", /^Thread-1 {4} +·+█+░+▓+█+·+ +$/);
    assert.match(axis ?? "", /0 +1\.00 s$/);
    assert.match(legend ?? "", /running.*holding.*waiting/);
    for (const line of lines.slice(0, 3)) assert.ok(line.length <= 63, line);
  });

  it("has nothing to draw where nothing was told", () => assert.deepEqual(timeline(livesOf([]), 80), []));

  it("the closing table says what failed", () => {
    const row = { loom: "Node threads", demo: "lock", workers: 5, seconds: 1.25, isPassed: false };
    assert.match(plain(closingTable([row])), /Node threads.*lock.*5.*1\.3 s.*failed/);
  });
});
