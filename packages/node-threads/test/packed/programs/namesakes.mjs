import { isMain, Pool, task } from "@heddle/node-threads";
import { greet as greetLouder } from "./louder.mjs";

const greet = task(
  import.meta,
  /** @param {string} name */
  function greet(name) {
    return `hello ${name}`;
  },
);

if (isMain(import.meta)) {
  const pool = new Pool();
  console.log(await pool.run(greet, "Ada"), "and", await pool.run(greetLouder, "Ada"));
}
