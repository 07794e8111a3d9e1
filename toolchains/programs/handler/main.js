import { Pool } from "@heddle/node-threads";
import { double, square } from "./tasks.js";

/** As a platform that runs functions calls it. */
export async function handler() {
  const pool = new Pool({ size: 2 });
  console.log("squares", await pool.map(square, [3, 4, 5]));
  console.log("double", await pool.run(double, 21));
  await pool.close();
}
