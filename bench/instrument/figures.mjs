import { quantileSorted } from "simple-statistics";

/**
 * What a contender's rounds come to.
 *
 * @typedef {object} Figures times in µs
 * @property {number} median of the rounds' medians
 * @property {number} lowest of the rounds' medians
 * @property {number} highest
 * @property {number} p99 of all times
 * @property {number} most
 * @property {number} cpuMs median of the rounds
 * @property {number} megabytes likewise
 * @property {number} rounds
 */

/** @param {readonly number[]} numbers @param {number} part */
const quantile = (numbers, part) =>
  quantileSorted(
    numbers.toSorted((a, b) => a - b),
    part,
  );

/** @param {readonly number[]} numbers */
export const median = (numbers) => quantile(numbers, 0.5);

/** @param {readonly import("./child.mjs").Measured[]} rounds @returns {Figures} */
export function figuresOf(rounds) {
  const medians = rounds.map(({ times }) => median(times));
  const all = rounds.flatMap(({ times }) => times);
  return {
    median: median(medians),
    lowest: Math.min(...medians),
    highest: Math.max(...medians),
    p99: quantile(all, 0.99),
    most: quantile(all, 1),
    cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)),
    megabytes: median(rounds.map(({ megabytes }) => megabytes)),
    rounds: rounds.length,
  };
}
