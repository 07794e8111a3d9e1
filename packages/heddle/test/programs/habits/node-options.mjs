// @ts-check
/** The options of workers and pools that are Node's alone: elsewhere a TypeError. */
/** @type {typeof import("heddle")} */
const heddle = await import(process.env.HEDDLE_LOOM ?? "heddle");

const seen = heddle.inline(() => [...process.argv.slice(2), ...process.execArgv]);
const options = { argv: ["for", "it"], execArgv: ["--trace-warnings"] };
try {
  console.log(JSON.stringify(await new heddle.Worker(seen, options).start().result));
  const pool = new heddle.Pool({ size: 1, ...options });
  console.log(JSON.stringify(await pool.run(seen)));
  await pool.close();
  const alike = /** @type {string[]} */ (await new heddle.Worker(seen).start().result);
  console.log(JSON.stringify(alike.slice(0, process.argv.length - 2)) === JSON.stringify(process.argv.slice(2)));
  new heddle.Worker(seen, { argv: /** @type {never} */ ("for it") }).start();
} catch (error) {
  console.log(String(error));
}
