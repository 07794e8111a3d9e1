import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { explained, UNDER_GUARD } from "../src/worker/explained.js";

describe("an uncaught error of a worker, explained", () => {
  it("that lacks Heddle's packages where the program was deployed", () => {
    const error = new Error(
      "Cannot find package '@heddle/core' imported from /srv/node_modules/@heddle/node-threads/dist/index.js",
    );
    assert.match(explained(error), /^Error: Cannot find package '@heddle\/core'.* \(Next: serverExternalPackages: \[/);
  });

  it("whose server's address is in use", () => {
    assert.ok(explained(new Error("listen EADDRINUSE: address already in use :::3000")).endsWith(UNDER_GUARD));
  });

  it("of any other kind, as it is", () => {
    assert.equal(
      explained(new TypeError("Cannot find package 'left-pad'")),
      "TypeError: Cannot find package 'left-pad'",
    );
  });
});
