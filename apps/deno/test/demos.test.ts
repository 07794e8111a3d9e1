import { fileURLToPath } from "node:url";
import { testDemos } from "@heddle/app-demo-tests";
import { outputOf } from "../../../packages/deno/test/program.ts";
import { describe, it } from "../../../packages/deno/test/runner.ts";

testDemos({
  describe,
  it,
  run: (demo) => outputOf(["run", "--allow-all", fileURLToPath(new URL(`../src/${demo}.ts`, import.meta.url))]),
  worker: (n, task) => `Thread-${n} (${task})`,
  workers: "threads",
});
