import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { measurePaths, type Path } from "../../../scripts/paths.mjs";
import { circlesOf, importsOf } from "../../../scripts/structure.mjs";

const paths = measurePaths();

const filesOf = (which: (path: Path) => readonly string[], ...operations: string[]): string[] =>
  [...new Set(operations.flatMap((operation) => which(paths[operation] as Path)))].sort();

const wayOf = (...operations: string[]): string[] => filesOf(({ way }) => way, ...operations);
const filesThatRun = (...operations: string[]): string[] => filesOf(({ files }) => files, ...operations);

it("an item passes through few files on its way into a queue, and out of it", () => {
  expect(wayOf("queue.put").length).toBeLessThanOrEqual(6);
  expect(filesThatRun("queue.put").length).toBeLessThanOrEqual(15);
  expect(wayOf("queue.get").length).toBeLessThanOrEqual(5);
  expect(filesThatRun("queue.get").length).toBeLessThanOrEqual(16);
});

it("a call passes through few files on its way to the task, and its answer on the way back", () => {
  const call = ["pool.run, in the pool", "pool.run, in the worker"];
  const answer = ["its answer, in the worker", "its answer, in the pool"];
  expect(wayOf(...call)).toContain("pool/worker/pool-worker.ts");
  expect(wayOf(...call).length).toBeLessThanOrEqual(10);
  expect(filesThatRun(...call).length).toBeLessThanOrEqual(36);
  expect(wayOf(...answer)).toContain("pool/host/results.ts");
  expect(wayOf(...answer).length).toBeLessThanOrEqual(10);
  expect(filesThatRun(...answer).length).toBeLessThanOrEqual(36);
});

it("no files of core import each other but declarations", () => {
  const imports = importsOf(fileURLToPath(new URL("../../core/src", import.meta.url)));
  const circles = circlesOf(imports).filter((files) => !files.every((file) => file.startsWith("contracts/")));
  expect(circles).toEqual([]);
});
