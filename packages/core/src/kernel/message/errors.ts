import * as heddle from "../../contracts/errors.js";

type ErrorClass = new (...args: never[]) => Error;

const BUILT_IN: readonly ErrorClass[] = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  URIError,
  EvalError,
  AggregateError,
];
const OURS: readonly ErrorClass[] = Object.values(heddle);
/** Classes that arrive as themselves, by the name under which they travel. */
const CLASSES: ReadonlyMap<string, ErrorClass> = new Map([...BUILT_IN, ...OURS].map((one) => [one.name, one]));

export const isError = (value: object): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";

/** The class that an error will be on arrival: its own if it is one of those, else plain Error. */
export function className(error: Error): string {
  if (isDomException(error)) return "DOMException";
  const prototype: unknown = Object.getPrototypeOf(error);
  for (const [name, { prototype: known }] of CLASSES) if (prototype === known) return name;
  // From another realm, such as a vm context: there its classes are others, of the same names.
  const isForeign = !((error as object) instanceof Error);
  return isForeign && CLASSES.has(error.name) ? error.name : "Error";
}

/** An error as it was, without what it refers to. No constructor runs: what it would set comes with the properties. */
export function makeError(type: string, name: string, message: string, stack: string): Error {
  if (type === "DOMException") {
    const made = new DOMException(message, name);
    setHidden(made, "stack", stack);
    return made;
  }
  const made: Error = Reflect.construct(Error, [message], CLASSES.get(type) ?? Error);
  if (made.name !== name) setHidden(made, "name", name);
  setHidden(made, "stack", stack);
  return made;
}

/** What an error refers to beside its enumerable properties. */
export const HIDDEN_PARTS = ["cause", "errors"] as const;

export function setHidden(error: object, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
}

/**
 * Joins what happened there with who asked for it here: the remote frames, the worker's name, the local call's frames.
 *
 *     TypeError: no such row
 *         at find (file:///app/table.js:12:9)
 *         at --- in worker "Thread-1 (find)", called from: ---
 *         at main (file:///app/main.js:3:1)
 */
export function graftStack(error: unknown, worker: string, localStack: string | undefined): unknown {
  if (typeof error !== "object" || error === null || !isError(error)) return error;
  const remote = (error.stack ?? String(error)).split("\n").filter((line) => !isOurs(line));
  const local = (localStack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at ") && !isOurs(line));
  setHidden(error, "stack", [...remote, `    at --- in worker "${worker}", called from: ---`, ...local].join("\n"));
  return error;
}

/** Frames of Heddle itself, and the promise that `run` makes, would only push aside those that matter. */
const OUR_FRAMES =
  /\/(?:@heddle|packages)\/(?:core|node-threads|node-processes|bun|deno)\/(?:dist|src)\/|at new Promise \(<anonymous>\)/;
const isOurs = (line: string): boolean => /^\s+at /.test(line) && OUR_FRAMES.test(line);

function isDomException(error: object): boolean {
  return typeof DOMException === "function" && error instanceof DOMException;
}
