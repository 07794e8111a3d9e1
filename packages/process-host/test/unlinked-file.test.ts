import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "vitest";
import { clearLeftFiles, unlinkedFile } from "../src/systems/unlinked-file.js";

it("files that killed processes have left are cleared away, and nobody else's", ({ onTestFinished }) => {
  const folder = mkdtempSync(join(tmpdir(), "heddle-cleared-"));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true });
  });
  const { pid: dead } = spawnSync("/bin/sh", ["-c", "exit"]);
  const kept = [`heddle-${process.pid}-1`, "heddle-of-the-program", "other"];
  for (const name of [`heddle-${dead}-1`, `heddle-${dead}-2`, ...kept]) writeFileSync(join(folder, name), "");
  clearLeftFiles();
  assert.deepEqual(readdirSync(folder).sort(), kept.toSorted());
  closeSync(unlinkedFile());
  assert.deepEqual(readdirSync(folder).sort(), kept.toSorted());
  process.env.TMPDIR = join(folder, "nowhere");
  clearLeftFiles();
});
