import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";

const program = fileURLToPath(new URL("./fixtures/code.mjs", import.meta.url));

interface Code {
  readonly frame: string;
  readonly isGiven: boolean;
  readonly url?: string;
  readonly isRejected?: boolean;
}

const printed = (options: readonly string[] = [], env = {}): { main: Code; inThread: Code } =>
  JSON.parse(
    execFileSync(process.execPath, [...options, program], {
      encoding: "utf8",
      env: { ...process.env, ...env },
    }),
  );

/** That the frame tells the place in its file where the option is read. */
function assertIsAtOption(frame: string): void {
  const [, file = "", line, column] = /\((file:.*):(\d+):(\d+)\)$/.exec(frame) ?? assert.fail(frame);
  assert.match(file, /\/whole\.cjs$/);
  const row = readFileSync(new URL(file), "utf8").split("\n")[Number(line) - 1] ?? "";
  assert.match(row.slice(Number(column) - 1), /^(\?\.)?fair\b/);
}

describe("core's code", () => {
  it("is taken by a thread from its starter, as V8 has compiled it", () => {
    const { main, inThread } = printed();
    assert.match(String(inThread.url), /^file:.*\/whole\.cjs$/);
    assert.deepEqual([inThread.isGiven, inThread.isRejected, main.isGiven], [true, false, false]);
    for (const { frame } of [main, inThread]) assertIsAtOption(frame);
  });

  it("is in stacks where its sources are, if Node maps stacks", () => {
    const { main, inThread } = printed(["--enable-source-maps"]);
    for (const { frame, url } of [main, inThread]) {
      assert.match(frame, /core\/src\/\S+\.ts:\d+:\d+\)$/);
      assert.equal(url, undefined);
    }
  });

  it("is compiled anew where V8 counts its calls", () => {
    const folder = mkdtempSync(join(tmpdir(), "heddle-code-"));
    try {
      const { main, inThread } = printed([], { NODE_V8_COVERAGE: folder });
      assert.deepEqual([main.url, inThread.url, inThread.isGiven], [undefined, undefined, true]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
