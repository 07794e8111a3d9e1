import { describe, it } from "bun:test";
import { fileURLToPath } from "node:url";
import { outputOf, source, testDemos } from "@heddle/app-demos";

testDemos({
  describe,
  it,
  run: (demo, ...args) => outputOf(process.execPath, [source(demo), ...args]),
  worker: "Thread",
});

const paths = `--tsconfig-override=${fileURLToPath(new URL("../processes.json", import.meta.url))}`;

testDemos({
  describe,
  it,
  run: (demo, ...args) => outputOf(process.execPath, [paths, source(demo), ...args]),
  worker: "Process",
});
