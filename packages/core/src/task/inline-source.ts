import type { Node } from "acorn";
import { parse } from "#parser";
import { FreeVariableError } from "../contracts/errors.js";
import { typeError } from "../contracts/wrong-use.js";
import { describe, isClass } from "../kernel/arguments.js";
import { freeVariables } from "./free-variables.js";

/** The globals that every module finds without importing them: taken at the start, before a program adds its own. */
const GLOBALS: ReadonlySet<string> = /* @__PURE__ */ globalsNow();

/** esbuild's `keepNames`, which tsx sets too, wraps functions in a helper of that name, defined elsewhere. */
const KEEP_NAMES = "__name";
const KEEP_NAMES_SOURCE = `const ${KEEP_NAMES} = (fn, value) => Object.defineProperty(fn, "name", { value, configurable: true });`;

// biome-ignore lint/complexity/noBannedTypes: any function that the user gives.
type AnyFunction = Function;

const modules = new WeakMap<AnyFunction, string>();
/** The same by source text, for functions that are made anew for each call: the one that was used last comes last. */
const modulesBySource = new Map<string, string>();
const MOST_SOURCES = 256;

/** The stand-in for `import` in a module that has no place of its own from which packages could be found. */
const IMPORT = "__heddle_import";
const MAY_IMPORT = /\bimport\b/;

/**
 * The URL of a module whose default export is the function with `fn`'s source text. `importer` gives the source of what it imports by, if
 * that is to be something else than `import`. Throws TypeError for what has no such
 * text, FreeVariableError for a function that uses more than its arguments and the globals.
 */
export function inlineModule(fn: AnyFunction, importer = (): string | undefined => undefined): string {
  const known = modules.get(fn);
  if (known !== undefined) return known;
  if (typeof fn !== "function" || isClass(fn)) throw typeError(`inline needs a function, not ${describe(fn)}`);
  const source = Function.prototype.toString.call(fn);
  const by = MAY_IMPORT.test(source) ? importer() : undefined;
  const key = `${source}\n${by ?? ""}`;
  const url = modulesBySource.get(key) ?? makeModule(fn, source, by);
  modulesBySource.delete(key);
  modulesBySource.set(key, url);
  const [oldest] = modulesBySource.keys();
  if (modulesBySource.size > MOST_SOURCES && oldest !== undefined) modulesBySource.delete(oldest);
  modules.set(fn, url);
  return url;
}

function makeModule(fn: AnyFunction, source: string, importer: string | undefined): string {
  const { node, expression, start } = parseFunction(source, fn.name);
  const free = freeVariables(node);
  const names = free.filter((name) => !GLOBALS.has(name) && name !== KEEP_NAMES);
  if (names.length > 0) {
    throw new FreeVariableError(
      `inline needs a function that stands on its own, but ${fn.name || "this one"} uses ${names.join(", ")} from ` +
        "outside: pass it as an argument, import() it within, or use task(import.meta, fn)",
      names,
    );
  }
  const helper = free.includes(KEEP_NAMES) ? KEEP_NAMES_SOURCE : "";
  if (importer === undefined) return dataUrl(`${helper}export default ${expression(source)};`);
  return dataUrl(
    `${helper}const ${IMPORT} = ${importer};export default ${expression(withImports(node, source, start))};`,
  );
}

/** The source, whose first character stands at `start` in what was parsed, with {@link IMPORT} in place of each `import` that is called. */
function withImports(fn: Node, source: string, start: number): string {
  const places: number[] = [];
  const visit = (node: object): void => {
    if ((node as Partial<Node>).type === "ImportExpression") places.push((node as Node).start - start);
    for (const part of Object.values(node)) if (typeof part === "object" && part !== null) visit(part);
  };
  visit(fn);
  let text = source;
  // From the end, so that the places before stay where they are.
  for (const place of places.sort((a, b) => b - a)) {
    text = `${text.slice(0, place)}${IMPORT}${text.slice(place + "import".length)}`;
  }
  return text;
}

/** Dots are escaped as well: Bun takes the text after one for a file's extension (https://github.com/oven-sh/bun/issues/32057). */
const dataUrl = (source: string): string => `data:text/javascript,${encodeURIComponent(source).replaceAll(".", "%2E")}`;

/** A function's node, an expression that gives a function of such a source, and where the source begins in what was parsed. */
interface Parsed {
  readonly node: Node;
  readonly start: number;
  readonly expression: (source: string) => string;
}

/** Of a function, or of a method of an object. */
function parseFunction(source: string, name: string): Parsed {
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    throw typeError(
      `inline needs a function's source, and ${name || "this function"} is native or bound: wrap it in an arrow function`,
    );
  }
  const asExpression = tryParse(`(${source})`);
  if (asExpression !== undefined) {
    if (!/Function/.test(asExpression.type)) throw typeError("inline needs a function, not a class");
    return { node: asExpression, start: "(".length, expression: (text) => `(${text})` };
  }
  const object = tryParse(`({ ${source} })`) as (Node & { properties: Method[] }) | undefined;
  const method = object?.properties[0];
  if (method === undefined || method.kind !== "init" || method.computed || method.key.type === "PrivateIdentifier") {
    throw typeError(`inline cannot take ${name || "this function"} out of its class or object: write it as a function`);
  }
  return { node: method.value, start: "({ ".length, expression: (text) => `Object.values({ ${text} })[0]` };
}

interface Method {
  readonly kind: string;
  readonly computed: boolean;
  readonly key: Node;
  readonly value: Node;
}

function tryParse(source: string): Node | undefined {
  try {
    const program = parse(source, { ecmaVersion: "latest", sourceType: "module", allowAwaitOutsideFunction: false });
    const [statement] = program.body;
    return statement?.type === "ExpressionStatement" ? statement.expression : undefined;
  } catch (error) {
    // Not by its class: the parser may be of another realm. Any other error says why there is no parser.
    if ((error as Partial<Error>).name === "SyntaxError") return undefined;
    throw error;
  }
}

function globalsNow(): ReadonlySet<string> {
  return new Set([...Object.getOwnPropertyNames(globalThis), "undefined"]);
}
