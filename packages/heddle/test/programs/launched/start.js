// @ts-check
/** @import * as Heddle from "@heddle/node-threads" */

/** @type {typeof Heddle} */
const { isMain, Pool, task } = await import(process.env.HEDDLE_LOOM ?? "@heddle/node-threads");

export const square = task(import.meta, function square(/** @type {number} */ n) {
  return n * n;
});

if (isMain(import.meta)) {
  const pool = new Pool({ size: 1 });
  console.log("ran", await pool.run(square, 7));
  await pool.close();
}
