import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { describeRegion } from "./dump/region.mjs";
import { root } from "./run.mjs";

/**
 * Prints the region of a running program, of threads or of processes, from outside: its workers, their waits, the state of each object.
 * The program may hang anywhere. On Linux, as the program's user or as root (see ptrace(2) for the permission).
 *
 *     node scripts/dump.mjs PID
 */
const pid = process.argv[2] ?? "";
if (!/^\d+$/.test(pid)) throw new Error("Usage: node scripts/dump.mjs PID");

const contents = 'export * from "./layout.js"; export * from "./layout-names.js";';
const stdin = { contents, resolveDir: join(root, "packages/core/src/kernel") };
const [built] = buildSync({ stdin, bundle: true, format: "esm", write: false }).outputFiles;
/** @type {import("./dump/region.mjs").Layout} */
const layout = await import(`data:text/javascript,${encodeURIComponent(built?.text ?? "")}`);

const PAGE = 4096;
/** The first bytes that are read of a region: from them on it is known how long it is. */
const HEAD = layout.CELLS * layout.WORD;

const memory = openSync(`/proc/${pid}/mem`, "r");

/** @param {number} address @param {number} bytes */
function read(address, bytes) {
  const buffer = Buffer.alloc(bytes);
  try {
    return readSync(memory, buffer, 0, bytes, address) === bytes ? buffer : undefined;
  } catch {
    // Not all of a mapping need be there.
    return undefined;
  }
}

/** The addresses at which a region may begin: each page of each mapping that can be written and has room for one. */
function* pages() {
  for (const line of readFileSync(`/proc/${pid}/maps`, "utf8").split("\n")) {
    const [, from = "", to = ""] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    const end = Number.parseInt(to, 16) - HEAD;
    for (let page = Number.parseInt(from, 16); page <= end; page += PAGE) yield page;
  }
}

let regions = 0;
for (const page of pages()) {
  if (read(page, layout.WORD)?.readInt32LE() !== layout.MAGIC_NUMBER) continue;
  const top = read(page, HEAD)?.readInt32LE(layout.TOP * layout.WORD) ?? 0;
  const bytes = top < layout.CELLS ? undefined : read(page, top * layout.WORD);
  if (bytes === undefined) continue;
  regions++;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, top);
  for (const line of describeRegion(words, layout)) console.log(line);
}
closeSync(memory);
if (regions === 0)
  throw new Error(`Process ${pid} has no region: it has not imported Heddle, or this user may not read it`);
