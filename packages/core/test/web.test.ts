import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

describe("where a test environment has left out globals", () => {
  beforeEach(() => void vi.resetModules());
  afterEach(() => void vi.unstubAllGlobals());

  it("texts are encoded and values copied by the runtime's own", async () => {
    for (const name of ["TextEncoder", "TextDecoder", "structuredClone"]) vi.stubGlobal(name, undefined);
    const { structuredClone, TextDecoder, TextEncoder } = await import("../src/kernel/web.js");
    assert.equal(new TextDecoder().decode(new TextEncoder().encode("snow ☃")), "snow ☃");
    const buffer = new ArrayBuffer(8);
    const copy = structuredClone({ map: new Map([[1, buffer]]) }, { transfer: [buffer] });
    assert.deepEqual([copy.map.get(1)?.byteLength, buffer.byteLength], [8, 0]);
    assert.throws(() => structuredClone(() => 1), { name: "DataCloneError" });
  });

  it("one that cannot be found is named", async () => {
    vi.stubGlobal("TextEncoder", undefined);
    vi.stubGlobal("process", undefined);
    await assert.rejects(import("../src/kernel/web.js"), /the global TextEncoder/);
  });
});
