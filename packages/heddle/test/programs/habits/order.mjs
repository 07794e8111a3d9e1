// @ts-check
/** Tasks that workers define in another order than the main program does, or several times, or with another text. */
import * as heddle from "heddle";

const { isMain, Pool, task } = heddle;
const isHere = isMain(import.meta);

if (isHere) task(import.meta, () => "only in the main program");
const first = task(import.meta, () => "first");
const second = task(import.meta, () => "second");
// A minifier may give two functions one name.
const a = task(import.meta, function same() {
  return "a";
});
const b = task(import.meta, function same() {
  return "b";
});
const made = ["x", "y"].map((letter) => task(import.meta, () => letter));
const named = ["x", "y"].map((letter) => task(import.meta, () => letter, { name: letter }));
const rewritten = isHere
  ? task(import.meta, function other() {
      return 1;
    })
  : task(import.meta, function other() {
      return 2;
    });
export const sum = task(
  import.meta,
  /** @param {number} n @returns {Promise<number>} */
  async function sum(n) {
    return n === 0 ? 0 : n + (await new heddle.Worker(/** @type {never} */ (sum), { args: [n - 1] }).start().result);
  },
);

if (isHere) {
  const pool = new Pool({ size: 1 });
  /** @type {heddle.Task<[], unknown>[]} */
  const all = [first, second, a, b, ...made, ...named, rewritten];
  for (const one of all) {
    const outcome = await pool
      .run(one)
      .catch((/** @type {heddle.HeddleError} */ error) => `${error.code} ${error.message}`);
    console.log(String(outcome));
  }
  console.log(await pool.run(sum, 2));
  await pool.close();
}
