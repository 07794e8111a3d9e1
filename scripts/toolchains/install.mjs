import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, pack } from "../packing.mjs";
import { toolchains } from "./fixture.mjs";

const OURS = ["core", "node-threads", "node-processes", "heddle", "bun", "deno", "unplugin"];
const QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", "--prefer-offline"];

/**
 * Installs tools, and the packages of this repository as they would be published, in a folder of its own.
 *
 * @param {string} tools a folder in `toolchains/tools`
 * @param {string} [keep] where to install, instead of in a temporary folder, and to leave it for the next time
 * @param {string} [from] the folder that `tools` is a copy of
 * @returns {Promise<{ folder: string, remove(): void }>}
 */
export async function install(tools, keep, from = join(toolchains, "tools", tools)) {
  const base = keep ?? mkdtempSync(join(tmpdir(), "heddle-toolchains-"));
  const folder = join(base, tools);
  mkdirSync(folder, { recursive: true });
  cpSync(from, folder, { recursive: true });
  mkdirSync(join(folder, "bin"), { recursive: true });
  rmSync(join(folder, "bin/node"), { force: true });
  symlinkSync(process.execPath, join(folder, "bin/node"));
  const packed = join(base, "packed");
  rmSync(packed, { recursive: true, force: true });
  const tarballs = await pack(packed, OURS);
  const known = join(folder, "node_modules/@heddle");
  if (existsSync(known)) {
    // Kept from the last time, when their dependencies were installed.
    for (const tarball of tarballs) {
      const [, name = ""] = /\/(?:heddle-)?([a-z-]+)-[\d.]+\.tgz$/.exec(tarball) ?? [];
      const target = name === "heddle" ? join(known, "../heddle") : join(known, name);
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target);
      await execute("tar", ["-xzf", tarball, "--strip-components=1", "-C", target], folder);
    }
    return { folder, remove() {} };
  }
  // Not `npm ci`, which refuses some optional packages for other systems that npm itself has left out of the lock file.
  await execute("npm", ["install", "--no-save", ...QUIET, ...tarballs], folder);
  // Bun's binary is put in its place by a script; no other tool needs its own.
  const bun = join(folder, "node_modules/bun");
  if (existsSync(bun)) await execute(process.execPath, ["install.js"], bun);
  return {
    folder,
    remove() {
      if (keep === undefined) rmSync(base, { recursive: true, force: true });
    },
  };
}
