const { isMain, task, Worker } = await import(process.env.HEDDLE_LOOM ?? "heddle");

/** @param {ImportMeta} meta */
export const squareOf = (meta) => task(meta, (/** @type {number} */ n) => n * n, { name: "square" });

/** @param {ImportMeta} meta @param {ReturnType<typeof squareOf>} square */
export async function runIfMain(meta, square) {
  // By now the module that passed it is on no stack any more.
  await null;
  if (isMain(meta)) {
    console.log(square.ref.module.split("/").at(-1), await new Worker(square, { args: [7] }).start().result);
  }
}
