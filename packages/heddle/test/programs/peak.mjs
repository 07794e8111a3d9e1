// @ts-check
/**
 * The most memory that is taken by 400 buffers of 4 MB that are submitted at once, in MB: `peak.mjs <threads|processes>`. Prints
 * that of the program, and that of two of its workers. On Linux, which tells it.
 */
import { readFileSync } from "node:fs";

/** @type {import("@heddle/core").Surface} */
const heddle = await import(process.argv[2] === "processes" ? "heddle/processes" : "heddle");
const { isMain, Pool, task } = heddle;

export const lengthOf = task(import.meta, function lengthOf(/** @type {Uint8Array} */ bytes) {
  return bytes.length;
});

export const peak = task(import.meta, function peak() {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Math.round(Number(kilobytes) / 1024);
});

if (isMain(import.meta)) {
  const pool = new Pool({ size: 2 });
  const bytes = new Uint8Array(4_000_000).fill(7);
  const lengths = await Promise.all(Array.from({ length: 400 }, () => pool.run(lengthOf, bytes)));
  if (lengths.some((length) => length !== bytes.length)) throw new Error("a buffer is not whole");
  console.log(JSON.stringify([peak(), ...(await Promise.all([pool.run(peak), pool.run(peak)]))]));
  await pool.close();
}
