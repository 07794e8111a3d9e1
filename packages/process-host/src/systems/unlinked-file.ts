import { randomUUID } from "node:crypto";
import { openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const nameOf = (pid: number): string => `heddle-${pid}-${randomUUID()}`;
const ownerOf = (name: string): number => Number(/^heddle-(\d+)-/.exec(name)?.[1]);

/** A file on the disk that is in no directory any more, from where it vanishes before anything is in it. Nobody else may open it. */
export function unlinkedFile(): number {
  const path = join(tmpdir(), nameOf(process.pid));
  const fd = openSync(path, "wx+", 0o600);
  // It may have been cleared away, by somebody who does not see this process.
  rmSync(path, { force: true });
  return fd;
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
