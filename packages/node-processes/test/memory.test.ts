import assert from "node:assert/strict";
import { execFile, fork } from "node:child_process";
import { fstatSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { mapMemory, unlinkedFile } from "@heddle/process-host";
import { describe, it } from "vitest";
import { systemNamed } from "../src/posix.js";
import { nodeRuntime } from "../src/runtime.js";

/** The output of importing the adapter on stderr, after that of Node's options. It must fail. */
async function failedImport(options: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const program =
    'import("@heddle/node-processes").catch(({ code, message }) => { console.error(code, message); process.exit(3); })';
  const failure = await promisify(execFile)(process.execPath, [...options, "-e", program], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: { ...process.env, ...env },
  }).then(
    () => assert.fail("the import should have failed"),
    (error: { code: number; stderr: string }) => error,
  );
  assert.equal(failure.code, 3);
  return failure.stderr;
}

/** As {@link failedImport}, with that file loaded first. */
const importAfter = (fixture: string): Promise<string> =>
  failedImport(["--require", fileURLToPath(new URL(`fixtures/${fixture}.cjs`, import.meta.url))]);

describe("memory that cannot be mapped", () => {
  it("is told of by the import, with the reason: the system", async () => {
    assert.match(await importAfter("other-platform"), /^HEDDLE_UNSUPPORTED .*not on plan9.*@heddle\/node-threads/);
  });

  it("is told of by the import, with the reason: the library", async () => {
    assert.match(await importAfter("without-koffi"), /^HEDDLE_UNSUPPORTED .*koffi.*no binary for this system/);
  });

  it("is told of by the import, with the reason: the setting in the environment", async () => {
    const message = await failedImport([], { HEDDLE_PROCESSES: "plan9" });
    assert.match(message, /^HEDDLE_UNSUPPORTED .*HEDDLE_PROCESSES asks for plan9: it can be linux or portable/);
  });
});

describe("memory without a memfd", () => {
  it("is a file that nobody else can open, and that is in no folder", () => {
    const { nlink, mode } = fstatSync(unlinkedFile());
    assert.deepEqual([nlink, mode & 0o777], [0, 0o600]);
  });

  it("is shared by all who map it", () => {
    const runtime = nodeRuntime(fork);
    const first = mapMemory(runtime, systemNamed("portable"), unlinkedFile());
    const second = mapMemory(runtime, systemNamed("portable"), first.fd, first.token);
    const [here, there] = [first, second].map(({ buffer }) => new Int32Array(buffer, 0, 1024));
    assert.ok(here && there);
    Atomics.add(here, 1000, 7);
    assert.equal(Atomics.add(there, 1000, 1), 7);
    assert.equal(here[1000], 8);
    // Reserved, and not used: only written pages take memory.
    assert.ok(fstatSync(first.fd).blocks * 512 <= 1 << 20);
    assert.ok(first.maxBytes >= 2 ** 26);
  });
});
