import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { testedWithProcessesBy } from "../../../scripts/programs.mjs";

interface Coverage {
  readonly result: readonly {
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

interface Profile {
  readonly nodes: readonly { readonly callFrame: { readonly functionName: string } }[];
}

const program = fileURLToPath(new URL("programs/ending.mjs", import.meta.url));

const isCovered = ({ result }: Coverage): boolean =>
  result.some(({ functions }) =>
    functions.some(({ functionName, ranges }) => functionName === "printLines" && (ranges[0]?.count ?? 0) > 0),
  );
const isProfiled = ({ nodes }: Profile): boolean =>
  nodes.some(({ callFrame }) => callFrame.functionName === "printLines");

for (const kind of ["threads", "processes"] as const) {
  describe(`coverage and profiles of a pool's ${kind}, on Node`, () => {
    for (const how of ["close", "dispose", "idle", "recycled", "end"]) {
      it(`are written by each worker, of what its tasks ran: ${how}`, () => {
        const folder = mkdtempSync(join(tmpdir(), "heddle-profiles-"));
        try {
          const [command, ...options] = testedWithProcessesBy.Node;
          const profiling = ["--cpu-prof", "--cpu-prof-interval=100", `--cpu-prof-dir=${folder}`];
          const env = { ...process.env, NODE_V8_COVERAGE: folder };
          const { status } = spawnSync(command, [...options, ...profiling, program, kind, how], { env });
          assert.equal(status, 0);
          const files = readdirSync(folder);
          const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), "utf8"));
          const profiles = files.filter((file) => file.endsWith(".cpuprofile"));
          const coverages = files.filter((file) => !profiles.includes(file));
          // Of two workers, or of one for each of three tasks; and of the program itself.
          const processes = how === "recycled" ? 4 : 3;
          assert.deepEqual([profiles.length, coverages.length], [processes, processes]);
          assert.ok(profiles.some((file) => isProfiled(read(file) as Profile)));
          assert.ok(coverages.some((file) => isCovered(read(file) as Coverage)));
        } finally {
          rmSync(folder, { recursive: true });
        }
      });
    }
  });
}
