// @ts-check
/**
 * Its main worker blocks in every way there is, `blocked-ways.mjs <threads|processes> <lines>`, and exits right after that. The worker that
 * ends each wait prints so many lines before, more than a pipe holds.
 */
import { blockInEachWay } from "../../../conformance/dist/tasks/blocking.js";

/** @type {import("@heddle/core").Surface} */
const heddle = await import(process.argv[2] === "processes" ? "heddle/processes" : "heddle");

if (heddle.isMain(import.meta)) {
  await blockInEachWay(heddle, Number(process.argv[3]), (ended) => {
    console.log(`blocked by ${ended.join()}`);
    process.exit(0);
  });
}
