import { afterEach, beforeEach, expect, it } from "vitest";
import { Call } from "../src/pool/call.js";
import { InFlight } from "../src/pool/host/in-flight.js";
import type { Link } from "../src/pool/host/link.js";
import { TaskTimeouts } from "../src/pool/host/task-timeouts.js";
import { BackgroundTimers } from "../src/worker/background-timers.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";

const packet = { text: "[]", blobs: undefined, references: undefined, transferables: undefined };

const timers = new BackgroundTimers({ serveTimers: () => 0 });

const pass = (ms: number): void => virtual.timers.pass(ms);

beforeEach(stopTheWorld);
afterEach(goOn);

/** A call that runs on a link, which notes what is done to it. */
function running() {
  const done: string[] = [];
  const limits = { priority: 0, timeout: 100, grace: 50 };
  const fail = (error: unknown): void => void done.push(`rejected: ${(error as Error).name}`);
  const call = new Call({ module: "m", name: "slow" }, 0, packet, undefined, () => {}, fail, limits);
  const link = {
    name: "Pool-1-1",
    hasStarted: () => true,
    abort: () => void done.push("aborted"),
  };
  const inFlight = new InFlight(link);
  inFlight.add(call);
  const world = { read: (): void => {} };
  const replace = (_: Link, why: string): void => void done.push(why);
  const timeouts = new TaskTimeouts(timers, () => world.read(), replace);
  timeouts.start({ ...link, inFlight } as unknown as Link, call);
  return { call, inFlight, world, done };
}

it("a call is aborted at its timeout, and its worker replaced after the grace", () => {
  const { done } = running();
  pass(99);
  expect(done).toEqual([]);
  pass(1);
  expect(done).toEqual(["aborted", "rejected: TimeoutError"]);
  pass(49);
  expect(done.length).toBe(2);
  pass(1);
  expect(done[2]).toMatch(/replaced.*slow did not stop within 50 ms/);
});

it("a call that is answered leaves its worker in peace, before its timeout and within its grace", () => {
  for (const ms of [99, 149]) {
    const { call, done } = running();
    pass(ms);
    const before = [...done];
    call.stopTimer();
    pass(1000);
    expect(done).toEqual(before);
  }
  expect(virtual.timers.any).toBe(false);
});

it("an answer that has come counts, though it was not read before the timeout", () => {
  const { call, inFlight, world, done } = running();
  world.read = () => inFlight.remove(call);
  pass(1000);
  expect(done).toEqual([]);
});
