import assert from "node:assert/strict";
import { built } from "@heddle/app-demos";
import { describe, it } from "vitest";

const run = built(new URL("../dist/", import.meta.url));

describe("a server under load", () => {
  it("server: one of its pool's processes is killed, and every request is answered rightly", async () => {
    const lines = await run("server", "0.5");
    assert.ok(lines.some((line) => /^kill -9 \d+, a process of the pool/.test(line)));
    assert.match(lines.at(-2) ?? "", /^Processes killed: 1; replaced: 1; calls lost with it, and made again: \d+\.$/);
    assert.equal(lines.at(-1), "Every request was answered, and rightly.");
  });
});
