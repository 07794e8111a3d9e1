import type { Adapter } from "../contracts/adapter.js";
import type { ResourceLimits } from "../contracts/worker.js";
import { rangeError, typeError } from "../contracts/wrong-use.js";
import { checkNumber, checkOptions } from "../kernel/arguments.js";

const LIMITS: readonly (keyof ResourceLimits)[] = ["maxOldGenerationSizeMb", "maxYoungGenerationSizeMb", "stackSizeMb"];

/**
 * Limits as given by a user to `what`. Throws TypeError for a name that is none, and RangeError for a number that is not above 0, as runtimes
 * ignore both. Throws TypeError for limits that the adapter's runtime does not keep.
 */
export function checkResourceLimits(limits: ResourceLimits | undefined, what: string, adapter: Adapter): void {
  checkOptions(limits, "resourceLimits", LIMITS);
  for (const name of LIMITS) {
    const limit = limits?.[name];
    if (limit === undefined) continue;
    if (checkNumber(limit, name) <= 0) throw rangeError(`${name} is a number of megabytes above 0, not ${limit}`);
    const { resourceLimits, parallel } = adapter.capabilities;
    // Workers that share one thread stand for others in tests: they warn as they start.
    if (resourceLimits || !parallel) continue;
    throw typeError(
      `${what} has no resourceLimits with ${adapter.name}, whose runtime keeps none. @heddle/node-threads, @heddle/node-processes and ` +
        "@heddle/deno/processes keep them. A program for several runtimes asks adapter.capabilities.resourceLimits first",
    );
  }
}
