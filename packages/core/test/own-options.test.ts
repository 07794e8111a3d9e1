import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { Capabilities } from "../src/contracts/adapter.js";
import { refuseOptionsOfOthers } from "../src/worker/own-options.js";
import { checkResourceLimits } from "../src/worker/resource-limits.js";
import { oneThread } from "./kernels.js";

const LIMITS = ["maxOldGenerationSizeMb", "maxYoungGenerationSizeMb", "stackSizeMb"];

/** An adapter with other abilities. */
const able = (capabilities: Partial<Capabilities>) => ({
  ...oneThread,
  capabilities: { ...oneThread.capabilities, ...capabilities },
});

describe("resourceLimits", () => {
  it("are refused, each of them, where the runtime keeps none", () => {
    for (const name of LIMITS) {
      assert.throws(() => checkResourceLimits({ [name]: 1 }, "new Pool", oneThread), {
        name: "TypeError",
        message: /^new Pool has no resourceLimits with one thread, .*@heddle\/deno\/processes keep them.*capabilities/,
      });
    }
  });

  it("are not refused where the runtime keeps them, where workers share one thread, or where none is given", () => {
    for (const name of LIMITS) {
      for (const adapter of [able({ resourceLimits: true }), able({ parallel: false })]) {
        checkResourceLimits({ [name]: 1 }, "new Pool", adapter);
        assert.throws(() => checkResourceLimits({ [name]: 0 }, "new Pool", adapter), RangeError);
      }
      checkResourceLimits({ [name]: undefined }, "new Pool", oneThread);
    }
    checkResourceLimits(undefined, "new Pool", oneThread);
  });
});

describe("options of other adapters", () => {
  it("are refused with the packages that have them", () => {
    for (const [option, owner] of [
      ["execArgv", "@heddle/node-threads"],
      ["argv", "@heddle/node-processes"],
      ["permissions", "@heddle/deno"],
    ]) {
      const given = { [option as string]: [] };
      assert.throws(() => refuseOptionsOfOthers(given, "new Thread", oneThread), {
        name: "TypeError",
        message: new RegExp(`^new Thread has no option "${option}" with one thread: .*${owner}.* have it$`),
      });
      refuseOptionsOfOthers(given, "new Thread", { ...oneThread, ownOptions: { [option as string]: () => undefined } });
      refuseOptionsOfOthers({ [option as string]: undefined }, "new Thread", oneThread);
    }
  });
});
