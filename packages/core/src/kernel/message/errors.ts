import { markOf } from "../../contracts/error.js";
import * as heddle from "../../contracts/errors.js";
import { callersFrames, recordNoStack, replaceStack, type Site, withoutOurFrames } from "../../contracts/frames.js";
import { isError } from "./brands.js";
import { registeredAs, registeredOf } from "./classes.js";

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
/** One by one: to walk through a module's names, a bundler has to take in all of them wherever it takes in one. */
const OURS: readonly ErrorClass[] = [
  heddle.AbandonedError,
  heddle.BrokenBarrierError,
  heddle.ClassNotFoundError,
  heddle.ConnectionClosedError,
  heddle.DeadlockError,
  heddle.DisposedError,
  heddle.FreeVariableError,
  heddle.HeddleError,
  heddle.LockStateError,
  heddle.MayNotBlockError,
  heddle.MemoryFullError,
  heddle.PoolClosedError,
  heddle.QueueEmptyError,
  heddle.QueueFullError,
  heddle.QueueShutDownError,
  heddle.SendError,
  heddle.TaskNotFoundError,
  heddle.TimeoutError,
  heddle.WorkerCrashedError,
  heddle.WorkerStateError,
];
/** Classes that arrive as themselves, by the name under which they travel. */
const CLASSES: Map<string, ErrorClass> = new Map([...BUILT_IN, ...OURS].map((one) => [one.prototype.name, one]));

const BUILT_IN_NAMES: ReadonlySet<unknown> = new Set(BUILT_IN.map(({ prototype }) => prototype.name));

const NAMES: Map<unknown, string> = new Map(Array.from(CLASSES, ([name, { prototype }]) => [prototype, name]));

/** Stands before the name of a class of the program's own that is registered. */
const REGISTERED = "class ";

/** Has errors of that class of Heddle's arrive as such: one that only some programs have in their bundles. */
export function admitError(one: ErrorClass): void {
  CLASSES.set(one.prototype.name, one);
  NAMES.set(one.prototype, one.prototype.name);
}

/** The class that an error will be on arrival: its own if that is registered, else the nearest of those that it inherits from. */
function className(error: Error): string {
  if (isDomException(error)) return "DOMException";
  const registered = registeredOf(error);
  if (registered !== undefined) return REGISTERED + registered.name;
  // In another realm, such as a vm context, the built-in classes are others, of the same names.
  const isForeign = !((error as object) instanceof Error);
  for (let at: unknown = Object.getPrototypeOf(error); at !== null; at = Object.getPrototypeOf(at)) {
    const known = NAMES.get(at) ?? nameElsewhere(at as object, isForeign);
    if (known !== undefined) return known;
  }
  return "Error";
}

/** The name of a class of Heddle's of another copy of this package, or of a built-in class of another realm. */
function nameElsewhere(prototype: object, isForeign: boolean): string | undefined {
  const name: unknown = Object.getOwnPropertyDescriptor(prototype, "name")?.value;
  if (typeof name !== "string" || !CLASSES.has(name)) return undefined;
  return (isForeign && BUILT_IN_NAMES.has(name)) || Object.hasOwn(prototype, markOf(name)) ? name : undefined;
}

/** An error as it was, without what it refers to. No constructor runs: the properties that it would set come with the others. */
export function makeError(type: string, name: string, message: string, stack: string): Error {
  if (type === "DOMException") {
    const made = new DOMException(message, name);
    setStack(made, stack);
    return made;
  }
  const registered = type.startsWith(REGISTERED) ? registeredAs(type.slice(REGISTERED.length)) : undefined;
  const { prototype } = registered ?? CLASSES.get(type) ?? Error;
  const restore = recordNoStack();
  const made = new Error(message);
  restore();
  if (prototype !== Error.prototype) Object.setPrototypeOf(made, prototype);
  if (made.name !== name) setHidden(made, "name", name);
  setStack(made, stack);
  return made;
}

/** An error's text, and its own properties: those that are enumerable, and those that are not. */
export interface Described {
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly hidden: readonly string[];
  readonly shown: readonly string[];
}

/** Own properties that every error has, or a runtime gives it: they come with the error itself. */
const WITH_ITSELF: ReadonlySet<string> = new Set(["stack", "message", "name", "line", "column", "sourceURL"]);

/** Never throws: of a Proxy whose traps do, it tells what it can read. */
export function describeError(error: Error): Described {
  const given = textOf(() => error.name, "Error");
  const type = textOf(() => className(error), "Error");
  const name = textOf(() => nameOf(error, given, type), given);
  const stack = stackOf(error);
  const shown = namesOf(() => Object.keys(error));
  return {
    type,
    name,
    message: textOf(() => error.message, ""),
    stack: name === given ? stack : renamed(stack, given, name),
    hidden: namesOf(() => Object.getOwnPropertyNames(error)).filter(
      (key) => !WITH_ITSELF.has(key) && !shown.includes(key),
    ),
    shown: shown.filter((key) => key !== "stack"),
  };
}

/** A stack whose first line says `name`, where it was written with the inherited name; in Bun that is always `Error`. */
function renamed(stack: string, inherited: string, name: string): string {
  const written = [inherited, "Error"].find((one) => stack.startsWith(one));
  return written === undefined ? stack : name + stack.slice(written.length);
}

/**
 * The name that tells an error of a class that does not arrive from others. It is the name that the error was given; or its class's, where
 * it has only that of the class which it arrives as.
 */
function nameOf(error: Error, given: string, type: string): string {
  if (given !== type || Object.getPrototypeOf(error) === CLASSES.get(type)?.prototype || Object.hasOwn(error, "name")) {
    return given;
  }
  // That of its class: the error itself may have a property of that name.
  const made: unknown = Object.getPrototypeOf(error).constructor?.name;
  return typeof made === "string" && made !== "" ? made : given;
}

function namesOf(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch {
    return [];
  }
}

/** As text, which `undefined` has not, as in `Error.prototype.toString`. */
function textOf(read: () => unknown, otherwise: string): string {
  try {
    const found = read();
    return found === undefined ? otherwise : String(found);
  } catch {
    return otherwise;
  }
}

/**
 * An error's stack as text. A program's `Error.prepareStackTrace` may have made something else of it, and it or a getter may throw: then
 * the error has its first line alone.
 */
export function stackOf(error: Error): string {
  try {
    const { stack } = error;
    if (typeof stack === "string") return stack;
  } catch {
    // As told above.
  }
  return describe(error);
}

/** Anything thrown, as text. */
export const briefly = (thrown: unknown): string => textOf(() => String(thrown), "something that has no text");

/** The same, of an error with its stack. */
export const report = (thrown: unknown): string =>
  typeof thrown === "object" && thrown !== null && isError(thrown) ? stackOf(thrown) : briefly(thrown);

const describe = (error: Error): string => `${textOf(() => error.name, "Error")}: ${textOf(() => error.message, "")}`;

export function setHidden(error: object, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
}

const setStack = (error: Error, stack: string): void =>
  replaceStack(error, { value: stack, writable: true }, () => stack);

const IS_FRAME = /^\s+at /;

/**
 * Joins what happened there with who asked for it here: the remote frames, the worker's name, the local call's frames. An error without
 * a frame of the program's there, such as that of a result that cannot be sent, begins at the call.
 *
 *     TypeError: no such row
 *         at find (file:///app/table.js:12:9)
 *         at --- in worker "Thread-1 (find)", called from: ---
 *         at main (file:///app/main.js:3:1)
 */
export function graftStack(error: unknown, worker: string, site: Site | undefined): unknown {
  if (typeof error !== "object" || error === null || !isError(error)) return error;
  const remote = withoutOurFrames(stackOf(error).split("\n"));
  const hasFrames = remote.some((line) => IS_FRAME.test(line));
  const between = hasFrames ? [`    at --- in worker "${worker}", called from: ---`] : [];
  setStack(error, [...remote, ...between, ...framesOf(site)].join("\n"));
  return error;
}

const framesOf = (site: Site | undefined): string[] =>
  site === undefined ? [] : callersFrames(stackOf(site as Error));

function isDomException(error: object): boolean {
  return typeof DOMException === "function" && error instanceof DOMException;
}
