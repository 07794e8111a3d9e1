import { defineConfig, mergeConfig } from "vitest/config";
import { tests } from "../../scripts/vitest.mjs";

// The conformance suite collects garbage, to see whether a test leaves something in the region.
export default mergeConfig(defineConfig(tests(import.meta.dirname)), { test: { execArgv: ["--expose-gc"] } });
