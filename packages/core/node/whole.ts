/*
 * Core for Node, without its exports, which the build adds (scripts/whole.mjs). Node gives modules no way to share what V8 has compiled.
 * Half of the time that a thread of Heddle takes to start, beyond that of a bare one, was spent on compiling core again. So core is a script
 * here, `whole.cjs`. Threads get its text, and V8's code for it, from their starter. docs/adr/0070-code-for-threads.md
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";
import { workerData } from "node:worker_threads";
import type { SharedCode } from "../src/worker/code.js";

/** The exports of `whole.cjs`. */
interface Whole {
  define(module: { exports: object }, require: NodeJS.Require, url: string, load: (url: string) => unknown): void;
}

const BEGIN = "(function (exports) { ";
const END = "\n})";
const { href: url } = new URL("./whole.cjs", import.meta.url);
const require = createRequire(import.meta.url);
let code: SharedCode | undefined;
let script: Script | undefined;
let text = "";

/** The code of core for a thread, which the thread finds under `heddle:code` in its `workerData`. */
export function codeForWorkers(): SharedCode | undefined {
  if (script === undefined) return undefined;
  code ??= { url, text: shared(Buffer.from(text, "latin1")), cache: shared(script.createCachedData()) };
  return code;
}

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

const readText = (): string => readFileSync(new URL("./whole.cjs", import.meta.url), "latin1");

/** Runs the script in the realm of this module. */
function evaluate(source: string): Whole {
  const exports = {};
  new Function("exports", `${source}\n//# sourceURL=${url}`)(exports);
  return exports as Whole;
}

function load(): Whole {
  // Node maps no stacks of a script, and V8 counts the calls of functions less well that come from a cache.
  if (process.sourceMapsEnabled || process.env.NODE_V8_COVERAGE !== undefined) return require("./whole.cjs");
  // In a realm of a test runner's, of Jest or vitest: a script would run in the main realm, and values would arrive as those of another.
  if (new Script("Object").runInThisContext() !== Object) return evaluate(readText());
  const given: SharedCode | undefined = workerData?.["heddle:code"];
  if (given?.url === url) code = given;
  text = code === undefined ? BEGIN + readText() + END : Buffer.from(code.text.buffer).toString("latin1");
  // V8 compiles as ever what it does not take, such as the code of a V8 with other options.
  script = new Script(text, { filename: url, columnOffset: -BEGIN.length, cachedData: code?.cache });
  const exports = {};
  script.runInThisContext()(exports);
  return exports as Whole;
}

const module = { exports: {} };
load().define(module, require, import.meta.url, (url) => import(url));
/** All that core exports. */
export const core = module.exports;
