import { conformance } from "@heddle/conformance";
import * as heddle from "heddle/inline";
import { afterAll, describe, expect, it } from "vitest";
import { withoutWorkers } from "./inline-without.js";

const path: string[] = [];
const left = new Set(withoutWorkers);

/** Declares the tests of the suite that need no workers of their own. */
conformance({
  describe(name, body) {
    // A framework may call it later.
    describe(name, () => {
      path.push(name);
      body();
      path.pop();
    });
  },
  it(name, body, timeout) {
    const title = [...path, name].join(" > ");
    if (!left.delete(title)) it(name, body, timeout);
  },
  adapter: heddle,
  capabilities: heddle.adapter.capabilities,
});

// One that was renamed, or is no more, is not to be listed.
afterAll(() => expect([...left]).toEqual([]));
