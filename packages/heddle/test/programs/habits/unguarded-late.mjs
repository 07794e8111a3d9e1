// @ts-check
/** No main guard, and the workers start after some input: each worker would do the same. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Pool, task } from "heddle";

const wait = task(import.meta, function wait() {
  // Until this worker ends, as it does when what it evaluated fails.
  return new Promise((resolve) => setTimeout(resolve, 60_000));
});

async function main() {
  await readFile(fileURLToPath(import.meta.url));
  const pool = new Pool({ size: 1 });
  console.log(await pool.run(wait));
  await pool.close();
}
void main();
