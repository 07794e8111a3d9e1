import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, it } from "vitest";

const program = fileURLToPath(new URL("programs/libraries/errors.mjs", import.meta.url));

/** The ceiling: zod, axios, Babel and others are loaded twice over. */
const HANG = 120_000;

describe("errors of libraries arrive as they were thrown", () => {
  for (const backend of ["@heddle/node-threads", "@heddle/node-processes"]) {
    it(
      `on ${backend}`,
      async () => {
        const env = { ...process.env, HEDDLE_LOOM: backend };
        const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
        assert.equal(stdout, "23 errors compared\n");
      },
      HANG,
    );
  }
});
