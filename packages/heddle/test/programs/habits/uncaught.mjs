// @ts-check
/** Ends by an error of Heddle's, or of a task, which nothing catches, at the top level of its module. */
const { isMain, Lock, Pool, task } = await import(process.env.HEDDLE_LOOM ?? "heddle");

export const fail = task(import.meta, function fail() {
  throw new RangeError("of a task");
});

if (isMain(import.meta)) {
  const pool = new Pool({ size: 1 });
  const how = process.argv[2] ?? "";
  if (how === "task") await pool.run(fail);
  else await pool.close();
  if (how === "wrong") await pool.run(() => 1);
  else if (how === "lock") new Lock().release();
  else await pool.run(fail);
}
