import { isMain, Pool, tasksFrom } from "@heddle/bun";
import type * as arithmetic from "./arithmetic.ts";

const { square } = tasksFrom<typeof arithmetic>(new URL("./arithmetic.ts", import.meta.url));

if (isMain(import.meta)) {
  const pool = new Pool();
  console.log(await pool.run(square, 7));
}
