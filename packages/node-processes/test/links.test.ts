import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Pool, tasksFrom } from "@heddle/node-processes";
import { describe, it } from "vitest";

const { resolveLinked } = tasksFrom<typeof import("./fixtures/resolves.mjs")>(
  new URL("./fixtures/resolves.mjs", import.meta.url),
);

describe("modules behind links", () => {
  it("are found where they really are, also by a process that has a doorbell", async () => {
    await using pool = new Pool({ size: 1 });
    assert.match(await pool.run(resolveLinked), /\/packages\/conformance\/dist\/index\.js$/);
  });

  it("are not found there by Node 20 and 22 after an fstat of a pipe; when that is mended, doorbells.ts may use any", async () => {
    const program = fileURLToPath(new URL("./programs/stale-stat.mjs", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    const isMended = Number(process.versions.node.split(".")[0]) >= 24;
    assert.equal(stdout.includes("node_modules"), !isMended);
  });
});
