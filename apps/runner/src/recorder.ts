/**
 * Loaded before a demo, with `node --import`, in its main thread and in each of its workers. Appends Heddle's events to the file named by
 * HEDDLE_TIMELINE, one a line.
 *
 * At once, within the call that tells it. A worker that has just got a lock tells so while it holds it, so the file has all holds of a lock
 * in order. A clock would not do, as each thread and process has its own.
 */
import { openSync, writeSync } from "node:fs";
import type { TraceEvent } from "@heddle/core";

const file = process.env.HEDDLE_TIMELINE;

if (file !== undefined) {
  // Appending is atomic, across threads and processes.
  const timeline = openSync(file, "a");
  const record = (event: TraceEvent): void => void writeSync(timeline, `${JSON.stringify(event)}\n`);
  Reflect.set(globalThis, Symbol.for("heddle.trace"), record);
}
