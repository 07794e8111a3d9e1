import assert from "node:assert/strict";
import * as heddle from "@heddle/node-threads";
import { describe, it } from "vitest";
import { Editor } from "./editor.js";

/** What there is at run time. */
const values = Object.keys(heddle).sort();

describe("in an editor", () => {
  const names = new Editor('import {  } from "@heddle/node-threads";').offered(" }");
  const editor = new Editor(names.map((name) => `import { ${name} } from "@heddle/node-threads";`).join("\n"));

  it("an import offers what there is at run time, and the types that programs write", () => {
    assert.deepEqual(
      values.filter((name) => !names.includes(name)),
      [],
    );
    const types = names.filter((name) => !values.includes(name));
    assert.ok(types.length <= values.length / 2, types.join(" "));
    assert.deepEqual(
      types.filter((name) => /Constructor$|^(Adapter|Host|Memory|Window|Doorbells|SpawnRequest)$/.test(name)),
      [],
    );
  });

  it("what is declared as a value is one", () => {
    const program = names.map((name) => `heddle.${name};`).join("\n");
    const complaints = new Editor(`import * as heddle from "@heddle/node-threads";\n${program}`).complaints();
    const declared = names.filter(
      (name) => !complaints.some((one) => one.startsWith(`Property '${name}' does not exist`)),
    );
    assert.deepEqual(declared.sort(), values);
  });

  it("every name has its documentation, and what is called or made an example", () => {
    const bare = names.filter((name) => editor.hover(`{ ${name} }`).documentation === "");
    assert.deepEqual(bare, []);
    const callable = values.filter((name) => typeof Reflect.get(heddle, name) === "function");
    assert.deepEqual(
      callable.filter((name) => editor.hover(`{ ${name} }`).examples.length === 0),
      [],
    );
  });

  it("a name's definition is a readable declaration, below its documentation", () => {
    for (const name of names) {
      const definitions = editor.definition(`{ ${name} }`);
      assert.ok(definitions.length > 0, name);
      for (const definition of definitions) {
        assert.match(definition, /\*\/\nexport (declare )?(interface|type|const|function|class) /, name);
      }
    }
  });
});
