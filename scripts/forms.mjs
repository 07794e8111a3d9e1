import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GeneratedPart, row, table } from "./generated.mjs";
import { root } from "./run.mjs";

const part = new GeneratedPart("docs/python-parity.md", "forms");

/** Objects that wait, in the order of the table, and the file whose declarations they have in core. */
const OBJECTS = /** @type {const} */ ({
  Lock: "locks",
  RLock: "locks",
  RWLock: "locks",
  Semaphore: "sync",
  BoundedSemaphore: "sync",
  Condition: "sync",
  Event: "sync",
  Barrier: "barrier",
  Queue: "queue",
  LifoQueue: "queue",
  PriorityQueue: "queue",
  Connection: "pipe",
  Worker: "worker",
  Pool: "pool",
  TaskGroup: "task-group",
});

/** The calls that are awaited only, and why. */
const AWAITED_ONLY = /** @type {Readonly<Record<string, RegExp>>} */ ({
  // Answers of workers come through the event loop of the worker that asked.
  Pool: /./,
  TaskGroup: /./,
  // The end is asked for at once; joinSync waits for it.
  Worker: /^terminate$/,
});

/** The methods that take something at once, if it is there: these have a form of their own beside a timeout of 0. */
const TAKES = /^(acquire|hold|get|put|recv)/;

/** @typedef {{ name: string, takes: string, gives: string }} Method A method as it is declared: its parameters, and its return type. */

/**
 * Objects and their public methods, as the built declarations of core have them. One that only extends another has what that has.
 *
 * @returns {Record<string, Method[]>}
 */
export function declaredMethods() {
  /** @type {Record<string, Method[]>} */
  const methods = {};
  for (const [object, file] of Object.entries(OBJECTS)) {
    const text = readFileSync(join(root, "packages/core/dist/contracts", `${file}.d.ts`), "utf8");
    const declaration = new RegExp(
      `^export interface ${object}(?:<[^{]*?>)? (?:extends (\\w+)[^{]* )?\\{(.*?)^\\}`,
      "ms",
    );
    const [, base = "", body = ""] = declaration.exec(text) ?? [];
    const all = new Map((methods[base] ?? []).map((method) => [method.name, method]));
    for (const [, name = "", takes = "", gives = ""] of body.matchAll(/^ {4}(\w+)(?:<[^(]*>)?\((.*)\): (.*);$/gm)) {
      all.set(name, { name, takes, gives });
    }
    methods[object] = [...all.values()];
  }
  return methods;
}

/** @param {Method} method */
const isAwaited = ({ gives }) => /^(Promise|Future|AsyncGenerator|AsyncIterableIterator)</.test(gives);
/** @param {Method} method */
const isBlocking = ({ name }) => name.endsWith("Sync");
/** @param {Method} method */
const isAtOnce = ({ name }) => /^try[A-Z]|Nowait$/.test(name);

/**
 * The forms that an object lacks. A wait that can be awaited can also block, and the reverse, with the same outcome and the same timeout. A
 * method that takes something can also take it at once.
 *
 * @param {string} object
 * @param {readonly Method[]} methods
 */
export function missingForms(object, methods) {
  const named = new Map(methods.map((method) => [method.name, method]));
  /** @type {string[]} */
  const missing = [];
  for (const method of methods) {
    const { name, gives, takes } = method;
    if (isBlocking(method) && !named.has(name.slice(0, -"Sync".length))) missing.push(`${object}.${name} without Sync`);
    if (!isAwaited(method) || AWAITED_ONLY[object]?.test(name)) continue;
    const blocking = named.get(`${name}Sync`);
    if (blocking === undefined) missing.push(`${object}.${name}Sync`);
    else {
      const expected = gives.startsWith("Async") ? gives.slice("Async".length) : gives.slice("Promise<".length, -1);
      if (blocking.gives !== expected) missing.push(`${object}.${name}Sync that gives ${expected}`);
      if (takes.includes("WaitOptions") !== blocking.takes.includes("SyncWaitOptions")) {
        missing.push(`${object}.${name}Sync with the options of ${name}`);
      }
    }
    const atOnce = `try${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    if (TAKES.test(name) && !named.has(atOnce)) missing.push(`${object}.${atOnce}`);
  }
  return missing;
}

/** @param {Record<string, Method[]>} declared */
export function formsTable(declared) {
  const head = ["object", "awaited", "blocking", "at once, or not at all"];
  const sets = [isAwaited, isBlocking, isAtOnce];
  /** @param {(method: Method) => boolean} isOne @param {readonly Method[]} methods */
  const list = (isOne, methods) =>
    methods
      .filter(isOne)
      .map(({ name }) => `\`${name}\``)
      .join(", ") || "no equivalent";
  /** @type {Map<string, string[]>} */
  const objects = new Map();
  for (const [object, methods] of Object.entries(declared)) {
    const forms = row(sets.map((isOne) => list(isOne, methods)));
    objects.set(forms, [...(objects.get(forms) ?? []), `\`${object}\``]);
  }
  const rows = Array.from(objects, ([forms, names]) => `| ${names.join(", ")} ${forms}`);
  return table(head, rows);
}

export const isTableUpToDate = () => part.isUpToDate(formsTable(declaredMethods()));

export const writeTable = () => part.write(formsTable(declaredMethods()));
