import assert from "node:assert/strict";
import * as heddle from "@heddle/node-threads";
import { beforeAll, describe, it } from "vitest";
import { compile, type Example, examplesIn, programsIn, run } from "./examples.js";
import { docstringsOf, readReference } from "./reference.js";

const reference = await readReference();
const examples = examplesIn(reference.project);

/** The exports of an adapter, under the names of the contracts: its own name of the worker class is only another one for it. */
const exported = Object.entries(heddle).filter(([name]) => name !== heddle.adapter.capabilities.workerName);

describe("the reference", () => {
  it("has a docstring for every name, and a target for every link", () => {
    assert.deepEqual(reference.complaints, []);
  });

  it("knows all that an adapter exports", () => {
    const unknown = exported.filter(([name]) => docstringsOf(name, reference).length === 0);
    assert.deepEqual(
      unknown.map(([name]) => name),
      [],
    );
  });

  it("has an example for every class and function", () => {
    const callable = exported.filter(([, value]) => typeof value === "function");
    const bare = callable.filter(([name]) => docstringsOf(name, reference).flatMap(programsIn).length === 0);
    assert.deepEqual(
      bare.map(([name]) => name),
      [],
    );
  });
});

/** Whether it shows a type, and prints nothing: then it is compiled and needs no process. */
const isOfType = ({ name, output }: Example): boolean =>
  output.length === 0 && !name.includes(".") && !Object.hasOwn(heddle, name);

describe("the examples", () => {
  let compiled: Promise<void>;
  beforeAll(() => {
    compiled = compile(examples);
    // For those who run an example without minding its types.
    return compiled.catch(() => {});
  });

  it("compile", () => compiled);

  for (const example of examples.filter((one) => !isOfType(one))) {
    it.concurrent(`${example.name} prints what it says`, async ({ expect }) => {
      // Without a word of output an example would show that it ends, and nothing else.
      expect(example.output).not.toEqual([]);
      expect(await run(example)).toEqual(example.output);
    });
  }
});
