import { conformance } from "@heddle/conformance";
import * as heddle from "@heddle/node-processes/cluster";
import { describe, it } from "vitest";

conformance({ describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities });
