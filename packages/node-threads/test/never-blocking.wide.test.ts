import * as heddle from "@heddle/node-threads";
import { describe, it } from "vitest";
import { neverBlockingOfLane } from "../../../scripts/contracts.mjs";
import { testNeverBlocking } from "../../conformance/test/never-blocking.js";
import { makeAdapter } from "../src/adapter.js";

testNeverBlocking({
  describe,
  it,
  backend: makeAdapter(),
  url: heddle.adapter.url,
  contractsOf: neverBlockingOfLane,
});
