import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { chosen, demos, hasServer, help, idOf } from "../src/demos.js";

const idsOf = (...names: string[]): string[] => {
  const some = chosen(names);
  assert.ok(some !== "help");
  return some.map(idOf);
};

describe("the demos of npm start", () => {
  it("by itself: the server, then the first five programs on threads, and machines if there is a server for them", () => {
    const five = ["numbers-and-letters", "lock", "semaphore", "queue", "io-or-cpu"];
    const machines = hasServer ? ["cluster/machines"] : [];
    assert.deepEqual(idsOf(), ["node-processes/server", ...five.map((name) => `node-threads/${name}`), ...machines]);
  });

  it("the demos of its arguments, by their whole name or on the first runtime that has it", () => {
    assert.deepEqual(idsOf("deno/lock", "lock", "service"), ["deno/lock", "node-threads/lock", "node-cluster/service"]);
    assert.equal(idsOf("all").length, demos.length);
  });

  it("help, which lists every demo", () => {
    assert.equal(chosen(["lock", "--help"]), "help");
    for (const demo of demos) assert.ok(help.includes(idOf(demo)));
  });

  it("refuses what there is not, and lists what there is", () => {
    assert.throws(() => chosen(["lock", "lok"]), {
      name: "RangeError",
      message: /no demo "lok"[\s\S]*node-threads\/lock/,
    });
  });
});
