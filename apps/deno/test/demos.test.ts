import { fileURLToPath } from "node:url";
import { source, testDemos } from "@heddle/app-demos";
import { outputOf } from "../../../packages/deno/test/program.ts";
import { describe, it } from "../../../packages/deno/test/runner.ts";

testDemos({
  describe,
  it,
  run: (demo, ...args) => outputOf(["run", "--allow-all", source(demo), ...args]),
  worker: "Thread",
});

const map = fileURLToPath(new URL("../processes.json", import.meta.url));
/** The permissions of processes, and of the program that listens, for its server. */
const permissions = ["--allow-read", "--allow-ffi", "--allow-run", "--allow-net=127.0.0.1"];

testDemos({
  describe,
  it,
  run: (demo, ...args) => outputOf(["run", ...permissions, "--import-map", map, source(demo), ...args]),
  worker: "Process",
});
