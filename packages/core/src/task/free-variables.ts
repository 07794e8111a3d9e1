import type { Class, Function as FunctionNode, Node, Pattern } from "acorn";

/** Names declared in one scope, and the scope around it. */
class Scope {
  readonly names = new Set<string>();
  readonly outer: Scope | undefined;
  /** Whether `this`, `super` and `new.target` mean something of the function's own here. */
  readonly hasThis: boolean;

  constructor(outer: Scope | undefined, hasThis: boolean) {
    this.outer = outer;
    this.hasThis = hasThis;
  }

  knows(name: string): boolean {
    return this.names.has(name) || (this.outer?.knows(name) ?? false);
  }
}

/**
 * The names that a function, given as its parsed node, uses from outside itself, in the order in which it uses them. `this`, `super` and
 * `import.meta` of the code around it are among them. Globals count: the caller knows which are there.
 */
export function freeVariables(fn: Node): string[] {
  const free = new Set<string>();
  new Analysis(free).visit(fn, new Scope(undefined, false));
  return [...free];
}

class Analysis {
  readonly #free: Set<string>;

  constructor(free: Set<string>) {
    this.#free = free;
  }

  visit(node: Node, scope: Scope): void {
    switch (node.type) {
      case "Identifier":
        this.#use((node as Node & { name: string }).name, scope);
        return;
      case "ThisExpression":
      case "Super":
        if (!scope.hasThis) this.#free.add(node.type === "Super" ? "super" : "this");
        return;
      case "MetaProperty":
        if ((node as Node & { meta: { name: string } }).meta.name === "import") this.#free.add("import.meta");
        return;
      case "FunctionExpression":
      case "FunctionDeclaration":
      case "ArrowFunctionExpression":
        this.#visitFunction(node as FunctionNode, scope);
        return;
      case "ClassExpression":
      case "ClassDeclaration":
        this.#visitClass(node as Class, scope);
        return;
      case "StaticBlock":
      case "PropertyDefinition":
        this.#visitMember(node, scope);
        return;
      case "BreakStatement":
      case "ContinueStatement":
        return;
      case "BlockStatement":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "SwitchStatement":
      case "CatchClause":
        this.#visitBlock(node, scope);
        return;
      default:
        this.#visitParts(node, scope);
    }
  }

  #use(name: string, scope: Scope): void {
    if (!scope.knows(name)) this.#free.add(name);
  }

  #visitFunction(fn: FunctionNode, outer: Scope): void {
    const isArrow = fn.type === "ArrowFunctionExpression";
    // Only a function within the one that is looked at has a `this` that somebody gives it.
    const isOutermost = outer.outer === undefined && !outer.hasThis && outer.names.size === 0;
    const scope = new Scope(outer, isArrow ? outer.hasThis : !isOutermost);
    if (!isArrow) scope.names.add("arguments");
    if (fn.type === "FunctionExpression" && fn.id) scope.names.add(fn.id.name);
    for (const param of fn.params) declare(param, scope);
    hoistVars(fn.body, scope);
    for (const param of fn.params) this.#visitPattern(param, scope);
    this.visit(fn.body, scope);
  }

  #visitClass(node: Class, outer: Scope): void {
    const scope = new Scope(outer, outer.hasThis);
    if (node.id) scope.names.add(node.id.name);
    if (node.superClass) this.visit(node.superClass, scope);
    this.visit(node.body, scope);
  }

  /** Field initialisers and static blocks have the class's `this`. */
  #visitMember(node: Node, scope: Scope): void {
    const own = new Scope(scope, true);
    if (node.type === "StaticBlock") {
      const block = node as Node & { body: Node[] };
      hoistVars(node, own);
      hoistLexical(block.body, own);
      for (const statement of block.body) this.visit(statement, own);
      return;
    }
    const field = node as Node & { key: Node; computed: boolean; value: Node | null };
    if (field.computed) this.visit(field.key, scope);
    if (field.value) this.visit(field.value, own);
  }

  #visitBlock(node: Node, outer: Scope): void {
    const scope = new Scope(outer, outer.hasThis);
    const { body, init, left, param, cases } = node as Node & Record<string, Node & Node[]>;
    if (Array.isArray(body)) hoistLexical(body, scope);
    for (const head of [init, left]) if (head) hoistLexical([head], scope);
    if (param) declare(param as Node as Pattern, scope);
    for (const one of cases ?? []) hoistLexical((one as Node & { consequent: Node[] }).consequent, scope);
    this.#visitParts(node, scope);
  }

  #visitParts(node: Node, scope: Scope): void {
    const { computed } = node as Node & { computed?: boolean };
    const isNamed = ["MemberExpression", "Property", "MethodDefinition"].includes(node.type) && !computed;
    for (const [key, part] of Object.entries(node)) {
      // A name after a dot, before a colon or of a label is no variable.
      if ((isNamed && (key === "property" || key === "key")) || key === "label") continue;
      if (node.type === "CatchClause" && key === "param") this.#visitPattern(part as Pattern, scope);
      else if (node.type === "VariableDeclarator" && key === "id") this.#visitPattern(part as Pattern, scope);
      else for (const child of Array.isArray(part) ? part : [part]) if (isNode(child)) this.visit(child, scope);
    }
  }

  /** A pattern declares its names; it uses those in its defaults and computed keys. */
  #visitPattern(pattern: Pattern | null, scope: Scope): void {
    switch (pattern?.type) {
      case "AssignmentPattern":
        this.#visitPattern(pattern.left, scope);
        this.visit(pattern.right, scope);
        return;
      case "RestElement":
        this.#visitPattern(pattern.argument, scope);
        return;
      case "ArrayPattern":
        for (const element of pattern.elements) this.#visitPattern(element, scope);
        return;
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type === "RestElement") this.#visitPattern(property.argument, scope);
          else {
            if (property.computed) this.visit(property.key, scope);
            this.#visitPattern(property.value, scope);
          }
        }
    }
  }
}

const isNode = (part: unknown): part is Node =>
  typeof part === "object" && part !== null && typeof (part as { type?: unknown }).type === "string";

/** Adds the names that a pattern binds. */
function declare(pattern: Pattern | null, scope: Scope): void {
  switch (pattern?.type) {
    case "Identifier":
      scope.names.add(pattern.name);
      return;
    case "AssignmentPattern":
      declare(pattern.left, scope);
      return;
    case "RestElement":
      declare(pattern.argument, scope);
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) declare(element, scope);
      return;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        declare(property.type === "RestElement" ? property.argument : property.value, scope);
      }
  }
}

/** `var`s, and functions in blocks as sloppy code has them, belong to the whole function. */
function hoistVars(node: Node, scope: Scope): void {
  if (node.type === "VariableDeclaration" && (node as Node & { kind: string }).kind === "var") {
    for (const { id } of (node as Node & { declarations: { id: Pattern }[] }).declarations) declare(id, scope);
  }
  for (const part of Object.values(node)) {
    for (const child of Array.isArray(part) ? part : [part]) {
      if (isNode(child) && !/Function|Class/.test(child.type)) hoistVars(child, scope);
    }
  }
}

/** The names that a block's own statements declare: `let`, `const`, classes and functions. */
function hoistLexical(statements: readonly Node[], scope: Scope): void {
  for (const statement of statements) {
    if (statement.type === "VariableDeclaration") {
      for (const { id } of (statement as Node & { declarations: { id: Pattern }[] }).declarations) declare(id, scope);
    } else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      const { id } = statement as Node & { id: Pattern | null };
      declare(id, scope);
    }
  }
}
