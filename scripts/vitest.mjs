import { reportFile } from "./reports.mjs";

/**
 * The one way tests run here.
 *
 * @param {string} folder the package's, as `import.meta.dirname` in its vitest.config.ts
 */
export const tests = (folder) => ({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "json"],
    outputFile: { json: reportFile(folder) },
    // The ceiling for a hang, generous because the machine may be busy. No test waits for it.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
