import { Pool } from "@heddle/node-threads";
import { double, square } from "./tasks.js";

async function main() {
  // As a program does that reads its settings first.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const pool = new Pool({ size: 2 });
  console.log("squares", await pool.map(square, [3, 4, 5]));
  console.log("double", await pool.run(double, 21));
  await new Promise((resolve) => setTimeout(resolve, 200));
  await pool.close();
}

main();
