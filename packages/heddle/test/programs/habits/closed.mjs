// @ts-check
/** Futures that nobody looks at before their pool is closed; then a task for the closed pool. */
const { isMain, Pool, sleep, task } = await import(process.env.HEDDLE_LOOM ?? "heddle");

export const nap = task(import.meta, function nap(/** @type {number} */ ms) {
  return sleep(ms);
});

if (isMain(import.meta)) {
  const pool = new Pool({ size: 1 });
  const futures = [3, 2, 1].map((ms) => pool.submit(nap, [ms]));
  await pool.close();
  console.log((await Promise.allSettled(futures)).map(({ status }) => status).join(" "));
  pool.run(nap, 1);
}
