import { describe, expect, it } from "vitest";
import { callsIn, definesTasks, mayConcern, rewrite } from "../src/rewrite.js";

const here = (code: string, isEntry: boolean | undefined, entry?: string): string | undefined =>
  rewrite(code, callsIn(code), { isEntry, entry })?.code;

describe("the text that is written into a module", () => {
  const guarded = 'import { isMain as amI } from "heddle/processes";\nif (amI(import.meta)) main();';

  it("has isMain false where the program does not start", () => {
    expect(here(guarded, false)).toBe(guarded.replace("amI(import.meta)", "false"));
    expect(here(guarded, true)).toBeUndefined();
    expect(here(guarded, undefined)).toBeUndefined();
  });

  it("leaves alone what is not Heddle's, or not asked of this module", () => {
    for (const code of [
      'import { isMain, task } from "other";\nisMain(import.meta); task(import.meta, run);',
      'import { isMain } from "heddle";\nisMain(meta); other.isMain(import.meta);',
      "const isMain = (meta) => meta;\nisMain(import.meta);",
    ]) {
      expect(here(code, false, "entry.cjs")).toBeUndefined();
    }
  });

  it("names the file in which workers find tasks, and each task", () => {
    const code = [
      'import * as heddle from "@heddle/node-threads";',
      "export const a = heddle.task(import.meta, function one() {});",
      "export const b = heddle.task(import.meta, () => {});",
      "export const c = heddle.task(import.meta, three);",
      "export const d = heddle.task(import.meta, function one() { return 2; });",
      'export const e = heddle.task(import.meta, () => {}, { name: "given" });',
      "run(heddle.task(import.meta, () => {}));",
    ].join("\n");
    expect(definesTasks(callsIn(code))).toBe(true);
    expect(here(code, false, "heddle-tasks-1.cjs")?.split("\n").slice(1)).toEqual([
      'export const a = heddle.task("./heddle-tasks-1.cjs", function one() {}, { name: "one" });',
      'export const b = heddle.task("./heddle-tasks-1.cjs", () => {}, { name: "b" });',
      'export const c = heddle.task("./heddle-tasks-1.cjs", three, { name: "three" });',
      'export const d = heddle.task("./heddle-tasks-1.cjs", function one() { return 2; }, { name: "one-2" });',
      'export const e = heddle.task("./heddle-tasks-1.cjs", () => {}, { name: "given" });',
      'run(heddle.task("./heddle-tasks-1.cjs", () => {}, { name: "task" }));',
    ]);
  });

  it("is looked for where Heddle is imported only", () => {
    expect(mayConcern(guarded)).toBe(true);
    expect(mayConcern('import { isMain } from "other"; isMain(import.meta);')).toBe(false);
    expect(mayConcern('import { Pool } from "heddle";')).toBe(false);
  });
});
