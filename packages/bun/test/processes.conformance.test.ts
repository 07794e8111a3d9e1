import { describe, it } from "bun:test";
import * as heddle from "@heddle/bun/processes";
import { conformance, contracts } from "@heddle/conformance";
import { contractsOfLane } from "../../../scripts/contracts.mjs";

conformance(
  { describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities },
  contractsOfLane(Object.keys(contracts)),
);
