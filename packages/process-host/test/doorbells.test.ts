import assert from "node:assert/strict";
import { type Memory, wakeAddressOf } from "@heddle/core";
import { describe, it, vi } from "vitest";
import { doorbells, type Watched } from "../src/doorbells.js";
import { poll } from "../src/native/poll.js";
import { POLLIN } from "../src/native/posix.js";
import { OwnBell } from "../src/own-bell.js";
import { linux } from "../src/systems/linux/system.js";
import { BELL, type System, type Waker } from "../src/systems/system.js";
import { faulty, makers, real } from "./natives.js";

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
  liveness: { claim() {}, hasDied: () => false, stop() {} },
});

/** Somebody with a slot of its own, whose bell stays open: the event loop listens to it. */
function somebody(system: System, words: Int32Array, children: Watched[] = []) {
  const bell = system.bells.make();
  const side = system.bells.own(bell);
  return doorbells(real, system, memoryOf(words), new OwnBell(real, bell, side), children);
}

const isReadable = (fd: number): boolean => poll(real.posix, [{ fd, events: POLLIN }], 0).length > 0;

/** By then, all that was set to run at once has run. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

for (const make of makers) {
  const system = make(real);
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

    it("publish a bell's address before they look at it, its first word last", ({ onTestFinished }) => {
      const words = new Int32Array(1024);
      const bell = system.bells.make();
      onTestFinished(() => bell.close());
      const own = new OwnBell({ ...real, listen() {} }, bell);
      const here = doorbells(real, system, memoryOf(words), own, []);
      const store = vi.spyOn(Atomics, "store");
      onTestFinished(() => store.mockRestore());
      words[HERE] = 1;
      here.sleepSync(HERE, 0, 1000);
      const places = store.mock.calls.map(([, place]) => place - wakeAddressOf(HERE));
      assert.deepEqual(places, [...bell.address.keys()].reverse());
      assert.deepEqual([...words.subarray(wakeAddressOf(HERE)).slice(0, bell.address.length)], [...bell.address]);
    });

    for (const way of ["its bell", "its wake socket"]) {
      /*
       * The invariant: a ring wakes the event loop that sleeps on an earlier count, also if a blocking sleep has read all that came of it.
       *
       *     owner                                             other
       *     sleepAsync on the count 0
       *     sleepSync on the count 0: it is still 0
       *     poll
       *                                                       a call: the count is 1, then a byte or a datagram
       *     poll ends, and reads that: the event loop hears nothing
       *     the count is no longer 0: sleepSync ends
       *
       * So sleepSync has to see that the other sleep was rung, too.
       */
      it(`lose no call that arrives while its owner blocks, by ${way}`, async ({ onTestFinished }) => {
        const words = new Int32Array(1024);
        const isDirect = way === "its bell";
        const elsewhere = isDirect ? system : make(faulty({ open: () => "EACCES" }));
        const there = somebody(elsewhere, words);
        let polls = 0;
        const owner = faulty({
          poll() {
            if (polls++ > 0) return;
            Atomics.add(words, HERE, 1);
            there.wake(HERE);
          },
        });
        const bell = system.bells.make();
        onTestFinished(() => bell.close());
        const own = new OwnBell(owner, bell, system.bells.own(bell));
        const here = doorbells(owner, system, memoryOf(words), own, []);
        let wakes = 0;
        here.sleepAsync(HERE, 0, () => wakes++);
        here.sleepSync(HERE, 0, Number.POSITIVE_INFINITY);
        assert.deepEqual([polls, wakes, isReadable(bell.fd)], [1, 0, false]);
        await nextTurn();
        assert.equal(wakes, 1);
        here.sleepSync(HERE, 0, Number.POSITIVE_INFINITY);
        await nextTurn();
        assert.deepEqual([polls, wakes], [1, 1]);
      });
    }

    it("need nobody at the other end: not one that has published no address yet", () => {
      const here = somebody(system, new Int32Array(1024));
      here.wake(THERE);
    });

    it("tell a process that blocks of the end of another", ({ onTestFinished }) => {
      const words = new Int32Array(1024);
      const ended = system.bells.make();
      onTestFinished(() => ended.close());
      ended.waker.wake(BELL);
      const onEnd = (): void => void Atomics.add(words, HERE, 1);
      const here = somebody(system, words, [{ fd: ended.fd, events: POLLIN, onEnd }]);
      here.sleepSync(HERE, 0, Number.POSITIVE_INFINITY);
      assert.equal(words[HERE], 1);
    });
  });
}

describe("a wake-up that was not heard", () => {
  const system = linux(real);

  /** A system where another process hears only what comes after so many wake-ups. */
  function deafFor(wakes: number): { system: System; heard: Promise<void> } {
    let tell = (): void => {};
    const heard = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const waker: Waker = {
      wake() {
        if (wakes-- > 0) return false;
        tell();
        return true;
      },
      close() {},
    };
    return { system: { ...system, bells: { ...system.bells, find: () => waker } }, heard };
  }

  it("is done again by the event loop", async () => {
    const words = new Int32Array(1024);
    words[wakeAddressOf(THERE)] = 1;
    const { system, heard } = deafFor(3);
    const alive = setInterval(() => {}, 1000);
    somebody(system, words).wake(THERE);
    await heard;
    clearInterval(alive);
  });

  it("is done again by a process that blocks", () => {
    const words = new Int32Array(1024);
    words[wakeAddressOf(THERE)] = 1;
    const { system } = deafFor(3);
    const find = system.bells.find;
    const bells = {
      ...system.bells,
      find(place: readonly number[]) {
        const found = find(place);
        // The bell that hears it wakes this one.
        const wake: Waker["wake"] = (what) => {
          const isHeard = found?.wake(what) ?? true;
          if (isHeard) Atomics.add(words, HERE, 1);
          return isHeard;
        };
        return found && { ...found, wake };
      },
    };
    const here = somebody({ ...system, bells }, words);
    here.wake(THERE);
    // For ever, if it is not.
    here.sleepSync(HERE, 0, Number.POSITIVE_INFINITY);
    assert.equal(words[HERE], 1);
  });
});
