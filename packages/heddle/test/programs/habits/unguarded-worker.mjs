// @ts-check
/** Starts one worker without the main guard. Prints a line each time it is evaluated. */
const { task, Worker } = await import(process.env.HEDDLE_LOOM ?? "heddle");

console.log("evaluated");
const square = task(import.meta, function square(/** @type {number} */ n) {
  return n * n;
});
new Worker(square, { args: [3] }).start();
