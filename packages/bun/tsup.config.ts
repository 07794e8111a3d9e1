import { defineConfig } from "tsup";
import { esm } from "../../scripts/tsup.mjs";

export default defineConfig({
  ...esm(["src/index.ts", "src/types.ts", "src/processes.ts"]),
  // Bun's own modules.
  external: [/^bun:/],
  noExternal: ["@heddle/node-host", "@heddle/process-host"],
});
