import * as heddle from "@heddle/deno";
import { neverBlockingOfLane } from "../../../scripts/contracts.mjs";
import { testNeverBlocking } from "../../conformance/test/never-blocking.ts";
import { adapter as backend } from "../src/adapter.ts";
import { describe, it } from "./runner.ts";

testNeverBlocking({ describe, it, backend, url: heddle.adapter.url, contractsOf: neverBlockingOfLane });
