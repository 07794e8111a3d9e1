import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { describe, it } from "./runner.ts";

/** As many as one has time for: HEDDLE_WORKERS=1000 takes two minutes. */
const WORKERS = Number(Deno.env.get("HEDDLE_WORKERS") ?? 60);

interface Measure {
  readonly heap: number;
  readonly bytes: number;
  readonly objects: number;
}

describe("workers that come and go", () => {
  it(`leave the memory as it was: ${WORKERS} of them, one after another`, async () => {
    // In a program of its own, whose memory no other test uses.
    const program = fileURLToPath(new URL("programs/come-and-go.ts", import.meta.url));
    const args = ["run", "--allow-all", "--v8-flags=--expose-gc", program, String(WORKERS)];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    const [before, after] = JSON.parse(new TextDecoder().decode(stdout)) as [Measure, Measure];
    const { bytes, objects } = before;
    assert.deepEqual({ bytes: after.bytes, objects: after.objects }, { bytes, objects });
    // Not the resident set: Deno keeps some 10 to 30 KB of every worker that ever was (denoland/deno#26058).
    assert.ok(after.heap < before.heap * 1.1, `from ${before.heap >> 10} to ${after.heap >> 10} KiB`);
  }, 600_000);
});
