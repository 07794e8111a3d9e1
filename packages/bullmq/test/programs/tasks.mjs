// The tasks of jobs.
import { current } from "heddle";

/** @param {{ n: number }} data */
export const double = ({ n }) => 2 * n;
/** @param {unknown} data @param {import("../../src/index.js").JobInfo} job */
export const tell = (data, { id, name, queueName, attempt }) => ({ data, id, name, queueName, attempt });
/** @param {unknown} _data @param {import("../../src/index.js").JobInfo} job */
export const sum = (_data, { children }) => Object.values(children).reduce((all, n) => Number(all) + Number(n), 0);
export const unsendable = () => () => {};

/** Holds its worker's event loop. @param {{ milliseconds: number }} data */
export function compute({ milliseconds }) {
  const until = Date.now() + milliseconds;
  while (Date.now() < until);
  return "computed";
}

/** Never ends by itself, and does not heed its cancellation. @returns {never} */
export function spin() {
  for (;;);
}

/** Ends when it is asked to. */
export async function waitForStop() {
  const { signal } = current();
  await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** @param {unknown} _data @param {import("../../src/index.js").JobInfo} job */
export function crashAtFirst(_data, { attempt }) {
  if (attempt === 1) process.exit(7);
  return `attempt ${attempt}`;
}
