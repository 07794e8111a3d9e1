import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import { describe, it } from "vitest";
import { keepToOneself, letInherit } from "../src/native/descriptors.js";
import { endOf } from "../src/native/ended.js";
import { numbers } from "../src/native/numbers.js";
import { pairOf } from "../src/native/pair.js";
import { poll } from "../src/native/poll.js";
import { FD_CLOEXEC, POLLIN, POLLOUT } from "../src/native/posix.js";
import { holderOf, lock, tryLock, unlock } from "../src/native/record-lock.js";
import { makeLifeline } from "../src/systems/lifeline.js";
import { unlinkedFile } from "../src/systems/unlinked-file.js";
import { faulty, inTurn, real } from "./natives.js";

/** As <fcntl.h> has it. */
const F_GETFD = 1;

describe("the end of a child", () => {
  for (const [command, ended] of [
    ["exit 7", { code: 7, signal: null }],
    ["exit 255", { code: 255, signal: null }],
    ["kill -TERM $$", { code: null, signal: "SIGTERM" }],
  ] as const) {
    it(`is told before the event loop hears of it, which hears of it all the same: ${command}`, async () => {
      const child = spawn("/bin/sh", ["-c", command]);
      const exit = once(child, "exit");
      assert.deepEqual(endOf(real, child.pid ?? 0), ended);
      assert.deepEqual(await exit, [ended.code, ended.signal]);
    });
  }

  it("is asked for again where a signal came first", async () => {
    const child = spawn("/bin/sh", ["-c", "exit 7"]);
    const exit = once(child, "exit");
    const interrupted = faulty({ waitid: inTurn<"EINTR">("EINTR", "EINTR") });
    assert.deepEqual(endOf(interrupted, child.pid ?? 0), { code: 7, signal: null });
    await exit;
  });

  it("that the system does not tell is neither a code nor a signal", () => {
    assert.deepEqual(endOf(real, process.pid), { code: null, signal: null });
  });
});

describe("poll", () => {
  it("tells where something has happened, in the order in which it was asked, and passes over what is nowhere", () => {
    const { creators, childs } = makeLifeline(real);
    const [reads, writes] = [
      { fd: creators, events: POLLIN },
      { fd: childs, events: POLLOUT },
    ];
    const nowhere = { fd: -1, events: POLLIN };
    assert.deepEqual(poll(real.posix, [nowhere, reads, writes], Number.POSITIVE_INFINITY), [writes]);
    real.posix.write(childs, Uint8Array.of(1), 1);
    assert.deepEqual(poll(real.posix, [nowhere, reads, writes], 0), [reads, writes]);
    for (const fd of [creators, childs]) closeSync(fd);
  });

  it("waits at least as long as it is asked to, and for ever for what no number of the system tells", () => {
    const asked: number[] = [];
    const { posix } = faulty({
      poll(_fds, _count, ms) {
        asked.push(ms);
        return "EINTR";
      },
    });
    for (const ms of [0, 0.1, 5, 2 ** 31 - 1, 2 ** 31, Number.POSITIVE_INFINITY])
      assert.deepEqual(poll(posix, [], ms), []);
    assert.deepEqual(asked, [0, 1, 5, 2 ** 31 - 1, -1, -1]);
  });
});

describe("a pair of descriptors", () => {
  it("is what the system wrote", () => {
    const make = (pair: Uint8Array): number => {
      new Int32Array(pair.buffer).set([5, 6]);
      return 0;
    };
    assert.deepEqual([...pairOf(real, "a pair", make)], [5, 6]);
  });

  it("that cannot be had says what was to be made", () => {
    assert.throws(() => pairOf(faulty({}), "a pair of something", () => -1), { message: /a pair of something/ });
  });
});

it("a descriptor is inherited only where that is meant", () => {
  const fd = unlinkedFile();
  keepToOneself(real, fd);
  assert.equal(real.posix.setDescriptor(fd, F_GETFD, 0), FD_CLOEXEC);
  letInherit(real, fd);
  assert.equal(real.posix.setDescriptor(fd, F_GETFD, 0), 0);
  closeSync(fd);
});

describe("a lock on a byte", () => {
  const { F_GETLK, F_SETLK, F_SETLKW, F_UNLCK, F_WRLCK, flock } = numbers;

  it("asks for that byte alone: at once, as soon as it is free, and gives it back", () => {
    const asked: (readonly [command: number, type: number, start: bigint, length: bigint])[] = [];
    const native = faulty({
      fcntl(_fd, command, bytes) {
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        asked.push([
          command,
          view.getInt16(flock.type, true),
          view.getBigInt64(flock.start, true),
          view.getBigInt64(flock.length, true),
        ]);
        return 0;
      },
    });
    assert.equal(tryLock(native, 3, 5), true);
    lock(native, 3, 6);
    unlock(native, 3, 7);
    holderOf(native, 3, 8);
    assert.deepEqual(asked, [
      [F_SETLK, F_WRLCK, 5n, 1n],
      [F_SETLKW, F_WRLCK, 6n, 1n],
      [F_SETLK, F_UNLCK, 7n, 1n],
      [F_GETLK, F_WRLCK, 8n, 1n],
    ]);
  });

  it("is said to be its holder's, nobody's, or not known", () => {
    const answering = (type: number, pid: number) =>
      faulty({
        fcntl(_fd, _command, bytes) {
          const view = new DataView(bytes.buffer, bytes.byteOffset);
          view.setInt16(flock.type, type, true);
          view.setInt32(flock.pid, pid, true);
          return 0;
        },
      });
    assert.equal(holderOf(answering(F_WRLCK, 123), 3, 5), 123);
    assert.equal(holderOf(answering(F_UNLCK, 123), 3, 5), 0);
    assert.equal(holderOf(faulty({ fcntl: () => "ENOLCK" }), 3, 5), undefined);
    assert.equal(tryLock(faulty({ fcntl: () => "EAGAIN" }), 3, 5), false);
  });
});
