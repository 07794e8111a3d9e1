import { isMain, Pool } from "@heddle/node-threads";
import { square } from "./tasks.js";

async function main() {
  const pool = new Pool({ size: 2 });
  console.log("squares", await pool.map(square, [3, 4, 5]));
  await pool.close();
  const { runDouble } = await import("./other.js");
  await runDouble();
}

if (isMain(import.meta)) main();
