// @ts-check
/** No main guard, and workers have answered before they evaluate what would start others. */
import { setTimeout } from "node:timers/promises";
import { Pool, task } from "heddle";

const square = task(import.meta, function square(/** @type {number} */ n) {
  return n * n;
});

async function main() {
  await setTimeout(100);
  const pool = new Pool({ size: 1 });
  await pool.run(square, 3);
  await pool.close();
}
void main();
