import { createHash } from "node:crypto";
import { basename, relative, resolve, sep } from "node:path";

/** An entry may be named without its extension, or by its folder. */
const LEFT_OUT = /(?:[\\/]index)?\.[cm]?[jt]sx?$/;

const bare = (path: string): string => path.replace(LEFT_OUT, "");

/** Whether a module is one of the entries, which are named from `folder`. */
export const isAmong = (entries: readonly string[], folder: string, file: string): boolean =>
  entries.some((entry) => bare(resolve(folder, entry)) === bare(file));

/** The name of a module's file for workers: alike in each build, and on each machine. */
export function entryName(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join("/");
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 8);
  return `heddle-${basename(bare(file))}-${hash}`;
}
