import assert from "node:assert/strict";
import { built, testDemos } from "@heddle/app-demos";
import { describe, it } from "vitest";

const run = built(new URL("../dist/", import.meta.url));

testDemos({ describe, it, run, worker: "Process" });

describe("the service as a program", () => {
  it("service: exact counts, and nobody else's request fails when a worker is killed", async () => {
    const [, whole, killed, others, successor, again, limit, jobs] = await run("service");
    assert.equal(whole, "1000 requests: 1000 were answered, 1000 counted.");
    assert.match(
      killed ?? "",
      /^1000 requests, and Process-1 \(serve\) was killed in the middle: \d+ were answered\.$/,
    );
    assert.equal(others, "All requests to the others were answered.");
    assert.equal(successor, "Process-5 (serve) has taken its place.");
    assert.equal(again, "1000 requests: 1000 were answered, 1000 counted.");
    assert.equal(limit, "The upstream was asked by 4 at once at most; the limit is 4.");
    assert.equal(jobs, "Every answer's job was done.");
  });
});
