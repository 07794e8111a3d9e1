import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Memory } from "./programs/growth.ts";
import { describe, it } from "./runner.ts";

/** As many as one has time for: HEDDLE_WORKERS=1000 takes two minutes. */
const WORKERS = Number(Deno.env.get("HEDDLE_WORKERS") ?? 20);

/** A program, whose memory no test uses, that tells its memory before its workers and after them. */
async function run<M extends Memory>(name: string): Promise<[before: M, after: M]> {
  const program = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--v8-flags=--expose-gc", program, String(WORKERS)],
    // With several arenas, how much an allocator holds on to depends on which threads happened to run at the same time.
    env: { MALLOC_ARENA_MAX: "1" },
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

describe("workers that come and go", () => {
  it(`leave the memory as it was: ${WORKERS} of them, one after another`, async () => {
    const [before, after] = await run<Memory & { bytes: number; objects: number }>("come-and-go");
    const { bytes, objects } = before;
    assert.deepEqual({ bytes: after.bytes, objects: after.objects }, { bytes, objects });
    assert.ok(after.heap < before.heap * 1.1, `from ${mib(before.heap)} to ${mib(after.heap)} of heap`);

    // Deno itself keeps some 10 KB of every worker that ever was (denoland/deno#26058).
    const [bareBefore, bareAfter] = await run<Memory>("bare-workers");
    const grown = after.resident - before.resident;
    const bareGrown = bareAfter.resident - bareBefore.resident;
    const said = `from ${mib(before.resident)} by ${mib(grown)}; Deno's workers alone: by ${mib(bareGrown)}`;
    assert.ok(grown - bareGrown < before.resident / 10, said);
  }, 600_000);
});
