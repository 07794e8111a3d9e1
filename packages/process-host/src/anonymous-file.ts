import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cString, MFD_CLOEXEC } from "./posix.js";
import type { Runtime } from "./runtime.js";

/**
 * A file that is in no directory: it lives as long as somebody has it open or mapped, so nobody has to clear it away. In memory,
 * or where the system has no such files (or does not allow them) on the disk, from where it vanishes before anything is in it.
 */
export function anonymousFile({ posix }: Runtime, name: string): number {
  const fd = posix.memfd_create(cString(`heddle ${name}`), MFD_CLOEXEC);
  return fd >= 0 ? fd : unlinkedFile();
}

/** As {@link anonymousFile}, on the disk. */
export function unlinkedFile(): number {
  // A folder of its own, which nobody else may enter.
  const folder = mkdtempSync(join(tmpdir(), "heddle-"));
  try {
    return openSync(join(folder, "region"), "wx+", 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
