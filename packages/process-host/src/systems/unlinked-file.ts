import { openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemError } from "../errors.js";

/** The advice where no file can be made. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder: make it, or set TMPDIR to one that there is",
  EACCES: "this user may not write there: set TMPDIR to a folder where it may",
  EROFS: "nobody may write there: set TMPDIR to a folder where this user may",
};

/**
 * Made of the time, as the file has its name for no longer than a moment. node:crypto, for a UUID, takes some 4 ms of a process's start to
 * load.
 */
const nameOf = (pid: number): string => `heddle-${pid}-${process.hrtime.bigint()}`;
const ownerOf = (name: string): number => Number(/^heddle-(\d+)-/.exec(name)?.[1]);

/** A file on the disk that is in no directory any more, from where it vanishes before anything is in it. Nobody else may open it. */
export function unlinkedFile(): number {
  const path = join(tmpdir(), nameOf(process.pid));
  const fd = open(path);
  // It may have been cleared away, by somebody who does not see this process.
  rmSync(path, { force: true });
  return fd;
}

function open(path: string): number {
  try {
    return openSync(path, "wx+", 0o600);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw systemError(`A file for processes cannot be made in ${tmpdir()}`, code, ADVICE[code], error);
  }
}

/** Clears away what processes left that were killed between the two steps of {@link unlinkedFile}. */
export function clearLeftFiles(): void {
  for (const name of namesIn(tmpdir())) {
    const owner = ownerOf(name);
    if (!Number.isNaN(owner) && !isAlive(owner)) tryToRemove(join(tmpdir(), name));
  }
}

/** None if nobody may look, as where everybody has a folder of their own in it. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function tryToRemove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is another user's.
  }
}
