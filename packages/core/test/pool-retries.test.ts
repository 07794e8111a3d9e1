import { afterEach, beforeEach, expect, it } from "vitest";
import { checkRetries } from "../src/pool/attempts.js";
import { Call } from "../src/pool/call.js";
import { Retries } from "../src/pool/host/retries.js";
import { BackgroundTimers } from "../src/worker/background-timers.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";

const packet = { text: "[]", blobs: undefined, references: undefined, transferables: undefined };
const timers = new BackgroundTimers({ serveTimers: () => 0 });

beforeEach(stopTheWorld);
afterEach(goOn);

/** A call that fails as soon as it is tried again: the times of its attempts, and then its end. */
function failing(retries: Parameters<typeof checkRetries>[0]) {
  const times: number[] = [];
  const ends: unknown[] = [];
  const limits = { priority: 0, timeout: undefined, grace: 50, retry: checkRetries(retries) };
  const end = (error: unknown): void => void ends.push(error);
  const call = new Call({ module: "m", name: "slow" }, 0, packet, undefined, end, end, limits);
  const attempt = (): void => {
    times.push(virtual.now);
    const error = new Error(`attempt ${times.length}`);
    host.take(call, { error, told: () => error, giveUp: () => call.rejectWith(error) });
  };
  const host = new Retries(timers, attempt);
  attempt();
  return { times, ends, call, host };
}

it("pauses between attempts begin with the backoff, double each time, and end at ten seconds", () => {
  const { times, ends } = failing({ most: 9, jitter: 0 });
  const start = virtual.now;
  virtual.timers.pass(100_000);
  const pauses = times.slice(1).map((time, i) => time - (times[i] as number));
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  expect(times[0]).toBe(start);
  expect((ends[0] as { previousErrors: Error[] }).previousErrors.map(({ message }) => message)).toEqual(
    Array.from({ length: 9 }, (_, i) => `attempt ${i + 1}`),
  );
});

it("a backoff above ten seconds stays as it is, and no more than ten earlier errors are kept", () => {
  const { times } = failing({ most: 2, backoff: 60_000, jitter: 0 });
  virtual.timers.pass(120_000);
  expect(times.map((time) => time - (times[0] as number))).toEqual([0, 60_000, 120_000]);
  const { ends } = failing({ most: 20, backoff: 0 });
  virtual.timers.pass(0);
  const { previousErrors } = ends[0] as { previousErrors: Error[] };
  expect([previousErrors.length, previousErrors[0]?.message, previousErrors.at(-1)?.message]).toEqual([
    10,
    "attempt 11",
    "attempt 20",
  ]);
});

it("jitter leaves out up to its share of each pause", () => {
  const pauses = Array.from({ length: 200 }, () => {
    const { times } = failing({ most: 1, backoff: 1000, jitter: 0.25 });
    virtual.timers.pass(1000);
    return (times[1] as number) - (times[0] as number);
  });
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(750);
  expect(Math.min(...pauses)).toBeLessThan(850);
  expect(Math.max(...pauses)).toBeGreaterThan(900);
});

it("a call that is taken out of its pause leaves no timer, and is not tried again", () => {
  const { times, call, host } = failing(3);
  expect(host.size).toBe(1);
  expect(host.remove(call)).toBe(true);
  expect(host.remove(call)).toBe(false);
  expect(virtual.timers.any).toBe(false);
  const other = failing(3);
  expect(other.host.end()).toEqual([other.call]);
  const error = new Error("after the end");
  other.host.take(other.call, { error, told: () => error, giveUp: () => other.ends.push("given up") });
  expect(other.ends).toEqual(["given up"]);
  virtual.timers.pass(100_000);
  expect([times.length, other.times.length, host.size, other.host.size]).toEqual([1, 1, 0, 0]);
});

it("a call that ends while the program is asked is not tried again even if the answer is yes", async () => {
  const calls: (() => void)[] = [];
  const { times, ends, call, host } = failing({ most: 3, backoff: 0, when: () => calls[0]?.() === undefined });
  calls.push(() => {
    host.remove(call);
    call.cancel("enough");
  });
  await Promise.resolve();
  expect([times.length, ends, host.size]).toEqual([1, ["enough"], 0]);
});
