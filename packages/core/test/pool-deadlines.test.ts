import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Call } from "../src/pool/call.js";
import { Deadlines } from "../src/pool/deadlines.js";
import type { Link } from "../src/pool/link.js";
import { Outstanding } from "../src/pool/outstanding.js";

const packet = { text: "[]", blobs: undefined, bundle: undefined, parcel: undefined };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A call that runs on a link, which notes what is done to it. */
function running() {
  const done: string[] = [];
  const limits = { priority: 0, timeout: 100, grace: 50 };
  const fail = (error: unknown): void => void done.push(`rejected: ${(error as Error).name}`);
  const call = new Call({ module: "m", name: "slow" }, 0, packet, undefined, () => {}, fail, limits);
  const link = {
    name: "Pool-1-1",
    outstanding: new Outstanding(),
    read: () => false,
    abort: () => void done.push("aborted"),
  };
  link.outstanding.add(call);
  call.link = link as unknown as Link;
  const replace = (_: Link, why: string): void => void done.push(why);
  const deadlines = new Deadlines(() => {}, replace);
  deadlines.start(call.link, call);
  return { call, link, done };
}

it("a call is aborted at its timeout, and its worker replaced after the grace", () => {
  const { done } = running();
  vi.advanceTimersByTime(99);
  expect(done).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(done).toEqual(["aborted", "rejected: TimeoutError"]);
  vi.advanceTimersByTime(49);
  expect(done.length).toBe(2);
  vi.advanceTimersByTime(1);
  expect(done[2]).toMatch(/replaced.*slow did not stop within 50 ms/);
});

it("a call that is answered leaves its worker in peace, before its timeout and within its grace", () => {
  for (const ms of [99, 149]) {
    const { call, done } = running();
    vi.advanceTimersByTime(ms);
    const before = [...done];
    call.stopTimer?.();
    vi.advanceTimersByTime(1000);
    expect(done).toEqual(before);
  }
  expect(vi.getTimerCount()).toBe(0);
});

it("an answer that has come counts, though it was not read before the timeout", () => {
  const { call, link, done } = running();
  link.read = () => {
    link.outstanding.remove(call);
    return true;
  };
  vi.advanceTimersByTime(1000);
  expect(done).toEqual([]);
});
