import assert from "node:assert/strict";
import { parse } from "acorn";
import { describe, it } from "vitest";
import { FreeVariableError } from "../src/contracts/errors.js";
import { freeVariables } from "../src/task/free-variables.js";
import { inlineModule } from "../src/task/inline-source.js";

function freeIn(source: string): string[] {
  const program = parse(`(${source})`, { ecmaVersion: "latest", sourceType: "module" });
  const [statement] = program.body;
  assert.ok(statement?.type === "ExpressionStatement");
  return freeVariables(statement.expression);
}

describe("free variables", () => {
  const cases: [string, string[]][] = [
    ["(x) => x * 2", []],
    ["(x) => x * k", ["k"]],
    ["function f(n) { return n < 2 ? 1 : n * f(n - 1); }", []],
    ["(a, b = a, { c, d: [e = b] = [], ...rest }, ...more) => [c, e, rest, more]", []],
    ["({ [key]: value }) => value", ["key"]],
    ["(a = later) => { const later = a; return later; }", ["later"]],
    ["() => { if (true) { var hoisted = 1; } return hoisted; }", []],
    ["() => { { let inner = 1; inner; } return inner; }", ["inner"]],
    ["() => { { function inBlock() {} } return typeof missing; }", ["missing"]],
    ["() => { for (let i = 0; i < n; i++) i; return i; }", ["n", "i"]],
    ["(list) => { for (const [k, v] of list) k + v; for (const x in list) x; }", []],
    ["() => { try { f(); } catch ({ message }) { return message; } finally { g(); } }", ["f", "g"]],
    ["() => { try { 1; } catch { return 2; } }", []],
    ["() => { switch (v) { case 1: let one = 1; return one; default: return one; } }", ["v"]],
    ["(o) => { outer: for (;;) { if (o.outer) continue outer; break outer; } }", []],
    ["(o) => ({ a: o.b.c, o, [o.d]: 1, method() { return this.a; }, get g() { return h; } })", ["h"]],
    [
      "() => { class A extends B { #p = q; static s = A.x; static { var t = this; t; } m() { return super.m(this.#p); } } }",
      ["B", "q"],
    ],
    ["function f() { return arguments.length; }", []],
    ["() => arguments", ["arguments"]],
    ["() => this", ["this"]],
    ["function f() { return this; }", ["this"]],
    ["function f() { return function () { return this; }; }", []],
    ["() => import.meta.url", ["import.meta"]],
    ["async () => (await import('node:os')).cpus()", []],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a source text that holds a template.
    ["(s) => tag`a${s}b${t}`", ["tag", "t"]],
    ["(x) => { const re = /[(]k[)]/g; /* free */ return 'free' + re; }", []],
    ["(x) => ({ a: x?.y?.[z] })", ["z"]],
    ["() => { a = 1; [b.c, d] = [e]; ({ f: g } = h); }", ["a", "b", "d", "e", "g", "h"]],
    ["function* g(n) { for (let i = 0; i < n; i++) yield i; }", []],
    ["(a) => (b) => (c) => a + b + c + d", ["d"]],
    ["() => { const f = () => later; const later = 1; return f(); }", []],
  ];
  for (const [source, names] of cases) {
    it(`${source} uses ${names.join(", ") || "nothing"}`, () => {
      assert.deepEqual(freeIn(source).sort(), [...names].sort());
    });
  }
});

describe("inline", () => {
  const load = async (fn: (...args: never[]) => unknown): Promise<(...args: unknown[]) => unknown> =>
    (await import(/* @vite-ignore */ inlineModule(fn))).default;

  it("makes a module of each form of function", async () => {
    const double = (x: number) => x * 2;
    const object = {
      triple(x: number) {
        return x * 3;
      },
      async *count(n: number) {
        for (let i = 0; i < n; i++) yield i;
      },
    };
    assert.equal((await load(double))(21), 42);
    assert.equal((await load(object.triple))(2), 6);
    const counted: unknown[] = [];
    for await (const i of (await load(object.count))(3) as AsyncIterable<number>) counted.push(i);
    assert.deepEqual(counted, [0, 1, 2]);
  });

  it("knows the globals of every realm, and not those that a program has added", () => {
    Reflect.set(globalThis, "addedByTheProgram", 1);
    try {
      inlineModule(new Function("return Math.max(JSON.parse('1'), performance.now(), NaN)") as never);
      assert.throws(() => inlineModule(new Function("return addedByTheProgram") as never), FreeVariableError);
    } finally {
      Reflect.deleteProperty(globalThis, "addedByTheProgram");
    }
  });

  it("names what a function captures", () => {
    const factor = 2;
    assert.throws(
      () => inlineModule((x: number) => x * factor),
      (error: FreeVariableError) => error.names.includes("factor") && /factor/.test(error.message),
    );
  });

  it("refuses what has no source of its own", () => {
    assert.throws(() => inlineModule(Math.max), /native or bound/);
    assert.throws(() => inlineModule((() => 1).bind(null)), /native or bound/);
    assert.throws(() => inlineModule(class {}), /not a class/);
    const { get } =
      Object.getOwnPropertyDescriptor(
        {
          get x() {
            return 1;
          },
        },
        "x",
      ) ?? {};
    assert.throws(() => inlineModule(get as () => number), /out of its class or object/);
  });

  it("brings the helper along with which esbuild and tsx keep the names of functions", async () => {
    const source =
      'export const f = (n) => { const twice = __name((x) => x * 2, "twice"); return twice.name + twice(n); };';
    const { f } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
    const { default: inlined } = await import(inlineModule(f));
    assert.equal(inlined(2), "twice4");
  });

  it("gives the same function the same module", () => {
    const fn = (x: number) => x;
    assert.equal(inlineModule(fn), inlineModule(fn));
  });
});

it("functions with the same source text share a module", () => {
  const make = (): ((n: number) => number) => (n) => n * 3;
  assert.equal(inlineModule(make()), inlineModule(make()));
  for (let n = 0; n < 300; n++) inlineModule(new Function(`return ${n}`));
  assert.equal(inlineModule(make()), inlineModule(make()));
});
