import { describe, it } from "bun:test";
import { fileURLToPath } from "node:url";
import { runnerOfSource, testDemos } from "@heddle/app-demo-tests";

testDemos({
  describe,
  it,
  run: runnerOfSource(new URL("../src/", import.meta.url)),
  worker: (n, task) => `Thread-${n} (${task})`,
  workers: "threads",
});

const paths = fileURLToPath(new URL("../processes.json", import.meta.url));

// The programs are those of Node's processes: the map of paths has them find Bun's instead.
testDemos({
  describe,
  it,
  run: runnerOfSource(new URL("../../node-processes/src/", import.meta.url), [
    process.execPath,
    `--tsconfig-override=${paths}`,
  ]),
  worker: (n, task) => `Process-${n} (${task})`,
  workers: "processes",
});
