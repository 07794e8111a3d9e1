import { rows as others } from "./others.mjs";
import { rows as pools } from "./pools.mjs";
import { rows as scale } from "./scale.mjs";

/**
 * A measurement, and those that take part in it.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {readonly string[]} contenders modules in `peers/`, Heddle's first; each exports its `name`, and what the row opens
 * @property {(open: (size: number) => any) => Promise<{ times: readonly number[], close: () => unknown }>} measure the times of the
 *   operations in µs, and how to end what was opened. CPU time and memory are read between the two.
 * @property {{ series: string, x: number }} [point] where the row stands in a chart of what cost grows with
 */

/** @type {Record<string, readonly Row[]>} */
export const groups = { suite: [...pools, ...others], scale };

export const rows = Object.values(groups).flat();
