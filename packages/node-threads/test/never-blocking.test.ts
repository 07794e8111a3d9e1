import { conformance } from "@heddle/conformance";
import { weave } from "@heddle/core";
import * as heddle from "@heddle/node-threads";
import { describe, it } from "vitest";
import { adapter as loom } from "../src/adapter.js";

const capabilities = Object.freeze({ ...loom.capabilities, mainMayBlock: false });
const surface = weave({ ...loom, name: "never-blocking", url: heddle.adapter.url, capabilities });

describe("an adapter whose main worker may not block", () => {
  conformance({ describe, it, adapter: Object.assign(surface, { Thread: surface.Worker }), capabilities });
});
