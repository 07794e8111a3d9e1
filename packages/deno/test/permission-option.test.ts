import assert from "node:assert/strict";
import { DENO_OPTIONS_OF_WORKERS, PERMISSIONS } from "../src/permission-option.ts";
import { it } from "./runner.ts";

it("permissions are those that there are, each whole, inherited or a list", () => {
  const check = DENO_OPTIONS_OF_WORKERS.permissions as (given: unknown) => string | undefined;
  const right = ["inherit", "none", {}, { read: true, net: ["a:1"], run: "inherit", env: undefined }];
  for (const given of [...right, Object.fromEntries(PERMISSIONS.map((name) => [name, false]))]) {
    assert.equal(check(given), undefined);
  }
  for (const wrong of ["all", null, [], { reed: true }, { read: "yes" }, { read: 1 }]) {
    assert.match(check(wrong) ?? "", /^"inherit", "none" or an object of env, ffi, .*write, each a boolean/);
  }
});
