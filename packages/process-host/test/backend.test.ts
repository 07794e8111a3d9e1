import assert from "node:assert/strict";
import type { SpawnRequest } from "@heddle/core";
import { describe, it } from "vitest";
import { processBackend } from "../src/backend.js";
import { numbers } from "../src/native/numbers.js";
import type { Runtime } from "../src/runtime.js";
import { linux } from "../src/systems/linux/system.js";
import { faulty } from "./natives.js";

/** A backend on a runtime that starts nothing, and the locks that it asks the system for. */
function backendOf(change: Partial<Runtime> = {}) {
  const locks: number[] = [];
  const runtime = faulty({
    fcntl(_fd, command, bytes) {
      if (command === numbers.F_SETLK)
        locks.push(Number(new DataView(bytes.buffer).getBigInt64(numbers.flock.start, true)));
      return 0;
    },
  });
  const start = (): never => {
    throw new Error("nothing is started here");
  };
  const ofMain = { startup: () => undefined, system: () => linux(runtime), listen() {}, start };
  const backend = processBackend("test", import.meta.url, { ...runtime, ...ofMain, ...change });
  return { backend, locks };
}

const request = { boot: {}, given: {}, url: import.meta.url } as unknown as SpawnRequest;

describe("a backend of processes", () => {
  it("in the main process has no creator, and says what its runtime can do", () => {
    const { capabilities, creator, sendModeOfHandle, ownOptions } = backendOf().backend;
    assert.deepEqual([capabilities.kind, capabilities.sendsHandles, creator], ["process", true, undefined]);
    assert.ok(sendModeOfHandle !== undefined && ownOptions !== undefined);
    const without = backendOf({ handles: undefined as never, ownOptions: undefined as never, limits: false }).backend;
    assert.deepEqual([without.capabilities.sendsHandles, without.capabilities.resourceLimits], [false, false]);
    assert.deepEqual(["sendModeOfHandle" in without, "ownOptions" in without], [false, false]);
  });

  it("starts nothing before there is memory to share", () => {
    assert.throws(() => backendOf().backend.spawn(request), { message: /before there was memory/ });
  });

  it("claims its slot again after each start, which may have closed the file: also one that failed", () => {
    const { backend, locks } = backendOf();
    const memory = backend.openMemory(undefined);
    assert.throws(() => backend.spawn(request), { message: "nothing is started here" });
    assert.deepEqual(locks, []);
    memory.liveness.claim(4);
    assert.throws(() => backend.spawn(request), { message: "nothing is started here" });
    assert.deepEqual(locks, [4, 4]);
  });
});
