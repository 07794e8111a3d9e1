import assert from "node:assert/strict";
import { sleepSync } from "@heddle/node-threads";
import { it } from "vitest";

it("sleepSync(0) gives up the processor each time", () => {
  const TIMES = 200;
  // One that is preempted as it begins to sleep has given up the processor, too: its time is over before it sleeps.
  const switchesSoFar = (): number => {
    const { voluntaryContextSwitches, involuntaryContextSwitches } = process.resourceUsage();
    return voluntaryContextSwitches + involuntaryContextSwitches;
  };
  const before = switchesSoFar();
  for (let n = 0; n < TIMES; n++) sleepSync(0);
  const switches = switchesSoFar() - before;
  // Windows does not count them.
  assert.ok(process.platform === "win32" || switches >= TIMES, `${switches} of ${TIMES}`);
});
