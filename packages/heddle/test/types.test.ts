import { fileURLToPath } from "node:url";
import { it } from "vitest";
import { compareComplaints } from "./complaints.js";

const folder = fileURLToPath(new URL("programs/types/", import.meta.url));
const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));

it(
  "types infer what is right, and name the mistake where something is wrong",
  () => compareComplaints(folder, tsc, ["-p", "."]),
  60_000,
);
