import { conformance } from "@heddle/conformance";
import * as heddle from "heddle/inline";
import { afterAll, expect, it } from "vitest";
import { withoutWorkers } from "./inline-without.js";

const path: string[] = [];
const left = new Set(withoutWorkers);

/** Declares the tests of the suite that need no workers of their own. */
conformance({
  describe(name, body) {
    path.push(name);
    body();
    path.pop();
  },
  it(name, body, timeout) {
    // One by one: of some groups nothing is left.
    const title = [...path, name].join(" > ");
    if (!left.delete(title)) it(title, body, timeout);
  },
  adapter: heddle,
  capabilities: heddle.adapter.capabilities,
  // The garbage of ended workers stays in this thread's heap until the engine likes to collect it.
  watchesRegion: false,
});

// One that was renamed, or is no more, is not to be listed.
afterAll(() => expect([...left]).toEqual([]));
