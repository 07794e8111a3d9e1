/**
 * Loaded before a demo, with `node --import`, in its main thread and in each of its workers: writes what Heddle tells
 * about itself to the file named by HEDDLE_TIMELINE, one event a line.
 */
import { appendFileSync } from "node:fs";
import type { TraceEvent } from "@heddle/core";
import { Journal } from "./journal.js";

const file = process.env.HEDDLE_TIMELINE;
const WRITE_EVERY_MS = 50;

if (file !== undefined) {
  const journal = new Journal();
  const write = (now: number): void => {
    const lines = journal.take(now).map((event) => `${JSON.stringify(event)}\n`);
    if (lines.length > 0) appendFileSync(file, lines.join(""));
  };
  const record = (event: TraceEvent): void => journal.add(event);
  Reflect.set(globalThis, Symbol.for("heddle.trace"), record);
  // Now and then too, as a pool's workers are stopped without a last word.
  setInterval(() => write(performance.timeOrigin + performance.now()), WRITE_EVERY_MS).unref();
  process.on("exit", () => write(Number.POSITIVE_INFINITY));
}
