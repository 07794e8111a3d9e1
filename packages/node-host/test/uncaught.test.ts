import assert from "node:assert/strict";
import { it } from "vitest";
import { onUncaught } from "../src/uncaught.js";

it("an uncaught error is told of, unless the program catches it itself", ({ onTestFinished }) => {
  const names = ["uncaughtException", "uncaughtExceptionMonitor"] as const;
  const kept = names.map((name) => [name, process.listeners(name as "exit")] as const);
  for (const name of names) process.removeAllListeners(name);
  onTestFinished(() => {
    for (const [name, listeners] of kept) {
      process.removeAllListeners(name);
      for (const listener of listeners) process.on(name as "exit", listener);
    }
  });
  const told: unknown[] = [];
  onUncaught((origin, error) => told.push([origin, error]));
  const emit = (error: string): boolean =>
    (process as NodeJS.EventEmitter).emit("uncaughtExceptionMonitor", error, "unhandledRejection");
  emit("first");
  process.on("uncaughtException", () => {});
  emit("second");
  assert.deepEqual(told, [["unhandledRejection", "first"]]);
});
