import { defineConfig } from "tsup";
import { esm } from "../../scripts/tsup.mjs";

export default defineConfig(esm(["src/index.ts"]));
