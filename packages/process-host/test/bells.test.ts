import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { poll } from "../src/native/poll.js";
import { POLLIN } from "../src/native/posix.js";
import { OwnBell } from "../src/own-bell.js";
import { linux } from "../src/systems/linux/system.js";
import { BELL, type Bell, MESSAGE, type System, type Waker, type WakeSocket } from "../src/systems/system.js";
import { faulty, inTurn, makers, real, withMoreAndMore } from "./natives.js";

const isRung = (fd: number): boolean => poll(real.posix, [{ fd, events: POLLIN }], 0).length > 0;

/** A bell that is this process's own, and how it is closed. */
function own(system: System): { bell: Bell; side: WakeSocket | undefined; close: () => void } {
  const bell = system.bells.make();
  const side = system.bells.own(bell);
  const close = (): void => {
    bell.close();
    if (side !== undefined) real.posix.close(side.fd);
  };
  return { bell, side, close };
}

for (const make of makers) {
  const system = make(real);
  describe(`a bell (${system.name})`, () => {
    it("is rung by its owner, and by a process that has found it by its address", ({ onTestFinished }) => {
      const { bell, side, close } = own(system);
      onTestFinished(close);
      assert.equal(isRung(bell.fd), false);
      assert.equal(bell.waker.wake(BELL), true);
      assert.equal(isRung(bell.fd), true);
      const ear = new OwnBell(real, bell, side);
      ear.poll(0, []);
      assert.equal(isRung(bell.fd), false);
      const found = system.bells.find(bell.address);
      assert.equal(found?.wake(BELL), true);
      assert.equal(isRung(bell.fd), true);
      found?.close();
    });

    it("that is full has heard enough", ({ onTestFinished }) => {
      const { bell, close } = own(system);
      onTestFinished(close);
      // More than a pipe holds, and than the system keeps of datagrams.
      const wakes = bell.carries === "bytes" ? 1 << 17 : 1 << 12;
      for (let n = 0; n < wakes; n++) assert.equal(bell.waker.wake(BELL), true);
      assert.equal(isRung(bell.fd), true);
    });

    it("that is no more needs no wake-up", () => {
      const { bell, close } = own(system);
      const other = make(real);
      other.bells.own(other.bells.make());
      const before = other.bells.find(bell.address);
      close();
      assert.equal(before?.wake(BELL), true);
      before?.close();
      assert.notEqual(other.bells.find(bell.address)?.wake(BELL), false);
    });

    it("tells a process that blocks of messages, once its event loop has its turn", async ({ onTestFinished }) => {
      const { bell, side, close } = own(system);
      onTestFinished(close);
      const ear = new OwnBell(real, bell, side);
      bell.waker.wake(MESSAGE);
      const read = new Promise<void>((resolve) => ear.inboxReaders.add(resolve));
      ear.poll(1000, []);
      await read;
    });

    it("that was full may have lost a message: the inboxes are read then", async ({ onTestFinished }) => {
      const { bell, side, close } = own(system);
      onTestFinished(close);
      const ear = new OwnBell(real, bell, side);
      for (let n = 0; n < bell.holds; n++) bell.waker.wake(BELL);
      const read = new Promise<void>((resolve) => ear.inboxReaders.add(resolve));
      // A datagram at a time, or all at once.
      while (isRung(bell.fd)) ear.poll(0, []);
      await read;
    });

    it("leaves nothing open when one of its parts cannot be had", () => {
      withMoreAndMore(make, (system) => {
        const bell = system.bells.make();
        return () => bell.close();
      });
    });
  });
}

describe("a wake socket", () => {
  const system = linux(real);

  /** Where only the wake socket is left, for one reason or another. */
  const wakerWithout = (bell: Bell, errno: "EMFILE" | "ENFILE" | "EACCES" | "ENOENT"): Waker | undefined => {
    const elsewhere = linux(faulty({ open: () => errno }));
    elsewhere.bells.own(elsewhere.bells.make());
    return elsewhere.bells.find(bell.address);
  };

  for (const errno of ["EMFILE", "ENFILE", "EACCES", "ENOENT"] as const) {
    it(`is sent to where the pipe cannot be opened: ${errno}`, ({ onTestFinished }) => {
      const { bell, side, close } = own(system);
      onTestFinished(close);
      assert.equal(wakerWithout(bell, errno)?.wake(BELL), true);
      assert.equal(isRung(bell.fd), false);
      assert.equal(side?.heard(), true);
      assert.equal(side?.heard(), false);
    });
  }

  it("wakes a process that blocks, and one that does not, which reads its inboxes, too", async ({ onTestFinished }) => {
    const { bell, side, close } = own(system);
    onTestFinished(close);
    const ear = new OwnBell(real, bell, side);
    const waker = wakerWithout(bell, "EACCES");
    waker?.wake(BELL);
    const readLater = new Promise<void>((resolve) => ear.inboxReaders.add(resolve));
    // For ever, if nobody is heard.
    ear.poll(Number.POSITIVE_INFINITY, []);
    await readLater;
    const heard = new Promise<void>((resolve) => {
      ear.onRing = resolve;
    });
    const message = new Promise<void>((resolve) => ear.inboxReaders.add(resolve));
    // Signals keep no event loop alive.
    const alive = setInterval(() => {}, 1000);
    waker?.wake(BELL);
    await Promise.all([heard, message]);
    clearInterval(alive);
  });

  it("that is full has heard enough; but not one that the full sockets of others keep the datagram from", ({
    onTestFinished,
  }) => {
    const longest = Number(readFileSync("/proc/sys/net/unix/max_dgram_qlen", "utf8"));
    const here = linux(faulty({ open: () => "EACCES" }));
    const self = own(here);
    onTestFinished(self.close);
    const wakeAt = ({ bell }: { bell: Bell }): boolean | undefined => here.bells.find(bell.address)?.wake(BELL);
    // So many that have stopped, each as full as it gets, that this process may have nothing more on its way.
    const stopped = [];
    for (let wakes = 0; wakes < 1000; wakes += longest) {
      const other = own(system);
      onTestFinished(other.close);
      stopped.push(other);
      for (let n = 0; n <= longest + 1; n++) wakeAt(other);
    }
    const awake = own(system);
    onTestFinished(awake.close);
    assert.equal(wakeAt(awake), false);
    for (const { side } of stopped) side?.heard();
    assert.equal(wakeAt(awake), true);
    assert.equal(awake.side?.heard(), true);
    const [full] = stopped;
    for (let n = 0; full !== undefined && n < longest + 2; n++) assert.equal(wakeAt(full), true);
  });

  it("is sent to again where a signal came first", ({ onTestFinished }) => {
    const interrupted = inTurn<"EINTR">("EINTR", "EINTR");
    const { bell, close } = own(linux(faulty({ write: interrupted })));
    onTestFinished(close);
    bell.waker.wake(BELL);
    assert.equal(isRung(bell.fd), true);
  });
});
