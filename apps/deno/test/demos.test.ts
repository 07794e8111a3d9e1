import { fileURLToPath } from "node:url";
import { testDemos } from "@heddle/app-demo-tests";
import { outputOf } from "../../../packages/deno/test/program.ts";
import { describe, it } from "../../../packages/deno/test/runner.ts";

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

testDemos({
  describe,
  it,
  run: (demo) => outputOf(["run", "--allow-all", path(`../src/${demo}.ts`)]),
  worker: (n, task) => `Thread-${n} (${task})`,
  workers: "threads",
});

/** What processes need, and what one of the programs does: it listens, for what it waits for. */
const permissions = ["--allow-read", "--allow-ffi", "--allow-run", "--allow-net=127.0.0.1"];

// The programs are those of Node's processes: the import map has them find Deno's instead.
testDemos({
  describe,
  it,
  run: (demo) =>
    outputOf([
      ...["run", ...permissions, "--import-map", path("../processes.json")],
      path(`../../node-processes/src/${demo}.ts`),
    ]),
  worker: (n, task) => `Process-${n} (${task})`,
  workers: "processes",
});
