/** As webpack writes it: where the module's source was when it was built. */
const meta = { url: "file:///built/elsewhere/src/main.js" };
const { isMain, task, Worker } = await import(process.env.HEDDLE_LOOM ?? "heddle");

const square = task(meta, function square(/** @type {number} */ n) {
  return n * n;
});

if (isMain(meta)) console.log("ran", await new Worker(square, { args: [7] }).start().result);
