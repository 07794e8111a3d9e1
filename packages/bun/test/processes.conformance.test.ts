import { describe, it } from "bun:test";
import * as heddle from "@heddle/bun/processes";
import { conformance } from "@heddle/conformance";

conformance({ describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities });
