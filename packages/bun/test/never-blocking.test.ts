import { describe, it } from "bun:test";
import * as heddle from "@heddle/bun";
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
