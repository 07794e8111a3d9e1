import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, it } from "vitest";
import { interrupted, lastError, outputError, startError, unsupported } from "../src/errors.js";

const failedBy = (errno: number) => ({ errno: () => errno });

describe("an error of the system", () => {
  it("names it, with advice where there is some", () => {
    const full = lastError(failedBy(constants.errno.ENOSPC), "A message cannot be written");
    assert.deepEqual([full.name, full.code], ["HeddleError", "HEDDLE_SYSTEM"]);
    assert.match(full.message, /^A message cannot be written: ENOSPC: .*TMPDIR/);
    assert.equal(lastError(failedBy(constants.errno.EPERM), "It cannot be").message, "It cannot be: EPERM");
    assert.equal(lastError(failedBy(99_999), "It cannot be").message, "It cannot be: error 99999");
  });

  it("of a start keeps its cause; an error that is not the system's stays as it is", () => {
    const thrown = Object.assign(new Error("spawn E2BIG"), { code: "E2BIG" });
    const told = startError(thrown) as Error;
    assert.match(told.message, /E2BIG.*`env`/);
    assert.equal(told.cause, thrown);
    for (const other of [new Error("no code"), Object.assign(new Error("of Node"), { code: "ERR_INVALID_ARG_TYPE" })]) {
      assert.equal(startError(other), other);
    }
  });

  it("of a write is as that of a stream of the runtime", () => {
    const { message, code, errno, syscall } = outputError(failedBy(constants.errno.EPIPE));
    assert.deepEqual([message, code, errno, syscall], ["write EPIPE", "EPIPE", -constants.errno.EPIPE, "write"]);
  });

  it("is none where a signal interrupted the call", () => {
    assert.equal(interrupted(failedBy(constants.errno.EINTR)), true);
    assert.equal(interrupted(failedBy(constants.errno.EAGAIN)), false);
  });

  it("of a system that cannot do it says what can", () => {
    const error = unsupported("there is no mmap", "@heddle/node-threads");
    assert.deepEqual(
      [error.code, /there is no mmap.*@heddle\/node-threads/.test(error.message)],
      ["HEDDLE_UNSUPPORTED", true],
    );
  });
});
