import { conformance, contracts } from "@heddle/conformance";
import * as heddle from "@heddle/node-processes";
import { describe, it } from "vitest";
import { processContractsOfLane } from "../../../scripts/contracts.mjs";

conformance(
  { describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities },
  processContractsOfLane(Object.keys(contracts)),
);
