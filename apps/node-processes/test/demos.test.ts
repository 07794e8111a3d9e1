import { runner, testDemos } from "@heddle/app-demo-tests";
import { describe, it } from "vitest";

testDemos({
  describe,
  it,
  run: runner(new URL("../dist/", import.meta.url)),
  worker: (n, task) => `Process-${n} (${task})`,
  workers: "processes",
});
