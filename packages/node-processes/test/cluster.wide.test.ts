import { conformance } from "@heddle/conformance";
import * as heddle from "@heddle/node-processes/cluster";
import { describe, it } from "vitest";
import { contractsOfLane } from "../../../scripts/contracts.mjs";

conformance({ describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities }, contractsOfLane);
