import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { byNodeApis } from "../src/by-node-apis.js";
import { linux } from "../src/systems/linux/system.js";
import { BELL } from "../src/systems/system.js";
import { real } from "./natives.js";

describe("by Node's own modules", () => {
  it("a message is copied as by structured clone, by bytes alone", () => {
    const message = { list: [1, undefined, 2n], map: new Map([["a", new Date(0)]]), bytes: new Uint8Array([1, 2]) };
    const bytes = byNodeApis.serialize(message);
    assert.deepEqual(byNodeApis.deserialize(Uint8Array.from(bytes)), message);
    assert.throws(() => byNodeApis.serialize(() => {}), /could not be cloned/);
  });

  it("a bell is heard, and keeps no event loop alive", async () => {
    const bell = linux(real).bells.make();
    const before = process.getActiveResourcesInfo().length;
    const heard = new Promise<Uint8Array>((resolve) => byNodeApis.listen(bell, resolve));
    assert.equal(process.getActiveResourcesInfo().length, before);
    const alive = setInterval(() => {}, 1000);
    bell.waker.wake(BELL);
    assert.deepEqual([...(await heard)], [BELL]);
    clearInterval(alive);
  });
});
