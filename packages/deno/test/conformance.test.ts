import { conformance, contracts } from "@heddle/conformance";
import * as heddle from "@heddle/deno";
import { mostContractsOfLane } from "../../../scripts/contracts.mjs";
import { describe, it } from "./runner.ts";

conformance(
  { describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities },
  mostContractsOfLane(Object.keys(contracts)),
);
