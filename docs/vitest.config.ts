import { defineConfig, mergeConfig } from "vitest/config";
import { tests } from "../scripts/vitest.mjs";

// Each example is a program that starts threads of its own.
export default mergeConfig(tests(import.meta.dirname), defineConfig({ test: { maxConcurrency: 2 } }));
