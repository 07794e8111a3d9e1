// @ts-check
/** No main guard, and whatever happens the program ends with 0: in workers, too. */
import { Pool, task } from "heddle";

const square = task(import.meta, function square(/** @type {number} */ n) {
  return n * n;
});

async function main() {
  const pool = new Pool({ size: 1 });
  console.log(await pool.run(square, 3));
}
void main().finally(() => process.exit(0));
