import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { aroundWaits } from "../src/kernel-adapter.js";
import { makeOutlet } from "../src/output.js";

describe("the output of a thread", () => {
  it("that was killed while it wrote holds no other up", () => {
    const { outlet, close } = makeOutlet();
    const { writer } = outlet;
    writer[0] = 5;
    close(6);
    assert.equal(writer[0], 5);
    close(5);
    assert.equal(writer[0], 0);
  });

  it("goes through what the program has put in the place of its own: while it blocks, and before the thread's end", ({
    onTestFinished,
  }) => {
    const { write } = process.stdout;
    onTestFinished(() => {
      process.stdout.write = write;
    });
    const seen: unknown[] = [];
    process.stdout.write = (chunk: unknown): boolean => seen.push(chunk) > 0;
    const { outlet, close } = makeOutlet();
    assert.equal(outlet.direct.includes("stdout"), false);
    const print = (chunk: string): void =>
      outlet.port?.postMessage({ name: "stdout", chunks: [{ chunk, encoding: "utf8" }] });
    print("before a wait\n");
    for (const act of aroundWaits) act();
    assert.deepEqual(seen, ["before a wait\n"]);
    print("last\n");
    close(1);
    assert.deepEqual(seen, ["before a wait\n", "last\n"]);
  });
});
