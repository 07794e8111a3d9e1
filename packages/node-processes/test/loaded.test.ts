import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { it } from "vitest";

const cwd = fileURLToPath(new URL("./", import.meta.url));

it("a module that only a few programs use of Node is not loaded at the start of each process", async () => {
  const program = `await import("@heddle/node-processes"); console.log(JSON.stringify(process.moduleLoadList));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { cwd });
  const loaded: string[] = JSON.parse(stdout);
  assert.ok(loaded.includes("NativeModule net"), "the list is what it was taken for");
  assert.equal(loaded.includes("NativeModule crypto"), false);
});
