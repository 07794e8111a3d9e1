import { conformance, contracts } from "@heddle/conformance";
import * as heddle from "@heddle/deno/processes";
import { contractsOfLane } from "../../../scripts/contracts.mjs";
import { describe, it } from "./runner.ts";

// Among what is active Deno tells of the doorbell's socket, which holds no program (faults.test.ts): it is there from the start.
await new heddle.Event().wait({ timeout: 1 });

conformance(
  { describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities },
  contractsOfLane(Object.keys(contracts)),
);
