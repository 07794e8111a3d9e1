import { conformance, contracts } from "@heddle/conformance";
import * as heddle from "@heddle/node-processes/cluster";
import { describe, it } from "vitest";
import { clusterContractsOfLane } from "../../../scripts/contracts.mjs";

conformance(
  { describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities },
  clusterContractsOfLane(Object.keys(contracts)),
);
