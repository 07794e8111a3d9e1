import { conformance, contracts } from "@heddle/conformance";
import * as heddle from "@heddle/deno";
import { threadContractsOfLane } from "../../../scripts/contracts.mjs";
import { describe, it } from "./runner.ts";

conformance(
  { describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities },
  threadContractsOfLane(Object.keys(contracts)),
);
