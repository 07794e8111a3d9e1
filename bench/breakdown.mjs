/**
 * Where the time of one call goes, on threads of Node: medians of each of its steps, in µs. It runs a copy of the built packages in which the
 * code notes when it takes each step. docs/performance.md has the figures.
 *
 *     node breakdown.mjs [--calls 400] [--pause 5]
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pass } from "node:timers/promises";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { noteSteps, now } from "./breakdown-tasks.mjs";
import { objects } from "./objects.mjs";

const { values: options } = parseArgs({
  options: { calls: { type: "string", default: "400" }, pause: { type: "string", default: "5" } },
});
const [calls, pause] = [Number(options.calls), Number(options.pause)];

/** Where each step begins in core's code: before what is found, after it, or both, one after the other. */
const PLACES = [
  { at: / {2}enqueue\(\w+, mayStart\) \{\n/, after: 1 },
  { at: / {4}call\w*\.pack\(kernel\);\n/, before: 2, after: 3 },
  { at: / {4}for \(const link of \w+\) link\.flush\(\);\n/, before: 4 },
  { at: / {2}#look\(\) \{\n(?= {4}if \(!this\.#isBusy)/, after: 5 },
  { at: / {4}const args = openEntry\(kernel, .*\n/, before: 6, after: 7 },
  { at: / {2}#answer\(\w+, scope, start, how, value\) \{\n/, after: 8 },
  { at: / {4}if \(isBare\(packet\) && this\.#mayInline/, before: 9 },
  { at: / {2}#look\(\) \{\n(?= {4}if \(!this\.#results\.read)/, after: 10 },
  { at: / {6}value = consumeEntry\(kernel, arrived, transferables\);\n/, before: 11, after: 12 },
];
/** In their order; the last one ends as the caller goes on. */
const STEPS = [
  "check the arguments, pack small ones",
  "queue the call, pick a worker",
  "pack large arguments into a cell",
  "write the call to the ring",
  "ring; the worker wakes",
  "read, parse, claim",
  "unpack the arguments",
  "run the task",
  "pack the result",
  "write it, ring; the pool wakes",
  "read, find the call",
  "unpack the result",
  "settle, resume the caller",
];

const note = (step) => (step === undefined ? "" : `globalThis.noteStep?.(${step});`);

/** A copy of the packages, with the steps noted. */
function notedPackages() {
  const folder = new URL("./results/breakdown/node_modules/@heddle/", import.meta.url);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["core", "node-threads"]) {
    for (const part of ["package.json", "dist"])
      cpSync(new URL(`../packages/${name}/${part}`, import.meta.url), new URL(`${name}/${part}`, folder), {
        recursive: true,
      });
  }
  const file = new URL("core/dist/whole.cjs", folder);
  let text = readFileSync(file, "utf8");
  for (const { at, before, after } of PLACES) {
    if (!at.test(text)) throw new Error(`core has no ${at}: a step begins elsewhere now`);
    text = text.replace(at, (found) => `${note(before)}${found}${note(after)}`);
  }
  writeFileSync(file, text);
  return new URL("node-threads/dist/index.js", folder).href;
}

const payloads = {
  "a number": 1,
  "a record of 1 kB": { id: 1, name: "Ada", tags: ["a", "b", "c".repeat(900)] },
  "objects of 10 kB": objects(1e4),
  "objects of 1 MB": objects(1e6),
};

const { Pool, tasksFrom } = await import(notedPackages());
const tasks = tasksFrom(new URL("./breakdown-tasks.mjs", import.meta.url));
const memory = new SharedArrayBuffer(8 * 16);
const steps = new Float64Array(memory);
const pool = new Pool({ size: 2, initializer: tasks.noteSteps, initArgs: [memory] });
noteSteps(memory);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

/** When each step of a call began, the call itself first, and its end last. */
async function timesOf(value) {
  if (pause > 0) await pass(pause);
  steps.fill(0);
  const begun = now();
  await pool.run(tasks.echo, value);
  const ended = now();
  return [begun, ...steps.subarray(1, STEPS.length), ended];
}

const columns = [];
for (const [name, value] of Object.entries(payloads)) {
  const count = name === "objects of 1 MB" ? Math.min(calls, 40) : calls;
  const all = [];
  // The first half warms up.
  for (let i = 0; i < count; i++) {
    const times = await timesOf(value);
    // A pool that found its answer before it slept did not wake.
    if (i >= count / 2 && times.every((time) => time > 0)) all.push(times);
  }
  const micros = (from, to) => median(all.map((times) => ((times[to] ?? 0) - (times[from] ?? 0)) * 1000));
  columns.push({ name, steps: STEPS.map((_, step) => micros(step, step + 1)), whole: micros(0, STEPS.length) });
}
await pool.terminate();

const cell = (number) => ({ content: number.toFixed(number < 100 ? 1 : 0), hAlign: "right" });
const table = new Table({ head: ["µs", ...columns.map(({ name }) => name)], style: { head: [], border: [] } });
for (const [i, step] of STEPS.entries()) table.push([step, ...columns.map((column) => cell(column.steps[i]))]);
table.push(["all", ...columns.map(({ whole }) => cell(whole))]);
console.log(`Node ${process.version}, a pause of ${pause} ms before each call`);
console.log(table.toString());
