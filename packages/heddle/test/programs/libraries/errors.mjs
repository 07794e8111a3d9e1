// Errors as libraries throw them: each is thrown here, and in another worker. Prints what of it arrives differently, a line for each.
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";

/** @type {typeof import("@heddle/node-threads")} */
const { isMain, Pool, task } = await import(process.env.HEDDLE_LOOM ?? "@heddle/node-threads");

/** The compiler as a library, which TypeScript 7 is not: the one that the documentation is made with. */
const typescript = () => createRequire(new URL("../../../../../docs/package.json", import.meta.url))("typescript");

/** As Prisma makes its errors: fields of the class, a name that is set, a tag on the prototype. */
class PrismaLikeError extends Error {
  code = "P2002";
  meta = { target: ["email"], modelName: "User" };
  clientVersion = "6.0.0";
  name = "PrismaLikeError";
  get [Symbol.toStringTag]() {
    return "PrismaLikeError";
  }
}
/** Says what it is by its class alone. */
class OutOfStockError extends RangeError {
  sku = "A-1";
}

/** @type {Record<string, () => unknown>} */
const failures = {
  zod: async () => {
    const { z } = await import("zod");
    z.object({ name: z.string(), tags: z.array(z.number()) }).parse({ name: 5, tags: ["a"] });
  },
  "axios, nobody listens": async () => {
    const { default: axios } = await import("axios");
    await axios.get("http://127.0.0.1:1/", { proxy: false, adapter: "http" });
  },
  pg: async () => {
    const { default: pg } = await import("pg");
    const error = new pg.DatabaseError("duplicate key value violates unique constraint", 200, "error");
    throw Object.assign(error, {
      severity: "ERROR",
      code: "23505",
      detail: "Key (id)=(1) already exists.",
      table: "users",
    });
  },
  "pg, nobody listens": async () => {
    const { default: pg } = await import("pg");
    await new pg.Client({ host: "127.0.0.1", port: 1 }).connect();
  },
  "undici, nobody listens": async () => {
    const { request } = await import("undici");
    await request("http://127.0.0.1:1/");
  },
  "undici's own": async () => {
    const { errors } = await import("undici");
    throw new errors.ConnectTimeoutError("it took too long");
  },
  "big.js": async () => {
    const { default: Big } = await import("big.js");
    new Big("no number");
  },
  esbuild: async () => {
    const { transform } = await import("esbuild");
    await transform("let = = 5", { logLevel: "silent" });
  },
  "typescript: a diagnostic": () => {
    const ts = typescript();
    const { error } = ts.parseConfigFileTextToJson("tsconfig.json", '{ "compilerOptions": ');
    throw Object.assign(new Error(ts.flattenDiagnosticMessageText(error?.messageText, "\n")), { diagnostic: error });
  },
  "typescript's own": () => {
    const ts = typescript();
    ts.createSourceFile("a.ts", /** @type {never} */ (undefined), ts.ScriptTarget.Latest).getText();
  },
  "typescript: a failed assertion": () => {
    const ts = typescript();
    // Not in its declarations.
    Reflect.get(ts, "Debug").fail("as it should");
  },
  babel: async () => {
    const { parse } = await import("@babel/parser");
    parse("let = = 5");
  },
  "prisma-like": () => {
    throw new PrismaLikeError("Unique constraint failed", { cause: new TypeError("within") });
  },
  "a class without a name": () => {
    throw new OutOfStockError("none left");
  },
  "node:fs": () => readFileSync("/no/such/file"),
  "node:net": () => new Promise((_, reject) => connect(1, "127.0.0.1").on("error", reject)),
  "node: an argument": () => readFileSync(/** @type {never} */ ({})),
  "a URL": () => new URL("no url"),
  fetch: () => fetch("http://127.0.0.1:1/"),
  DOMException: () => structuredClone(() => {}),
  "AbortSignal.timeout": () => AbortSignal.abort().throwIfAborted(),
  AggregateError: () =>
    Promise.any([Promise.reject(new PrismaLikeError("first")), Promise.reject(new TypeError("second"))]),
  JSON: () => JSON.parse("{"),
};

export const fail = task(import.meta, async function fail(/** @type {string} */ name) {
  await failures[name]?.();
});

/** The description of an error, without the parts that name another worker's line. */
function told(/** @type {any} */ error, depth = 0) {
  if (!(error instanceof Error)) return plain(error);
  /** @type {Record<string, unknown>} */
  const of = {
    builtIn: [TypeError, RangeError, SyntaxError, AggregateError, DOMException]
      .filter((one) => error instanceof one)
      .map(({ name }) => name),
    name: error.name === "RangeError" && error.constructor === OutOfStockError ? "OutOfStockError" : error.name,
    message: error.message,
    line: error.stack?.split("\n")[0]?.replace("RangeError: none left", "OutOfStockError: none left"),
  };
  for (const key of Object.getOwnPropertyNames(error)) {
    if (["stack", "message", "name"].includes(key) || depth > 2) continue;
    const { enumerable } = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(error, key));
    const value = Reflect.get(error, key);
    // Neither is sent: axios has its request there.
    if (typeof value === "function" || value instanceof EventEmitter) continue;
    of[`${key}${enumerable ? "" : " (hidden)"}`] =
      key === "errors"
        ? value.map((/** @type {unknown} */ one) => told(one, depth + 1))
        : key === "cause"
          ? told(value, depth + 1)
          : plain(value);
  }
  return of;
}

/** Data as JSON has it, without functions and what leads back to itself. */
function plain(/** @type {unknown} */ value) {
  const path = new Set();
  const walk = (/** @type {any} */ at) => {
    if (typeof at === "function" || typeof at === "symbol") return undefined;
    if (typeof at !== "object" || at === null) return typeof at === "bigint" ? `${at}n` : at;
    if (path.has(at) || path.size > 3) return undefined;
    path.add(at);
    /** @type {any} */
    const made = Array.isArray(at)
      ? at.map(walk)
      : Object.fromEntries(Object.keys(at).map((key) => [key, walk(at[key])]));
    path.delete(at);
    return made;
  };
  return walk(value);
}

if (isMain(import.meta)) {
  const pool = new Pool({ size: 1 });
  for (const name of Object.keys(failures)) {
    const here = told(
      await fail(name).then(
        () => "nothing",
        (/** @type {unknown} */ error) => error,
      ),
    );
    const arrived = told(
      await pool.run(fail, name).then(
        () => "nothing",
        (/** @type {unknown} */ error) => error,
      ),
    );
    if (here === "nothing") console.log(`${name}: nothing was thrown`);
    for (const key of new Set([...Object.keys(here), ...Object.keys(arrived)])) {
      const [was, is] = [here, arrived].map((of) => JSON.stringify(of[key]));
      if (was !== is) console.log(`${name}: ${key}\n  was ${was}\n  is  ${is}`);
    }
  }
  console.log(`${Object.keys(failures).length} errors compared`);
  await pool.close();
}
