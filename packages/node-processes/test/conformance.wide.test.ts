import { conformance, contracts } from "@heddle/conformance";
import * as heddle from "@heddle/node-processes";
import { describe, it } from "vitest";
import { mostContractsOfLane } from "../../../scripts/contracts.mjs";

conformance(
  { describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities },
  mostContractsOfLane(Object.keys(contracts)),
);
