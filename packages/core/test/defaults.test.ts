import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "vitest";
import { checkPoolOptions } from "../src/pool/options.js";
import { openKernels } from "./kernels.js";
import { servicesOf } from "./services.js";

it("a pool's options have the defaults that their descriptions tell", () => {
  const contract = readFileSync(new URL("../src/contracts/pool-options.ts", import.meta.url), "utf8");
  const checked = checkPoolOptions(servicesOf(openKernels(1)[0]), {});
  for (const name of [
    "idleTimeout",
    "stopTimeout",
    "initializerRetries",
    "concurrency",
    "maxTasksPerWorker",
  ] as const) {
    const [, description = ""] = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s+${name}\\?:`).exec(contract) ?? [];
    const [, told = ""] = /Default: ([\d,]*\d|Infinity)/.exec(description) ?? [];
    assert.equal(checked[name], Number(told.replace(",", "")), `${name}: ${told}`);
  }
});
