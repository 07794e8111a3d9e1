import { F_GETLK, F_SETLK, F_SETLKW, F_UNLCK, F_WRLCK } from "./posix.js";
import type { Runtime } from "./runtime.js";

/*
 * Locks on single bytes of a file, which the system gives back when the process that owns them ends, however that happens;
 * and also as soon as that process closes any descriptor of the file.
 */

/** struct flock: what kind of lock, on which bytes, and whose. From the beginning of the file. */
const FLOCK_BYTES = 32;
const TYPE = 0;
const START = 8;
const LENGTH = 16;
const PID = 24;

/** Takes the lock if nobody else has it; says whether. */
export const tryLock = (runtime: Runtime, fd: number, byte: number): boolean =>
  runtime.posix.fcntl(fd, F_SETLK, flock(F_WRLCK, byte)) === 0;

/** Takes the lock as soon as nobody else has it. */
export function lock(runtime: Runtime, fd: number, byte: number): void {
  runtime.posix.fcntl(fd, F_SETLKW, flock(F_WRLCK, byte));
}

export function unlock(runtime: Runtime, fd: number, byte: number): void {
  runtime.posix.fcntl(fd, F_SETLK, flock(F_UNLCK, byte));
}

/** The process that has the lock, 0 for none; undefined if the system does not answer. One's own locks do not show. */
export function holderOf(runtime: Runtime, fd: number, byte: number): number | undefined {
  const asked = flock(F_WRLCK, byte);
  if (runtime.posix.fcntl(fd, F_GETLK, asked) !== 0) return undefined;
  const answer = new DataView(asked.buffer);
  return answer.getInt16(TYPE, true) === F_UNLCK ? 0 : answer.getInt32(PID, true);
}

function flock(type: number, byte: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(FLOCK_BYTES));
  view.setInt16(TYPE, type, true);
  view.setBigInt64(START, BigInt(byte), true);
  view.setBigInt64(LENGTH, 1n, true);
  return new Uint8Array(view.buffer);
}
