import { conformance } from "@heddle/conformance";
import * as heddle from "@heddle/deno";
import { describe, it } from "./runner.ts";

conformance({ describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities });
