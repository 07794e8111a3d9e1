import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

/** All that vitest can fake: nextTick only in threads. */
const ALL = ["setTimeout", "clearTimeout", "setImmediate", "queueMicrotask", "performance", "Date"] as const;

describe("the clock", () => {
  beforeEach(() => void vi.resetModules());
  afterEach(() => void vi.useRealTimers());

  async function goesOn(): Promise<void> {
    const { clock } = await import("../src/kernel/clock.js");
    const since = clock.now();
    await new Promise<void>((resolve) => clock.queueMicrotask(resolve));
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, 5));
    assert.ok(clock.now() > since);
    assert.equal(vi.getTimerCount(), 0);
    clock.clearTimeout(clock.setTimeout(() => assert.fail("it was cleared"), 0));
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, 5));
  }

  it("is the runtime's, even if it is faked later", async () => {
    await import("../src/kernel/clock.js");
    vi.useFakeTimers({ toFake: [...ALL] });
    await goesOn();
  });

  it("is the runtime's, where it is loaded under fake timers", async () => {
    vi.useFakeTimers({ toFake: [...ALL] });
    await goesOn();
  });

  it("is the runtime's, where a method of `performance` is replaced", async () => {
    const { clock } = await import("../src/kernel/clock.js");
    const spy = vi.spyOn(performance, "now").mockReturnValue(-1);
    assert.ok(clock.now() > 0);
    spy.mockRestore();
  });
});
