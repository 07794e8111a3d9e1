import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Another checkout that is built, instead of this one: `compare.mjs` sets it. */
const elsewhere = process.env.HEDDLE_AT;

/**
 * The adapter that is measured.
 *
 * @param {"threads" | "processes"} backend
 */
export const heddle = (backend) =>
  elsewhere === undefined
    ? import(`@heddle/node-${backend}`)
    : import(pathToFileURL(join(elsewhere, "packages", `node-${backend}`, "dist/index.js")).href);
