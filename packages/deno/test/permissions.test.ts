import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { deno, outputOf } from "./program.ts";
import { describe, it } from "./runner.ts";

describe("the permissions of a worker", () => {
  it("are its creator's, or those of them that its options, or its pool's, give it, and never more", async () => {
    const program = fileURLToPath(new URL("programs/permissions.ts", import.meta.url));
    const printed = await outputOf(["run", "--allow-all", "--unstable-worker-options", program]);
    assert.deepEqual(printed, ["granted", "prompt", "prompt prompt", "NotCapable"]);
  });
});

describe("processes", () => {
  const program = fileURLToPath(new URL("programs/processes.ts", import.meta.url));
  const run = async (...flags: string[]): Promise<string> => {
    const { stdout } = await deno(["run", "--no-prompt", "--allow-read", ...flags, program]);
    return stdout.join("\n");
  };

  it("are refused at their import where a flag is missing, which is named", async () => {
    assert.match(await run(), /^HEDDLE_UNSUPPORTED .*without --allow-ffi and --allow-run/);
    assert.match(await run("--allow-run"), /^HEDDLE_UNSUPPORTED .*without --allow-ffi\b/);
    assert.match(await run("--allow-ffi"), /^HEDDLE_UNSUPPORTED .*without --allow-run\b/);
  });

  it("need no other permission", async () => {
    assert.equal(await run("--allow-run", "--allow-ffi"), "3");
  });
});
