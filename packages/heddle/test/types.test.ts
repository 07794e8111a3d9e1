import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "vitest";
import { compareComplaints } from "./complaints.js";

const folder = fileURLToPath(new URL("programs/types/", import.meta.url));
const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));

it(
  "types infer what is right, and name the mistake where something is wrong",
  () => compareComplaints(folder, tsc, ["-p", "."]),
  60_000,
);

const packages = fileURLToPath(new URL("../../", import.meta.url));
const OPTIONS = /^export interface (\w*(?:Options|Config|Limits|Watch))\b.*?^}/gms;
const OPTIONAL = /^ {2}(?:readonly )?(\w+)\?: (?!unknown;|.*\bundefined;)/gm;

it("an option of any package may be undefined, for callers that pass on their own options", async () => {
  const folders = [
    "core/src/contracts",
    "bullmq/src",
    "bun/src",
    "conformance/src",
    "deno/src",
    "node-processes/src",
    "opentelemetry/src",
    "redis/src",
  ];
  const found: string[] = [];
  const refused: string[] = [];
  for (const folder of folders) {
    for (const file of (await readdir(join(packages, folder))).filter((name) => name.endsWith(".ts"))) {
      for (const [text, name] of (await readFile(join(packages, folder, file), "utf8")).matchAll(OPTIONS)) {
        found.push(String(name));
        for (const [, option] of text.matchAll(OPTIONAL)) refused.push(`${name}.${option}`);
      }
    }
  }
  assert.deepEqual(refused, []);
  for (const name of ["PoolOptions", "ResourceLimits", "HeddleInstrumentationConfig", "Watch"])
    assert.ok(found.includes(name), name);
});
