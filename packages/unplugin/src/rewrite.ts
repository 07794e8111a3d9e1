import { type AnyNode, type CallExpression, type Expression, type Program, parse } from "acorn";
import MagicString, { type SourceMap } from "magic-string";

/** Packages whose `task` and `isMain` are Heddle's. */
const OURS = /^(?:heddle|@heddle\/(?:node-threads|node-processes|bun|deno))(?:\/[\w-]+)?$/;

/** Whether a module may be one to rewrite, by its text alone. */
export const mayConcern = (code: string): boolean =>
  /\bimport\.meta\b/.test(code) && /["'](?:@heddle\/|heddle["'/])/.test(code);

/** The data of a module where it is built. */
export interface Place {
  /** Whether the program is started with it. Undefined where that is not known: then its `isMain` is left as it is. */
  readonly isEntry: boolean | undefined;
  /** The file, beside the one that runs, in which workers find its tasks. Undefined where they find the module itself. */
  readonly entry: string | undefined;
}

export interface Rewritten {
  readonly code: string;
  readonly map: SourceMap;
}

type Name = "task" | "isMain";

export interface Call {
  readonly name: Name;
  readonly node: CallExpression;
  /** The name of the variable that is set to it. */
  readonly variable: string | undefined;
}

/** The calls of a module's `task(import.meta, …)` and `isMain(import.meta)`. */
export function callsIn(code: string): readonly Call[] {
  const program = parse(code, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true });
  const { names, namespaces } = importsOf(program);
  if (names.size === 0 && namespaces.size === 0) return [];
  const calls: Call[] = [];
  visit(program, undefined, (node, variable) => {
    if (node.type !== "CallExpression" || !isImportMeta(node.arguments[0])) return;
    const name = calledName(node.callee, names, namespaces);
    if (name !== undefined) calls.push({ name, node, variable });
  });
  return calls;
}

export const definesTasks = (calls: readonly Call[]): boolean => calls.some(({ name }) => name === "task");

/** Writes into a module what is known of it; undefined if nothing is to be changed. */
export function rewrite(code: string, calls: readonly Call[], { isEntry, entry }: Place): Rewritten | undefined {
  const text = new MagicString(code);
  const given = new Set<string>();
  for (const { name, node, variable } of calls) {
    const [meta, fn, options] = node.arguments;
    if (meta === undefined) continue;
    if (name === "isMain") {
      if (isEntry === false) text.overwrite(node.start, node.end, "false");
    } else if (entry !== undefined && fn !== undefined) {
      text.overwrite(meta.start, meta.end, JSON.stringify(`./${entry}`));
      // By its text no function is found that a minifier wrote twice.
      if (options === undefined)
        text.appendLeft(fn.end, `, { name: ${JSON.stringify(unused(nameOf(fn) ?? variable, given))} }`);
    }
  }
  return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ hires: true }) } : undefined;
}

/** Local names of what a module imports from Heddle. */
function importsOf(program: Program): { names: Map<string, Name>; namespaces: Set<string> } {
  const names = new Map<string, Name>();
  const namespaces = new Set<string>();
  for (const node of program.body) {
    if (node.type !== "ImportDeclaration" || !OURS.test(String(node.source.value))) continue;
    for (const specifier of node.specifiers) {
      if (specifier.type === "ImportNamespaceSpecifier") namespaces.add(specifier.local.name);
      if (specifier.type !== "ImportSpecifier" || specifier.imported.type !== "Identifier") continue;
      const { name } = specifier.imported;
      if (isName(name)) names.set(specifier.local.name, name);
    }
  }
  return { names, namespaces };
}

const isName = (name: string): name is Name => name === "task" || name === "isMain";

function calledName(
  callee: AnyNode,
  names: ReadonlyMap<string, Name>,
  namespaces: ReadonlySet<string>,
): Name | undefined {
  if (callee.type === "Identifier") return names.get(callee.name);
  if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") return undefined;
  const { object, property } = callee;
  const isOurs = object.type === "Identifier" && namespaces.has(object.name);
  return isOurs && isName(property.name) ? property.name : undefined;
}

const isImportMeta = (node: AnyNode | undefined): boolean =>
  node?.type === "MetaProperty" && node.meta.name === "import" && node.property.name === "meta";

function nameOf(fn: Expression | AnyNode): string | undefined {
  return fn.type === "FunctionExpression" ? fn.id?.name : fn.type === "Identifier" ? fn.name : undefined;
}

/** A name that no other task of the module was given. */
function unused(wanted = "task", given: Set<string>): string {
  let name = wanted;
  for (let count = 2; given.has(name); count++) name = `${wanted}-${count}`;
  given.add(name);
  return name;
}

/** Calls `see` with every node, and with the variable that is set to it. */
function visit(node: AnyNode, variable: string | undefined, see: (node: AnyNode, variable?: string) => void): void {
  see(node, variable);
  for (const [key, value] of Object.entries(node)) {
    const isValue = key === "init" && node.type === "VariableDeclarator";
    const name = isValue && node.id.type === "Identifier" ? node.id.name : undefined;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, name, see);
    }
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
