import assert from "node:assert/strict";
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
});
