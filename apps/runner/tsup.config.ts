import { defineConfig } from "tsup";
import { esm } from "../../scripts/tsup.mjs";

export default defineConfig(
  esm(["src/main.ts", "src/recorder.ts", "src/recorder-in-bun.ts", "src/recorder-in-deno.ts"]),
);
