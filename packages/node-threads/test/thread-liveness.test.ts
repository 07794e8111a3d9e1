import assert from "node:assert/strict";
import { wakeAddressOfSlot } from "@heddle/core";
import { describe, it } from "vitest";
import { threadLiveness } from "../src/thread-liveness.js";

/** More than any system numbers its threads by. */
const NO_THREAD = 2 ** 30;

describe.runIf(process.platform === "linux")("whether a slot's thread lives", () => {
  it("is asked of the system, by its number and its start, as numbers are used again", () => {
    const words = new Int32Array(1 << 16);
    const { claim, hasDied } = threadLiveness({ buffer: words.buffer });
    const slot = 3;
    const [thread, started] = [wakeAddressOfSlot(slot), wakeAddressOfSlot(slot) + 1] as const;
    // A slot whose thread has not said which it is.
    assert.equal(hasDied(slot), false);
    claim(slot);
    assert.notEqual(words[thread], 0);
    assert.equal(hasDied(slot), false);
    words[started] = (words[started] as number) - 1;
    assert.equal(hasDied(slot), true);
    claim(slot);
    words[thread] = NO_THREAD;
    assert.equal(hasDied(slot), true);
  });
});
