import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { outputOf } from "./program.ts";
import { describe, it } from "./runner.ts";

describe("the permissions of a worker", () => {
  it("are its creator's, or those of them that its options, or its pool's, give it, and never more", async () => {
    const program = fileURLToPath(new URL("programs/permissions.ts", import.meta.url));
    const printed = await outputOf(["run", "--allow-all", "--unstable-worker-options", program]);
    assert.deepEqual(printed, ["granted", "prompt", "prompt prompt", "NotCapable"]);
  });
});
