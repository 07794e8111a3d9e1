import { defineConfig } from "tsup";
import { esm } from "../../scripts/tsup.mjs";

// The base of inline is part of its entry: a worker begins with the module that it is in, and takes all names from there.
export default defineConfig(esm(["src/*.ts", "!src/inline-backend.ts"]));
