import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { TaskRegistry } from "../src/task/registry.js";

const registry = new TaskRegistry();
const load = (text: string, name: string): Promise<(...args: unknown[]) => unknown> =>
  registry.find({ module: `data:text/javascript,${encodeURIComponent(text)}`, name });

/** `packages/heddle/test/piscina.test.ts` has a promise as default export: vitest cannot import one. */
describe("an export that tasksFrom names", () => {
  const modules: Record<string, [text: string, name: string]> = {
    "is a module's default": ["export default (n) => n + 1;", "default"],
    "is one by name": ["export const handler = (n) => n + 1;", "handler"],
    "is what a CommonJS module has on its exports": ["export default { handler: (n) => n + 1 };", "handler"],
    "is the default of an ES module that was compiled to CommonJS": [
      "export default { __esModule: true, default: (n) => n + 1 };",
      "default",
    ],
    "may be promised": ["export const handler = Promise.resolve((n) => n + 1);", "handler"],
  };
  for (const [what, [text, name]] of Object.entries(modules)) {
    it(what, async () => {
      assert.equal((await load(text, name))(1), 2);
    });
  }

  it("is one of a module that an absolute path names, and not of the module itself", async () => {
    for (const [path, url] of [
      ["/here/a file.cjs", "file:///here/a%20file.cjs"],
      ["C:\\here\\file.cjs", "file:///C:/here/file.cjs"],
    ] as const) {
      const { add } = registry.tasksFrom<{ add(): void }>(path);
      assert.equal(add.ref.module, url);
    }
    assert.throws(() => registry.tasksFrom("./file.cjs"), TypeError);
    const module = import("node:path");
    for (const given of [module, await module]) {
      assert.throws(() => registry.tasksFrom(given as never), /new URL\("\.\/module\.js", import\.meta\.url\)$/);
    }
  });

  it("and that is no function, or not there, is not found", async () => {
    for (const text of ["export default 1;", "export default null;", "export const other = () => 1;"]) {
      await assert.rejects(load(text, "default"), { code: "HEDDLE_TASK_NOT_FOUND" });
    }
  });
});
