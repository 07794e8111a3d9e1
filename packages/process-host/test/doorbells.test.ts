import assert from "node:assert/strict";
import { doorOf, type Memory } from "@heddle/core";
import { describe, it } from "vitest";
import { doorbells, type Watched } from "../src/doorbells.js";
import { POLLIN } from "../src/native/posix.js";
import { OwnBell } from "../src/own-bell.js";
import { linux } from "../src/systems/linux/system.js";
import { type Knocker, RING, type System } from "../src/systems/system.js";
import { real, systems } from "./natives.js";

/** Two slots' bells. */
const [HERE, THERE] = [2, 2 + 256];

const memoryOf = (words: Int32Array): Memory => ({
  buffer: words.buffer,
  maxBytes: words.byteLength,
  grow() {},
  window: () => {
    throw new Error("nobody looks through it");
  },
  token: undefined,
  lives: { claim() {}, hasDied: () => false, stop() {} },
});

/** Somebody with a slot of its own, whose bell stays open: the event loop listens to it. */
function somebody(system: System, words: Int32Array, children: Watched[] = []) {
  const bell = system.bells.make();
  const side = system.bells.own(bell);
  return doorbells(real, system, memoryOf(words), new OwnBell(real, bell, side), children);
}

for (const system of systems) {
  describe(`doorbells (${system.name})`, () => {
    it("wake who sleeps, blocking or not, and let nobody sleep who was rung before", async () => {
      const words = new Int32Array(1024);
      const here = somebody(system, words);
      const there = somebody(system, words);
      const woken = new Promise<void>((resolve) => here.sleepAsync(HERE, 0, resolve));
      Atomics.add(words, HERE, 1);
      const alive = setInterval(() => {}, 1000);
      there.wake(HERE);
      await woken;
      here.sleepSync(HERE, 0, Number.POSITIVE_INFINITY);
      await new Promise<void>((resolve) => here.sleepAsync(HERE, 0, resolve));
      clearInterval(alive);
    });

    it("need nobody at the other end: not one that has no door yet", () => {
      const here = somebody(system, new Int32Array(1024));
      here.wake(THERE);
    });

    it("tell a process that blocks of the end of another", ({ onTestFinished }) => {
      const words = new Int32Array(1024);
      const ended = system.bells.make();
      onTestFinished(() => ended.close());
      ended.knocker.knock(RING);
      const onEnd = (): void => void Atomics.add(words, HERE, 1);
      const here = somebody(system, words, [{ fd: ended.fd, events: POLLIN, onEnd }]);
      here.sleepSync(HERE, 0, Number.POSITIVE_INFINITY);
      assert.equal(words[HERE], 1);
    });
  });
}

describe("a knock that was not heard", () => {
  const system = linux(real);

  /** A system where somebody else hears only what comes after so many knocks. */
  function deafFor(knocks: number): { system: System; heard: Promise<void> } {
    let tell = (): void => {};
    const heard = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const knocker: Knocker = {
      knock() {
        if (knocks-- > 0) return false;
        tell();
        return true;
      },
      close() {},
    };
    return { system: { ...system, bells: { ...system.bells, find: () => knocker } }, heard };
  }

  it("is done again by the event loop", async () => {
    const words = new Int32Array(1024);
    words[doorOf(THERE)] = 1;
    const { system, heard } = deafFor(3);
    const alive = setInterval(() => {}, 1000);
    somebody(system, words).wake(THERE);
    await heard;
    clearInterval(alive);
  });

  it("is done again by a process that blocks", () => {
    const words = new Int32Array(1024);
    words[doorOf(THERE)] = 1;
    const { system } = deafFor(3);
    const find = system.bells.find;
    const bells = {
      ...system.bells,
      find(place: readonly number[]) {
        const found = find(place);
        // Who hears it wakes this one.
        const knock: Knocker["knock"] = (what) => {
          const isHeard = found?.knock(what) ?? true;
          if (isHeard) Atomics.add(words, HERE, 1);
          return isHeard;
        };
        return found && { ...found, knock };
      },
    };
    const here = somebody({ ...system, bells }, words);
    here.wake(THERE);
    // For ever, if it is not.
    here.sleepSync(HERE, 0, Number.POSITIVE_INFINITY);
    assert.equal(words[HERE], 1);
  });
});
