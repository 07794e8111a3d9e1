import assert from "node:assert/strict";
import { closeSync, fstatSync } from "node:fs";
import { describe, it } from "vitest";
import { Inbox, Outbox } from "../src/mailbox.js";
import type { Runtime } from "../src/runtime.js";
import { unlinkedFile } from "../src/systems/unlinked-file.js";
import { faulty, inTurn, real, systems } from "./natives.js";

const PAGE = 4096;

/** A message of about so many bytes. */
const ofSize = (bytes: number, name = ""): Record<string, unknown> => ({ name, bytes: new Uint8Array(bytes).fill(7) });

for (const system of systems) {
  /** Both ends of a mailbox, on a file that is closed at the test's end. */
  const mailbox = (onTestFinished: (act: () => void) => void, writer: Runtime = real, reader: Runtime = real) => {
    const fd = system.makeFile("test");
    onTestFinished(() => closeSync(fd));
    return { fd, out: new Outbox(writer, fd), in: new Inbox(reader, system, fd) };
  };

  describe(`a mailbox (${system.name})`, () => {
    it("gives what was put in, in its order, of any size", ({ onTestFinished }) => {
      const box = mailbox(onTestFinished);
      assert.equal(box.in.receive(), undefined);
      const sizes = [0, 1, 100, PAGE - 1, PAGE, PAGE + 1, 16 * PAGE - 1, 16 * PAGE, 1 << 20];
      for (const ahead of [1, 2, 7]) {
        const sent: unknown[] = [];
        const taken: unknown[] = [];
        for (let n = 0; n < 60; n++) {
          const message = ofSize(sizes[n % sizes.length] as number, `message ${n}`);
          box.out.put(message);
          sent.push(message);
          while (sent.length - taken.length >= ahead) taken.push(box.in.receive()?.message);
        }
        while (taken.length < sent.length) taken.push(box.in.receive()?.message);
        assert.deepEqual(taken, sent);
        assert.equal(box.in.receive(), undefined);
      }
    });

    it("does not grow by what was read", ({ onTestFinished }) => {
      const box = mailbox(onTestFinished);
      for (let n = 0; n < 1000; n++) {
        box.out.put(ofSize(100));
        assert.ok(box.in.receive());
      }
      assert.ok(fstatSync(box.fd).size <= 2 * PAGE);
    });

    it("does not grow by what was read while there is always something that was not", ({ onTestFinished }) => {
      const box = mailbox(onTestFinished);
      for (let n = 0; n < 1000; n++) {
        box.out.put(ofSize(100));
        box.out.put(ofSize(100));
        assert.ok(box.in.receive() && box.in.receive());
      }
      assert.ok(fstatSync(box.fd).size <= 2 * PAGE);
    });

    it("does not keep the memory of a large message", ({ onTestFinished }) => {
      const box = mailbox(onTestFinished);
      box.out.put(ofSize(1 << 24));
      assert.ok(box.in.receive());
      // Space on a disk is given back by the messages that follow.
      if (system.name === "linux") assert.ok(fstatSync(box.fd).blocks * 512 <= 4 * PAGE);
      for (let n = 0; n < 200; n++) {
        box.out.put(ofSize(100));
        assert.ok(box.in.receive());
      }
      assert.ok(fstatSync(box.fd).size <= 16 * PAGE);
    });

    it("holds nothing of a message whose sender dies before its last step, wherever that is", ({ onTestFinished }) => {
      for (const before of [0, 10 * PAGE]) {
        for (let steps = 0; ; steps++) {
          let left = Number.POSITIVE_INFINITY;
          const dying = faulty({ pwrite: () => (left-- > 0 ? undefined : assert.fail("dead")) });
          const box = mailbox(onTestFinished, dying);
          if (before > 0) box.out.put(ofSize(before));
          if (before > 0) assert.ok(box.in.receive());
          left = steps;
          try {
            box.out.put("last words");
          } catch {
            // Nothing, or the whole of it where only the way to it is missing.
            assert.equal(box.in.receive(), undefined);
            continue;
          }
          assert.equal(box.in.receive()?.message, "last words");
          break;
        }
      }
    });

    it("takes short writes and reads, and those that a signal interrupts, for what they are", ({ onTestFinished }) => {
      const short = (call: "pread" | "pwrite") => {
        let n = 0;
        return (fd: number, bytes: Uint8Array, length: number, position: number) => {
          if (n++ % 3 === 0) return "EINTR";
          return real.posix[call](fd, bytes, Math.max(1, length >> 1), position);
        };
      };
      const box = mailbox(onTestFinished, faulty({ pwrite: short("pwrite") }), faulty({ pread: short("pread") }));
      for (const size of [0, 1, PAGE, 1 << 18]) {
        box.out.put(ofSize(size));
        assert.deepEqual(box.in.receive()?.message, ofSize(size));
      }
    });

    it("that cannot be written to says so and has sent nothing, and goes on when it can", ({ onTestFinished }) => {
      for (const failing of [0, 1, 2, 3]) {
        const results = inTurn<"ENOSPC" | undefined>(...new Array<undefined>(failing).fill(undefined), "ENOSPC");
        let isFailing = false;
        const box = mailbox(onTestFinished, faulty({ pwrite: () => (isFailing ? results() : undefined) }));
        box.out.put("before");
        isFailing = true;
        assert.throws(() => box.out.put(ofSize(1 << 20)), { code: "HEDDLE_SYSTEM", message: /ENOSPC/ });
        isFailing = false;
        if (failing < 3) assert.ok(fstatSync(box.fd).size <= PAGE);
        assert.equal(box.in.receive()?.message, "before");
        assert.equal(box.in.receive(), undefined);
        box.out.put("after");
        assert.equal(box.in.receive()?.message, "after");
      }
    });

    it("gives each message once, in order, where its reader cannot write that it was read", ({ onTestFinished }) => {
      let isFull = true;
      const reader = faulty({ pwrite: () => (isFull ? "ENOSPC" : undefined) });
      const box = mailbox(onTestFinished, real, reader);
      for (const size of [100, 1 << 17, 2 * PAGE, 100]) {
        box.out.put(ofSize(size));
        assert.deepEqual(box.in.receive()?.message, ofSize(size));
        assert.equal(box.in.receive(), undefined);
      }
      isFull = false;
      for (let n = 0; n < 100; n++) {
        box.out.put(ofSize(100, `message ${n}`));
        assert.deepEqual(box.in.receive()?.message, ofSize(100, `message ${n}`));
      }
      if (system.name === "portable") assert.ok(fstatSync(box.fd).size <= 1 << 17, "the writer has begun anew");
    });

    it("throws what cannot be cloned, and has sent nothing", ({ onTestFinished }) => {
      const box = mailbox(onTestFinished);
      assert.throws(() => box.out.put(() => {}), { name: /DataCloneError|Error/ });
      box.out.put(1);
      assert.equal(box.in.receive()?.message, 1);
    });

    it("keeps a message until what comes another way is there", ({ onTestFinished }) => {
      const fd = system.makeFile("test");
      onTestFinished(() => closeSync(fd));
      let isThere = false;
      const inbox = new Inbox(real, system, fd, () => isThere);
      new Outbox(real, fd).put("late");
      assert.equal(inbox.receive(), undefined);
      assert.equal(inbox.isWaiting, true);
      isThere = true;
      assert.equal(inbox.receive()?.message, "late");
      assert.equal(inbox.isWaiting, false);
    });
  });
}

describe("a file without a name", () => {
  it("is in no folder, and nobody else may open it", () => {
    const fd = unlinkedFile();
    const { nlink, mode } = fstatSync(fd);
    assert.deepEqual([nlink, mode & 0o777], [0, 0o600]);
    closeSync(fd);
  });
});
