// @ts-check
/** Functions made by `inline` that import packages and modules, as from this module. */
/** @type {typeof import("heddle")} */
const { inline, Pool } = await import(process.env.HEDDLE_LOOM ?? "heddle");

const pool = new Pool({ size: 1 });
const arrow = inline(async () => typeof (await import("@heddle/core")).createBackend);
const { method } = {
  async method(/** @type {string} */ name) {
    const [first, second] = [import(name), import("node:path")];
    // In a text, import("this") is no import.
    return [typeof (await first).createBackend, typeof (await second).join, 'import("that")'];
  },
};
console.log(await pool.run(arrow));
console.log(JSON.stringify(await pool.run(inline(method), "@heddle/core")));
const relative = inline(async () => (await import("./late/other.mjs")) instanceof Object);
console.log(
  await pool.run(relative).then(
    () => "found",
    (error) => error.message,
  ),
);
await pool.close();
