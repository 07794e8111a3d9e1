// Worker modules as piscina and tinypool have them, unchanged.
const { Pool, tasksFrom } = await import(process.argv[2] ?? "heddle");

const pool = new Pool({ size: 1 });
const at = (file) => tasksFrom(new URL(`piscina/${file}`, import.meta.url));
const show = async (what, task) =>
  console.log(what, await pool.run(task, { a: 6, b: 7 }).catch(({ code, cause }) => `${code}: ${cause}`));

try {
  await show("default", at("default.mjs").default);
  await show("named", at("named.mjs").add);
  await show("named", at("named.mjs").multiply);
  await show("module.exports", at("function.cjs").default);
  await show("module.exports.handler", at("handler.cjs").handler);
  await show("a function's own", at("both.cjs").multiply);
  await show("compiled", at("compiled.cjs").default);
  await show("promised", at("promised.mjs").default);
  await show("promised, CommonJS", at("promised.cjs").default);
  await show("broken", at("broken.mjs").default);
} finally {
  await pool.close();
}
