import assert from "node:assert/strict";
import * as heddle from "@heddle/node-threads";
import { describe, it } from "vitest";
import { declaredMethods, isTableUpToDate, missingForms } from "../../../scripts/forms.mjs";

const declared = declaredMethods();
const method = (name: string, takes: string, gives: string) => ({ name, takes, gives });

/** The methods of a class, those that it inherits included. */
function methodsOf(prototype: object): Set<string> {
  const names = new Set<string>();
  for (let level: object | null = prototype; level !== null && level !== Object.prototype; ) {
    for (const name of Object.getOwnPropertyNames(level)) names.add(name);
    level = Object.getPrototypeOf(level);
  }
  return names;
}

describe("forms of what waits", () => {
  for (const [object, methods] of Object.entries(declared)) {
    it(`${object}: awaited, blocking and at once, none is missing`, () => {
      assert.ok(methods.length > 0);
      assert.deepEqual(missingForms(object, methods), []);
      const built = methodsOf(Reflect.get(heddle, object).prototype);
      assert.deepEqual(
        methods.filter(({ name }) => !built.has(name)),
        [],
      );
      const blocking = [...built].filter((name) => name.endsWith("Sync"));
      assert.deepEqual(
        blocking.filter((name) => !methods.some((method) => method.name === name)),
        [],
        "declared",
      );
    });
  }

  it("every class that is exported and waits is among them", () => {
    const waits = Object.entries(heddle).filter(([, value]) => {
      const prototype = typeof value === "function" ? (value.prototype as object | undefined) : undefined;
      return prototype !== undefined && [...methodsOf(prototype)].some((name) => name.endsWith("Sync"));
    });
    const names = waits.map(([name]) => name).filter((name) => name !== heddle.adapter.capabilities.workerName);
    assert.deepEqual(
      names.filter((name) => !(name in declared)),
      [],
    );
  });

  it("a form that is missing, or gives or takes something else, is found", () => {
    const get = method("get", "options?: WaitOptions", "Promise<T>");
    const getSync = method("getSync", "options?: SyncWaitOptions", "T");
    const tryGet = method("tryGet", "", "T | undefined");
    assert.deepEqual(missingForms("Queue", [get, getSync, tryGet]), []);
    assert.deepEqual(missingForms("Queue", [get, tryGet]), ["Queue.getSync"]);
    assert.deepEqual(missingForms("Queue", [get, getSync]), ["Queue.tryGet"]);
    assert.deepEqual(missingForms("Queue", [getSync, tryGet]), ["Queue.getSync without Sync"]);
    assert.deepEqual(missingForms("Queue", [get, { ...getSync, gives: "void" }, tryGet]), [
      "Queue.getSync that gives T",
    ]);
    assert.deepEqual(missingForms("Queue", [get, { ...getSync, takes: "" }, tryGet]), [
      "Queue.getSync with the options of get",
    ]);
  });

  it("docs/python-parity.md has the table: npm run docs:forms makes it", () => {
    assert.equal(isTableUpToDate(), true);
  });
});
