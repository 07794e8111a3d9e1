import assert from "node:assert/strict";
import { it } from "vitest";
import { chromeTrace } from "../../../scripts/dump/chrome.mjs";
import { describeRegion } from "../../../scripts/dump/region.mjs";
import type { TraceEvent } from "../src/index.js";
import * as layout from "../src/kernel/layout.js";
import * as names from "../src/kernel/layout-names.js";
import { workers } from "./workers.js";

it("a dump tells the state of each object, its waits, and the section that a worker is in", async () => {
  const [main, other] = workers();
  const lock = main.surface.Lock.named("stdout");
  const address = main.kernel.cells.handleOf(lock)?.address;
  const queue = new main.surface.Queue<number>(3);
  lock.acquireSync();
  await queue.put(1);
  const acquired = other.see(lock).acquire();

  const { region, section } = main.kernel;
  const dump = section.run(layout.NAMES_LATCH, () => describeRegion(region.i32, { ...layout, ...names })).join("\n");
  const inOrder = [
    "region: \\d+ bytes in use, \\d+ allocations, latches: allocator free, names slot 0",
    "slot 0 main: id 1, creator -1, bell \\d+, awake",
    "  latch 3: slot 0, journal of \\d+ entries",
    "slot 1 main: id 2, creator 0, bell \\d+, asleep, event loop",
    `  wait at Lock #${address}: WAITING`,
    `Lock #${address} "stdout": slot 0 \\+ WAITERS, \\d references`,
    "  wait queue A: slot 1 WAITING",
    "Queue #\\d+: items 1, max size 3, promised items 0, .*",
    "Lock: 1 cells, \\d+ bytes",
  ];
  assert.match(dump, new RegExp(inOrder.map((line) => `^${line}$`).join("(?:\n.*)*?\n"), "m"));
  lock.release();
  assert.equal(await acquired, true);
});

it("a trace pairs each begin with the next end of the same name", () => {
  const told = (kind: TraceEvent["kind"], at: number, object?: string): TraceEvent => ({
    kind,
    at,
    worker: "Ada",
    workerId: 2,
    ...(object === undefined ? {} : { object }),
  });
  const { traceEvents } = chromeTrace([
    told("hold-end", 10, "Lock a"),
    told("task-begin", 10.5, "sum"),
    told("task-begin", 11, "sum"),
    told("task-end", 12, "sum"),
  ]);
  assert.deepEqual(traceEvents, [
    { name: "thread_name", ph: "M", pid: 1, tid: 2, args: { name: "Ada" } },
    { name: "task sum", cat: "task", ph: "b", id: "2 task sum 0", ts: 500, pid: 1, tid: 2 },
    { name: "task sum", cat: "task", ph: "b", id: "2 task sum 1", ts: 1000, pid: 1, tid: 2 },
    { name: "task sum", cat: "task", ph: "e", id: "2 task sum 0", ts: 2000, pid: 1, tid: 2 },
  ]);
});
