import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, it } from "vitest";
import { program } from "../src/server.js";

const title = "the demo of three machines";

describe.skipIf(program === undefined)(program === undefined ? `${title} — NOT RUN: no server here` : title, () => {
  it("loses no task when one is killed", { timeout: 120_000 }, async () => {
    const path = fileURLToPath(new URL("../dist/machines.js", import.meta.url));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [path]);
    const [begin, middle, end, ...counts] = stdout.trim().split("\n");
    assert.equal(stderr, "");
    assert.equal(begin, "machine 1, machine 2, machine 3 serve one pool of 6 workers.");
    assert.equal(middle, "12 of 36 tasks are done: machine 2 is killed.");
    assert.equal(end, "36 of 36 tasks are done, on a pool of 4 workers.");
    const sum = counts.map((line) => Number(/^machine [123] has done (\d+)$/.exec(line)?.[1]));
    assert.equal(
      sum.reduce((all, n) => all + n, 0),
      36,
    );
  });
});
