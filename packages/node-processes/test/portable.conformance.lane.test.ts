import { conformance } from "@heddle/conformance";
import { describe, it } from "vitest";

/** On no more than any POSIX system has. */
process.env.HEDDLE_PROCESSES = "portable";
const heddle = await import("@heddle/node-processes");

conformance({ describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities });
