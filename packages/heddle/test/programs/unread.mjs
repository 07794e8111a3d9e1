// @ts-check
/**
 * Output that nobody reads any more, as behind `| head -1`: `unread.mjs <threads|processes> <program|tasks>`. Prints a line, waits
 * for input, by which time its output is closed, and prints more: by itself, or in tasks. Tells on stderr what came of it.
 */
import { writeSync } from "node:fs";

/** @type {import("@heddle/core").Surface} */
const heddle = await import(process.argv[2] === "processes" ? "heddle/processes" : "heddle");
const { isMain, Pool, task } = heddle;

/** A turn of the event loop, in which streams tell of their errors. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const printLines = async () => {
  for (let n = 0; n < 3; n++) {
    console.log(`line ${n}`);
    await turn();
  }
  return "goes on";
};

export const log = task(import.meta, printLines, { name: "log" });

export const write = task(import.meta, async function write() {
  process.stdout.write("line\n");
  await turn();
  return "goes on";
});

export const heard = task(import.meta, async function heard() {
  const error = new Promise((resolve) => process.stdout.once("error", resolve));
  const told = new Promise((resolve) => process.stdout.write("line\n", resolve));
  return [await error, await told].map((/** @type {any} */ { code }) => code).join();
});

export const half = task(import.meta, async function half() {
  process.stdout.write("no line yet");
  return "goes on";
});

if (isMain(import.meta)) {
  const pool = new Pool({ size: 1 });
  writeSync(1, "ready\n");
  await new Promise((resolve) => process.stdin.once("data", resolve));
  process.stdin.destroy();
  const ways =
    process.argv[3] === "program" ? [printLines] : [log, write, heard, half].map((task) => () => pool.run(task));
  for (const way of ways) {
    const said = await way().catch((error) => `${error.code}: ${error.cause?.message}`);
    writeSync(2, `${said}\n`);
  }
  await pool.close();
}
