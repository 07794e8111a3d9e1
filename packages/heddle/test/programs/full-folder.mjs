// @ts-check
/** Wants more memory than there is room for in the folder for temporary files, in several ways, and prints what comes of it. */
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

export const length = task(import.meta, /** @param {string} text */ (text) => text.length);

if (isMain(import.meta)) {
  /** @type {unknown[]} */
  const said = [];
  /** @param {() => unknown} act */
  const tell = async (act) => {
    try {
      said.push(await act());
    } catch (error) {
      const { code, message } = /** @type {heddle.HeddleError} */ (error);
      said.push(`${code} ${message}`);
    }
  };
  const pool = new heddle.Pool({ size: 1 });
  const queue = new heddle.Queue();
  await tell(() => pool.run(length, "small"));
  await tell(() => new heddle.Process(length, { args: ["x".repeat(1 << 24)] }).start().result);
  const arrays = [];
  await tell(() => {
    for (;;) arrays.push(new heddle.SharedArray("u8", 1 << 16).view.fill(1));
  });
  await tell(() => new heddle.SharedArray("u8", 1 << 24));
  queue.putSync("still here");
  await tell(() => queue.getSync());
  await tell(() => pool.run(length, "as before"));
  await pool.close();
  console.log(JSON.stringify(said));
}
