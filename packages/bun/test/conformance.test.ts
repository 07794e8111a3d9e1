import { describe, it } from "bun:test";
import * as heddle from "@heddle/bun";
import { conformance, contracts } from "@heddle/conformance";
import { mostContractsOfLane } from "../../../scripts/contracts.mjs";

conformance(
  { describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities },
  mostContractsOfLane(Object.keys(contracts)),
);
