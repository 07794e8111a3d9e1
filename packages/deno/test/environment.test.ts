import assert from "node:assert/strict";
import { outputOf, program } from "./program.ts";
import { describe, it } from "./runner.ts";

describe("the environment of a worker", () => {
  it("is what it was given, in Deno.env too, and changes nobody else's", async () => {
    const given = '1 true false false 1 changed {"GIVEN":"changed"}';
    assert.deepEqual(await outputOf(program("environment")), [given, "false the program's"]);
  });
});
