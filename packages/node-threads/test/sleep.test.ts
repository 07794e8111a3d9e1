import assert from "node:assert/strict";
import { sleepSync } from "@heddle/node-threads";
import { it } from "vitest";

it("sleepSync(0) gives up the processor each time", () => {
  const TIMES = 200;
  const before = process.resourceUsage().voluntaryContextSwitches;
  for (let n = 0; n < TIMES; n++) sleepSync(0);
  const switches = process.resourceUsage().voluntaryContextSwitches - before;
  // Windows does not count them.
  assert.ok(process.platform === "win32" || switches >= TIMES, `${switches} of ${TIMES}`);
});
