// @ts-check
/** Task modules that are evaluated again, as by hot reload, and of CommonJS; a variable that is left out of the environment. */
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as heddle from "heddle";

const pool = new heddle.Pool({ size: 1 });
const require = createRequire(import.meta.url);
const module = new URL("./commonjs.cjs", import.meta.url);

/** Evaluates the module once more, as hot reload and `resetModules` do. */
function evaluate() {
  delete require.cache[fileURLToPath(module)];
  return require("./commonjs.cjs");
}

evaluate();
console.log(await pool.run(evaluate().triple, 4));
await new Promise((resolve) => setTimeout(resolve, 1));
console.log(await pool.run(evaluate().triple, 5));

/** @type {typeof heddle.tasksFrom<{ multiply(a: number, b: number): number }>} */
const tasksFrom = heddle.tasksFrom;
const tasks = tasksFrom(module);
console.log(await pool.run(tasks.multiply, 6, 7));
const file = pathToFileURL("/somewhere/with space%20#?.cjs").href;
console.log(heddle.task({ filename: "/somewhere/with space%20#?.cjs" }, () => 1, { name: "one" }).ref.module === file);
for (const wrong of [undefined, { name: "x" }, "not a url", 5]) {
  try {
    heddle.task(/** @type {never} */ (wrong), () => 1);
  } catch (error) {
    console.log(/** @type {Error} */ (error).name);
  }
}
const env = { ...process.env, LEFT_OUT: undefined, KEPT: "yes" };
console.log(
  await new heddle.Worker(
    heddle.inline(() => [process.env.LEFT_OUT, process.env.KEPT]),
    { env },
  ).start().result,
);
await pool.close();
