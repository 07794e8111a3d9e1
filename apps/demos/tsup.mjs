import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { esm } from "../../scripts/tsup.mjs";

/** @param {string} folder */
const programs = (folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [file.slice(0, -".ts".length).replaceAll("\\", "/"), join(folder, file)]);

const shared = fileURLToPath(new URL("src", import.meta.url));

/**
 * Builds the demos, and the app's own programs, in the `dist` of the current app, where `#heddle` is what its package.json says.
 *
 * @returns {import("tsup").Options}
 */
export const demos = () => ({
  ...esm([]),
  entry: Object.fromEntries([shared, "src"].filter((folder) => existsSync(folder)).flatMap(programs)),
  external: ["#heddle"],
  // Workers are named after their functions, which esbuild would otherwise rename where two share a name.
  keepNames: true,
});
