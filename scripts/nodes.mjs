import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

/** The Nodes that Heddle is tested on: the one that it is developed with, and what the matrix adds, by major version. */
export const developedWith = readFileSync(join(root, ".nvmrc"), "utf8").trim();
export const inMatrix = { 22: "22.23.3", 24: "24.21.0", 26: "26.10.0" };
