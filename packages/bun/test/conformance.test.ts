import { describe, it } from "bun:test";
import * as heddle from "@heddle/bun";
import { conformance, contracts } from "@heddle/conformance";
import { threadContractsOfLane } from "../../../scripts/contracts.mjs";

conformance(
  { describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities },
  threadContractsOfLane(Object.keys(contracts)),
);
