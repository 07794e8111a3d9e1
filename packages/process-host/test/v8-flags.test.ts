import assert from "node:assert/strict";
import { it } from "vitest";
import { v8Flags } from "../src/v8-flags.js";

it("limits of memory are V8's flags, in the units that these take", () => {
  assert.deepEqual(v8Flags(undefined), []);
  assert.deepEqual(v8Flags({}), []);
  assert.deepEqual(v8Flags({ maxOldGenerationSizeMb: 63.5 }), ["--max-old-space-size=64"]);
  // A young generation of 16 MB takes three semi-spaces of 6 MB: one less would be too little.
  assert.deepEqual(v8Flags({ maxYoungGenerationSizeMb: 16 }), ["--max-semi-space-size=6"]);
  assert.deepEqual(v8Flags({ stackSizeMb: 1.5 }), ["--stack-size=1536"]);
});
