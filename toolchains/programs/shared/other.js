import { Pool } from "@heddle/node-threads";
import { double } from "./tasks.js";

export async function runDouble() {
  const pool = new Pool({ size: 2 });
  console.log("double", await pool.run(double, 21));
  await pool.close();
}
