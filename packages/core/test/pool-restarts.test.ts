import { afterEach, beforeEach, expect, it } from "vitest";
import { Restarts } from "../src/pool/host/restarts.js";
import { BackgroundTimers } from "../src/worker/background-timers.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";

beforeEach(stopTheWorld);
afterEach(goOn);

const timers = new BackgroundTimers({ serveTimers: () => 0 });

const pass = (ms: number): void => virtual.timers.pass(ms);

/** The milliseconds until another worker may be started. */
function pauseOf(restarts: Restarts): number {
  const since = virtual.now;
  while (!restarts.mayStart) pass(1);
  return virtual.now - since;
}

it("each failure in a row doubles the pause before another start, up to ten seconds; a success begins anew", () => {
  let ready = 0;
  const restarts = new Restarts(timers, 3, () => ready++);
  expect(restarts.mayStart).toBe(true);
  const pauses = Array.from({ length: 9 }, () => {
    restarts.failed(new Error("no"));
    return pauseOf(restarts);
  });
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  // The pool is told once at the end of each pause.
  expect(ready).toBe(9);
  restarts.succeeded();
  restarts.failed(new Error("no"));
  expect(pauseOf(restarts)).toBe(100);
});

it("calls get the last error while the pause after too many failures lasts, and wait otherwise", () => {
  const restarts = new Restarts(timers, 1, () => {});
  restarts.failed(new Error("first"));
  expect(restarts.failure).toBe(undefined);
  pauseOf(restarts);
  restarts.failed(new Error("second"));
  expect(restarts.failure).toMatchObject({ error: { message: "second" } });
  pauseOf(restarts);
  // The next call starts another worker, and waits for it.
  expect(restarts.failure).toBe(undefined);
  restarts.failed(new Error("third"));
  expect(restarts.failure).toMatchObject({ error: { message: "third" } });
  restarts.succeeded();
  expect([restarts.failure, restarts.mayStart]).toEqual([undefined, true]);
});

it("workers that fail side by side make one pause, the longer one, and a pool that ends has none", () => {
  let ready = 0;
  const restarts = new Restarts(timers, 3, () => ready++);
  restarts.failed(new Error("one"));
  restarts.failed(new Error("another"));
  expect(pauseOf(restarts)).toBe(200);
  expect(ready).toBe(1);
  restarts.failed(new Error("last"));
  restarts.stop();
  pass(60_000);
  expect(ready).toBe(1);
  expect(virtual.timers.any).toBe(false);
});
