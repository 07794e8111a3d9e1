import { isMain, Pool } from "@heddle/node-threads";

async function main() {
  const pool = new Pool({ size: 2 });
  const { square } = await import("./squares.js");
  console.log("squares", await pool.map(square, [3, 4, 5]));
  const { double } = await import("./doubles.js");
  console.log("double", await pool.run(double, 21));
  await pool.close();
}

if (isMain(import.meta)) main();
