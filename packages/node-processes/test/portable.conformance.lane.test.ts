import { conformance } from "@heddle/conformance";
import { describe, it } from "vitest";

/** On no more than any POSIX system has. */
process.env.HEDDLE_PROCESSES = "portable";
const heddle = await import("@heddle/node-processes");

/** Those that meet another memory, other doorbells or other messages. */
const CONTRACTS = [
  ...["capabilities", "lock", "queue", "pipe", "memory", "worker", "worker life", "handles"],
  ...["pool", "pool-messages", "pool-ending", "leftovers", "stress"],
];

conformance({ describe, it, adapter: heddle, capabilities: heddle.adapter.capabilities }, CONTRACTS);
