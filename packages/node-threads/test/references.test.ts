import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { inline, Thread } from "@heddle/node-threads";
import { describe, it } from "vitest";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

describe("a thread that has started", () => {
  it("no longer holds what it was given (parity 93)", async () => {
    const size = inline((set: Set<number>) => set.size);
    const start = () => {
      const set = new Set([1, 2, 3]);
      return { given: new WeakRef(set), thread: new Thread(size, { args: [set] }).start() };
    };
    const { given, thread } = start();
    assert.equal(await thread.result, 3);
    await thread.join();
    // The target of a WeakRef lives to the end of its turn at least; that turn is over.
    collectGarbage();
    assert.equal(given.deref(), undefined);
    assert.equal(thread.exitCode, 0);
  });
});
