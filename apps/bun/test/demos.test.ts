import { describe, it } from "bun:test";
import { runnerOfSource, testDemos } from "@heddle/app-demo-tests";

testDemos({
  describe,
  it,
  run: runnerOfSource(new URL("../src/", import.meta.url)),
  worker: (n, task) => `Thread-${n} (${task})`,
  workers: "threads",
});
