// @ts-check
/** Prints what of Node's options is there in the main worker, in a worker, and in one of a pool. */
import { getHeapStatistics } from "node:v8";

/** @import * as Heddle from "@heddle/node-threads" */

/** @type {typeof Heddle} */
const { isMain, Pool, task, Worker } = await import(process.env.HEDDLE_LOOM ?? "@heddle/node-threads");

export const look = task(import.meta, function look() {
  const megabytes = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
  return [megabytes, process.sourceMapsEnabled, Reflect.get(globalThis, "preloaded")];
});

if (isMain(import.meta)) {
  const pool = new Pool({ size: 1 });
  const worker = new Worker(look).start();
  console.log(JSON.stringify([look(), await worker.result, await pool.run(look)]));
  await pool.close();
}
