import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";

/** Not in the folder of this package, whose files are left out of stacks. */
const folder = fileURLToPath(new URL("../../../apps/node-threads", import.meta.url));
const WAITS = `
  const lock = new Lock();
  await lock.acquire();
  await lock.acquire();
`;
const programs = {
  import: ["--input-type=module", "-e", `import { Lock } from "@heddle/node-threads";${WAITS}`],
  require: ["-e", `const { Lock } = require("@heddle/node-threads");(async () => {${WAITS}})();`],
};

describe("a program that imports locks alone, and takes its own lock twice", () => {
  for (const [way, args] of Object.entries(programs))
    it(`ends with a DeadlockError at its line, by ${way}`, async () => {
      const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
        execFile(process.execPath, args, { cwd: folder }, (error, _, text) =>
          resolve({ code: error?.code, stderr: text }),
        );
      });
      assert.equal(code, 1);
      assert.match(stderr, /DeadlockError: Lock .* can never be had.*\n\s+at .*\[eval1?\]:4/);
    });
});
