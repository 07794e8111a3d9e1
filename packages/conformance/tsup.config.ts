import { defineConfig } from "tsup";
import { esm } from "../../scripts/tsup.mjs";

// Its frames are those of a program, not Heddle's: the tests look for them in stacks.
export default defineConfig({
  ...esm(["src/index.ts", "src/cli.ts", "src/tasks/*.ts"]),
  banner: {},
  footer: {},
});
