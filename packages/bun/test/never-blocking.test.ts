import { describe, it } from "bun:test";
import * as heddle from "@heddle/bun";
import { conformance } from "@heddle/conformance";
import { weave } from "@heddle/core";
import { adapter as loom } from "../src/adapter.js";

// Bun's main thread may block. This loom says that it may not, as a browser's would: the opposite tests run.
const capabilities = Object.freeze({ ...loom.capabilities, mainMayBlock: false });
const surface = weave({ ...loom, name: "never-blocking", url: heddle.adapter.url, capabilities });
const adapter = Object.assign(surface, { Thread: surface.Worker });
const blockingContracts = ["capabilities", "lock", "semaphore", "event", "condition", "queue", "worker", "task"];

describe("an adapter whose main worker may not block", () => {
  conformance({ describe, it, adapter, capabilities }, blockingContracts);
});
