/** Heddle's own frames in stacks, which would only push aside those that matter. */

/** A module of a package of ours, as published or in this repository: the folder before what is in it. */
const MODULE = /^(file:\/\/.*\/(?:@heddle|packages)\/[\w-]+\/)(?:dist|src)\//;

/** As stacks name folders: by URL in ES modules, by path in CommonJS and behind source maps. */
const folders = new Set<string>();

/** Packages that adapters bundle: source maps name their files beside the adapter's folder. */
const BUNDLED = ["node-host", "process-host"];

/** A file of ours behind the source map of a bundle, which names the files of which the bundle was made. */
const INSTALLED = /[\\/]node_modules[\\/]@heddle[\\/](?:core|bun|deno|node-\w+|process-host)[\\/]/;

/** Where core is, and an adapter. In a bundle they are one file, in which the program is, too: see {@link Mark}. */
export function markAsOurs(core: string | undefined, adapter: string | undefined): void {
  if (core === adapter) return;
  for (const url of [core, adapter]) {
    const [, folder] = MODULE.exec(url ?? "") ?? [];
    if (folder === undefined) continue;
    for (const one of [folder, ...BUNDLED.map((name) => new URL(`../${name}/`, folder).href)]) {
      folders.add(one);
      folders.add(decodeURIComponent(new URL(one).pathname));
    }
  }
}

const IS_FRAME = /^\s+at /;
/** The promise that a method of ours makes. */
const NEW_PROMISE = /^\s+at new Promise \(<anonymous>\)/;

/** Whether a line of a stack is a frame of Heddle's. */
export function isOurs(line: string): boolean {
  if (!IS_FRAME.test(line)) return false;
  if (NEW_PROMISE.test(line) || INSTALLED.test(line)) return true;
  for (const folder of folders) if (line.includes(folder)) return true;
  return isInPart(line);
}

/**
 * For the sake of bundles, each of our files makes an error at its beginning and one at its end (scripts/tsup.mjs). Code between the two stays
 * there, wherever a bundler puts the file. A file of CommonJS is loaded within another.
 */
type Mark = [isEnd: boolean, where: Error | readonly [file: string, place: number]];
const MARKS = Symbol.for("heddle.marks");

const LINE_AND_COLUMN = /:(\d+):(\d+)\)?$/;
/** Lines and columns as one number: bundles may be a single line. */
const placeOf = (line: unknown, column: unknown): number => Number(line) * 2 ** 32 + Number(column);

/** Whether a frame is in that part of a bundle that is ours. */
function isInPart(line: string): boolean {
  const [, row, column] = LINE_AND_COLUMN.exec(line) ?? [];
  const place = placeOf(row, column);
  const begun: number[] = [];
  for (const mark of (globalThis as { [MARKS]?: Mark[] })[MARKS] ?? []) {
    // Once, for other copies of this module, too.
    if (mark[1] instanceof Error) {
      const [site] = sitesOf(mark[1]);
      mark[1] = [`${site?.getFileName()}:`, placeOf(site?.getLineNumber(), site?.getColumnNumber())];
    }
    const [isEnd, [file, here]] = mark;
    if (!isEnd) begun.push(here);
    else if ((begun.pop() ?? here) <= place && place <= here && line.includes(file)) return true;
  }
  return false;
}

/** A frame of the runtime's own, such as the timer that a wait goes on from. */
const OF_PLATFORM = /[\s(](?:node:|ext:|native:|internal:|unknown:)\S*\)?$/;

/**
 * The lines of a task's stack without Heddle's frames. Those that called the task end the stack, and with them go the runtime's own in
 * between, such as that of `AsyncLocalStorage.run`.
 */
export function withoutOurFrames(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => IS_FRAME.test(line) && !isOurs(line) && !OF_PLATFORM.test(line));
  const caller = lines.findIndex((line, n) => n > last && isOurs(line));
  return (caller === -1 ? lines : lines.slice(0, caller)).filter((line) => !isOurs(line)).map(named);
}

/** The frames of a stack from the program's first one on. */
export function callersFrames(stack: string): string[] {
  const frames = stack.split("\n").filter((line) => IS_FRAME.test(line) && !isOurs(line));
  const first = frames.findIndex((line) => !OF_PLATFORM.test(line));
  return frames.slice(first === -1 ? frames.length : first).map(named);
}

/** See `Host.skipsUnnamedFrames`. */
let skipsUnnamed = false;

/** Has each frame of a stack that Heddle writes have a name. */
export function nameFrames(): void {
  skipsUnnamed = true;
}

/** A frame of a module's top level has a place alone. */
const UNNAMED = /^(\s+at )([^\s()]+:\d+:\d+)$/;

const named = (line: string): string => (skipsUnnamed ? line.replace(UNNAMED, "$1<anonymous> ($2)") : line);

/** As many frames as a program's own may lie under ours. */
const DEEP = 50;

interface Stacks {
  stackTraceLimit?: number | undefined;
  captureStackTrace?(holder: object, below?: object): void;
  prepareStackTrace?: unknown;
}

/** The error of `make`, with a stack that reaches down to the program, if the runtime lets it. */
export function withDeepStack<T>(make: () => T): T {
  const stacks = Error as Stacks;
  const { stackTraceLimit } = stacks;
  if (typeof stackTraceLimit !== "number" || stackTraceLimit === 0) return make();
  try {
    stacks.stackTraceLimit = Math.max(stackTraceLimit, DEEP);
  } catch {
    // It is frozen: then the stack may end before the program's line.
    return make();
  }
  try {
    return make();
  } finally {
    stacks.stackTraceLimit = stackTraceLimit;
  }
}

const nothing = (): void => {};

/** See `Host.losesUnreadErrors`. */
let losesUnread = false;

/** Has each error whose stack Heddle replaces keep a stack that was written out, for the runtime. */
export function writeReplacedStacks(): void {
  losesUnread = true;
}

/**
 * Has errors record no stack until what it gives is called; only where {@link replaceStack} follows. A limit
 * that is no number has the runtime record none at all: one without frames would be written out when it is replaced.
 */
export function recordNoStack(): () => void {
  const stacks = Error as Stacks;
  const { stackTraceLimit, captureStackTrace } = stacks;
  if (typeof stackTraceLimit !== "number" || captureStackTrace === undefined) return nothing;
  try {
    stacks.stackTraceLimit = losesUnread ? 1 : undefined;
  } catch {
    return nothing;
  }
  return () => {
    stacks.stackTraceLimit = stackTraceLimit;
  };
}

/** Has `stack` take the place of an error's own; `text` is the same as text. */
export function replaceStack(error: Error, stack: PropertyDescriptor, text: () => string): void {
  try {
    if (losesUnread && (Error as Stacks).prepareStackTrace === undefined) void error.stack;
    Object.defineProperty(error, "stack", { ...stack, configurable: true, enumerable: false });
  } catch {
    // To define it again has V8 make the one there is, by the program's Error.prepareStackTrace, which throws. Assigned, it is not made.
    error.stack = text();
  }
}

/** Where the program made a call: an object with its stack, which is only written out when it is read. */
export interface Site {
  readonly stack?: unknown;
}

/** Where the program makes a call, for what goes wrong with it later. */
export const callSite = (): Error => withDeepStack(() => new Error());

/** Has an error's stack begin with the line of the program that made the call. */
export function beginAtCaller(error: Error): void {
  const { captureStackTrace } = Error as Stacks;
  if (captureStackTrace === undefined) return;
  const site: Site = {};
  withDeepStack(() => captureStackTrace(site));
  beginAt(error, site);
}

/** Has an error's stack be that of `site`, if there is one. It is written out once somebody reads it. */
export function beginAt<E extends Error>(error: E, site: Site | undefined): E {
  if (site === undefined) return error;
  const set = (value: unknown): void => {
    Object.defineProperty(error, "stack", { value, writable: true, configurable: true, enumerable: false });
  };
  const get = (): unknown => {
    const value = stackAt(site, error);
    set(value);
    return value;
  };
  replaceStack(error, { get, set }, () => String(stackAt(site, error)));
  return error;
}

/**
 * As {@link beginAt}, of an error that a program may keep: the stack is written out at once. V8 keeps what the functions of a stack refer to until
 * the stack is read.
 */
export function beginAtOnce<E extends Error>(error: E, site: Site | undefined): E {
  beginAt(error, site);
  if (site !== undefined) void error.stack;
  return error;
}

/** A stack as text. It is empty where a program's `Error.prepareStackTrace` has made something else of it, or throws. */
export function stackText(site: Site | undefined): string {
  try {
    const stack = site?.stack;
    return typeof stack === "string" ? stack : "";
  } catch {
    return "";
  }
}

/** A program's `Error.prepareStackTrace` may have made something else of it, or throw. */
function stackAt(site: Site, { name, message }: Error): unknown {
  let frames: string[] = [];
  try {
    const { stack } = site;
    if (typeof stack !== "string") return stack;
    frames = callersFrames(stack);
  } catch {
    // Then the error has its first line alone.
  }
  return [`${name}: ${message}`, ...frames].join("\n");
}

/** The used part of a frame of V8's (https://v8.dev/docs/stack-trace-api). */
export interface CallSite {
  getFileName(): string | null | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

/** Where `below` was called, the innermost frame first, as the runtime loaded the files: no source map is asked. */
export function callSites(below: object, depth: number): readonly CallSite[] {
  const holder: Site = {};
  return sitesOf(holder, () => {
    (Error as Stacks).stackTraceLimit = depth;
    (Error as Stacks).captureStackTrace?.(holder, below);
  });
}

/** The frames of a stack that nobody has read, as {@link callSites} gives them; none of one that the runtime has written out. */
function sitesOf(holder: Site, capture = nothing): readonly CallSite[] {
  const stacks = Error as Stacks;
  const { prepareStackTrace, stackTraceLimit } = stacks;
  let sites: readonly CallSite[] = [];
  try {
    stacks.prepareStackTrace = (_: unknown, found: readonly CallSite[]) => {
      sites = found;
    };
    capture();
    // To read it has it made.
    void holder.stack;
  } catch {
    // Errors are frozen (--frozen-intrinsics): nothing can be asked.
  } finally {
    restore(stacks, prepareStackTrace, stackTraceLimit);
  }
  return sites;
}

function restore(stacks: Stacks, prepareStackTrace: unknown, stackTraceLimit: number | undefined): void {
  try {
    if (stackTraceLimit !== undefined) stacks.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace === undefined) Reflect.deleteProperty(stacks, "prepareStackTrace");
    else stacks.prepareStackTrace = prepareStackTrace;
  } catch {
    // As above.
  }
}
