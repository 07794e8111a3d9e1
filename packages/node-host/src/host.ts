import { realpathSync } from "node:fs";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import type { Host } from "@heddle/core";

/** What Node says of itself. */
export const nodeHost: Host = {
  // A getter, so that bundlers can leave this object out where only its neighbours are used.
  get pid() {
    return process.pid;
  },
  availableParallelism,
  isEntry(moduleUrl) {
    const entry = process.argv[1];
    return entry !== undefined && entryUrls(entry).includes(moduleUrl);
  },
  onExit(hook) {
    process.on("exit", hook);
  },
  onIdle(hook) {
    process.on("beforeExit", hook);
  },
  exit() {
    process.exit();
  },
  setExitCode(code) {
    process.exitCode = code;
  },
  reportError(text) {
    process.stderr.write(`${text}\n`);
  },
};

/** The program's entry, as its module may know itself: by the path that was given, or by where links lead. */
function entryUrls(entry: string): string[] {
  const urls = [pathToFileURL(entry).href];
  for (const extension of ["", ".js", ".mjs", "/index.js"]) {
    try {
      urls.push(pathToFileURL(realpathSync(entry + extension)).href);
    } catch {
      // No such file: the entry was given in another way.
    }
  }
  return urls;
}
