import { isMain, Pool, task } from "@heddle/bun";
import { greet as greetLouder } from "./louder.ts";

const greet = task(import.meta, function greet(name: string) {
  return `hello ${name}`;
});

if (isMain(import.meta)) {
  const pool = new Pool();
  console.log(await pool.run(greet, "Ada"), "and", await pool.run(greetLouder, "Ada"));
}
