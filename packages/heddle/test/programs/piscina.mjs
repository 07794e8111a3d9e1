// Worker modules as piscina and tinypool have them, unchanged.
import assert from "node:assert/strict";

/** @import { Task } from "heddle" */

/** @type {typeof import("heddle")} */
const { Pool, tasksFrom } = await import(process.argv[2] ?? "heddle");

const pool = new Pool({ size: 1 });

/** @param {string} what @param {string} file @param {string} [name] */
async function show(what, file, name = "default") {
  const module = /** @type {Record<string, Task>} */ (tasksFrom(new URL(`piscina/${file}`, import.meta.url)));
  assert.ok(module[name]);
  console.log(what, await pool.run(module[name], { a: 6, b: 7 }).catch(({ code, cause }) => `${code}: ${cause}`));
}

try {
  await show("default", "default.mjs");
  await show("named", "named.mjs", "add");
  await show("named", "named.mjs", "multiply");
  await show("module.exports", "function.cjs");
  await show("module.exports.handler", "handler.cjs", "handler");
  await show("a function's own", "both.cjs", "multiply");
  await show("compiled", "compiled.cjs");
  await show("promised", "promised.mjs");
  await show("promised, CommonJS", "promised.cjs");
  await show("broken", "broken.mjs");
} finally {
  await pool.close();
}
