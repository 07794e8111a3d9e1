import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { type Environment, takeStartupInfo, withStartupInfo } from "../src/startup-info.js";

const ADAPTER = "@heddle/node-processes";

const environmentOf = (variables: Record<string, string | undefined>): Environment => ({
  get: (name) => variables[name],
  delete: (name) => void delete variables[name],
});

describe("startup info", () => {
  it("is taken once: programs that a process starts by other means do not find it", () => {
    const variables: Record<string, string | undefined> = withStartupInfo(ADAPTER, "some info", { PATH: "/bin" });
    assert.equal(takeStartupInfo(ADAPTER, environmentOf(variables)), "some info");
    assert.deepEqual(variables, { PATH: "/bin" });
    assert.equal(takeStartupInfo(ADAPTER, environmentOf(variables)), undefined);
  });

  it("of another adapter stays there, also if its name only begins alike", () => {
    const variables = withStartupInfo(`${ADAPTER}/cluster`, "some info", {});
    assert.equal(takeStartupInfo(ADAPTER, environmentOf(variables)), undefined);
    assert.equal(takeStartupInfo(`${ADAPTER}/cluster`, environmentOf(variables)), "some info");
  });
});
