import { defineConfig } from "tsup";
import { esm } from "../../scripts/tsup.mjs";

// Processes are named after their functions, which esbuild would otherwise rename where two share a name.
export default defineConfig({ ...esm(["src/*.ts", "src/http/*.ts"]), keepNames: true });
