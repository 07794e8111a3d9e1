// @ts-check
/** No main guard around a server: each worker that evaluates this would start another, at the same address. */
import { createServer } from "node:net";
import { Pool, task } from "heddle";

const square = task(import.meta, function square(/** @type {number} */ n) {
  return n * n;
});

// As a server has its port from outside. Workers have a copy of this program's variables.
const server = createServer().listen(Number(process.env.HEDDLE_PORT ?? 0), "127.0.0.1", async () => {
  const address = server.address();
  process.env.HEDDLE_PORT = String(typeof address === "object" ? address?.port : 0);
  const pool = new Pool({ size: 1 });
  try {
    console.log(await pool.run(square, 3));
  } catch (error) {
    console.log(String(error));
  }
  await pool.close();
  server.close();
});
