import assert from "node:assert/strict";
import type { TraceEvent } from "@heddle/core";
import { describe, it } from "vitest";
import { lifetimesOf } from "../src/events.js";
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
    const [main, thread] = lifetimesOf(events);
    assert.deepEqual(
      [main?.worker, main?.waits],
      ["MainThread", [{ object: "the end of Thread-1", from: 0, to: 1000 }]],
    );
    assert.deepEqual(thread?.alive, { from: 100, to: 900 });
    assert.deepEqual(thread?.tasks, [{ object: "work", from: 200, to: 800 }]);
    assert.deepEqual(thread?.holds, [{ object: "Lock a", from: 400, to: 600 }]);
  });

  it("a wait that never ends lasts as long as its worker", () => {
    const [life] = lifetimesOf([event(1, 0, "hold-begin", "Lock a"), event(1, 50, "worker-end")]);
    assert.deepEqual(life?.holds, [{ object: "Lock a", from: 0, to: 50 }]);
  });

  it("draws each worker over one axis, in the width there is", () => {
    const lines = timeline(lifetimesOf(events), 63).map(plain);
    const [main, thread, axis, legend] = lines;
    assert.match(main ?? "", /^MainThread {2}░+$/);
    assert.match(thread ?? "", /^Thread-1 {4} +·+█+░+▓+█+·+ +$/);
    assert.match(axis ?? "", /0 +1\.00 s$/);
    assert.match(legend ?? "", /running.*holding.*waiting/);
    for (const line of lines.slice(0, 3)) assert.ok(line.length <= 63, line);
  });

  it("shows one holder of a lock at a time, however often it goes round within a column", () => {
    const turns = Array.from({ length: 800 }, (_, i) => [
      event(2 + (i % 4), i, "hold-begin", "Lock a"),
      event(2 + (i % 4), i + 0.9, "hold-end", "Lock a"),
    ]);
    const rows = timeline(lifetimesOf(turns.flat()), 63).slice(0, 4).map(plain);
    for (let column = 10; column < 60; column++) {
      const holders = rows.filter((row) => row[column] === "▓");
      assert.equal(holders.length, 1, `column ${column} of\n${rows.join("\n")}`);
    }
  });

  it("shows as many holders of a semaphore as there are at once", () => {
    const turns = Array.from({ length: 6 }, (_, i) => [
      event(2 + i, 100 * Math.floor(i / 2), "hold-begin", "Semaphore a"),
      event(2 + i, 100 * Math.floor(i / 2) + 100, "hold-end", "Semaphore a"),
    ]).flat();
    const rows = timeline(lifetimesOf(turns.sort((a, b) => a.at - b.at)), 63)
      .slice(0, 6)
      .map(plain);
    for (let column = 10; column < 60; column++) {
      const holders = rows.filter((row) => row[column] === "▓");
      assert.equal(holders.length, 2, `column ${column} of\n${rows.join("\n")}`);
    }
  });

  it("a hold of a lock ends where the next begins, even if its end is told late", () => {
    const lifetimes = lifetimesOf([
      event(2, 0, "hold-begin", "Lock a"),
      event(3, 100, "hold-begin", "Lock a"),
      event(2, 130, "hold-end", "Lock a"),
      event(3, 200, "hold-end", "Lock a"),
    ]);
    assert.deepEqual(
      lifetimes.map(({ holds }) => holds),
      [[{ object: "Lock a", from: 0, to: 100 }], [{ object: "Lock a", from: 100, to: 200 }]],
    );
  });

  it("goes by the order in which events were told where a worker's clock is late", () => {
    const [, late] = lifetimesOf([
      event(2, 50, "hold-begin", "Lock a"),
      event(2, 100, "hold-end", "Lock a"),
      event(3, 70, "hold-begin", "Lock a"),
      event(3, 150, "hold-end", "Lock a"),
    ]);
    assert.deepEqual(late?.holds, [{ object: "Lock a", from: 50, to: 100 }]);
  });

  it("has nothing to draw where nothing was told", () => assert.deepEqual(timeline(lifetimesOf([]), 80), []));

  it("the closing table says what failed", () => {
    const row = { demo: "node-threads/lock", workers: 5, seconds: 1.25, isPassed: false };
    assert.match(plain(closingTable([row])), /node-threads\/lock.*5.*1\.3 s.*failed/);
  });
});
