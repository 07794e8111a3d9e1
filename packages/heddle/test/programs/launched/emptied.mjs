/** As esbuild, rspack and Rolldown write it where they make CommonJS. */
const meta = {};
const { isMain, task, Worker } = await import(process.env.HEDDLE_LOOM ?? "heddle");

const square = task(meta, function square(/** @type {number} */ n) {
  return n * n;
});

if (isMain(meta)) console.log("ran", await new Worker(square, { args: [7] }).start().result);
