import type { ResourceLimits } from "../contracts/worker.js";
import { rangeError } from "../contracts/wrong-use.js";
import { checkNumber, checkOptions } from "../kernel/arguments.js";

const LIMITS: readonly (keyof ResourceLimits)[] = ["maxOldGenerationSizeMb", "maxYoungGenerationSizeMb", "stackSizeMb"];

/** Limits as given by a user. Throws TypeError for a name that is none, RangeError for a number that is not above 0: runtimes ignore both. */
export function checkResourceLimits(limits: ResourceLimits | undefined): void {
  checkOptions(limits, "resourceLimits", LIMITS);
  for (const name of LIMITS) {
    const limit = limits?.[name];
    if (limit !== undefined && checkNumber(limit, name) <= 0) {
      throw rangeError(`${name} is a number of megabytes above 0, not ${limit}`);
    }
  }
}
