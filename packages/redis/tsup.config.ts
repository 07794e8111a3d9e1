import { defineConfig } from "tsup";
import { esm } from "../../scripts/tsup.mjs";

const entries = {
  index: "src/index.ts",
  command: "src/command.ts",
  heartbeat: "src/heartbeat.ts",
  "thread-entry": "src/pool/thread-entry.ts",
  "process-entry": "src/pool/process-entry.ts",
};

export default defineConfig({ ...esm(entries), loader: { ".lua": "text" } });
