import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as heddle from "@heddle/node-threads";
import { describe, it } from "vitest";
import { complaintsOf, Editor } from "./editor.js";

/** The values at run time. */
const values = Object.keys(heddle).sort();

/** The end of its documentation, and the declaration. */
const DECLARATION = /\*\/\nexport (declare )?(interface|type|const|function|class) /;

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

  it("a name that is declared as a value is one", () => {
    const program = names.map((name) => `heddle.${name};`).join("\n");
    const complaints = new Editor(`import * as heddle from "@heddle/node-threads";\n${program}`).complaints();
    const declared = names.filter(
      (name) => !complaints.some((one) => one.startsWith(`Property '${name}' does not exist`)),
    );
    assert.deepEqual(declared.sort(), values);
  });

  it("every name, types too, has its documentation and an example", () => {
    const bare = names.filter((name) => {
      const { documentation, examples } = editor.hover(`{ ${name} }`);
      return documentation === "" || examples.length === 0;
    });
    assert.deepEqual(bare, []);
  });

  it("a name's definition is a readable declaration, below its documentation", () => {
    for (const name of names) {
      const definitions = editor.definition(`{ ${name} }`);
      assert.ok(definitions.length > 0, name);
      for (const definition of definitions) {
        assert.match(definition, DECLARATION, name);
      }
    }
  });
});

/** The program of an example, without its fence. */
const codeOf = (example: string): string => example.replaceAll(/^```.*\n?/gm, "");

/** Packages beside the one above, by the folder of one that finds them all. */
const others = {
  heddle: ["heddle", "node-processes", "bun", "deno", "conformance", "core"],
  unplugin: ["unplugin"],
  opentelemetry: ["opentelemetry"],
  redis: ["redis"],
  bullmq: ["bullmq"],
};

for (const [folder, packages] of Object.entries(others)) {
  const within = (name: string): string => fileURLToPath(new URL(`../../packages/${name}/`, import.meta.url));
  // That of core is for the modules that the build writes.
  const modules = packages
    .flatMap((name) => {
      const { name: full, exports } = JSON.parse(readFileSync(`${within(name)}package.json`, "utf8"));
      return Object.keys(exports).map((entry) => `${full}${entry.slice(1)}`);
    })
    .filter((module) => module !== "@heddle/core/surface");

  it(`in an editor, so has every name of ${packages.join(", ")}`, () => {
    const lists = new Editor(modules.map((module) => `import {  } from "${module}";`).join("\n"), within(folder));
    const imports = modules.flatMap((module, n) =>
      lists
        .offered(` } from "${module}"`)
        .map((name) => ({ name, text: `{ ${name} as ${name}${n} } from "${module}"` })),
    );
    const editor = new Editor(imports.map(({ text }) => `import ${text};`).join("\n"), within(folder));
    const programs = new Set<string>();
    const faults = imports.flatMap(({ name, text }) => {
      const [definition = ""] = editor.definition(text);
      if (!DECLARATION.test(definition)) return [`${name}: ${definition}`];
      // Those of core are looked at above, and their examples compiled for the reference. The rest of core is for adapters, and has no examples.
      if (definition.startsWith("core/")) return [];
      const { documentation, examples } = editor.hover(text);
      for (const example of examples.filter((one) => one.startsWith("```ts"))) programs.add(codeOf(example));
      return [
        ...(documentation === "" ? [`${name} has no documentation`] : []),
        ...(examples.length === 0 ? [`${name} has no example`] : []),
      ];
    });
    assert.ok(imports.length > 0);
    assert.deepEqual(faults, []);
    assert.deepEqual(complaintsOf([...programs], within(folder)), []);
  });
}
