import { defineConfig } from "vitest/config";
import { tests } from "../../scripts/vitest.mjs";

export default defineConfig(tests(import.meta.dirname));
