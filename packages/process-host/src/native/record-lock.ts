import type { Native } from "../runtime.js";
import { numbers } from "./numbers.js";

/*
 * Locks on single bytes of a file. The system gives them back when the process that owns them ends, in any way. It also does as soon as
 * that process closes any descriptor of the file.
 */

/** struct flock: the kind of lock, the bytes, and the owner. From the beginning of the file. No system's is longer. */
const FLOCK_BYTES = 32;
const { F_GETLK, F_SETLK, F_SETLKW, F_UNLCK, F_WRLCK, flock: at } = numbers;

/** Takes the lock if nobody else has it; says whether. */
export const tryLock = ({ posix }: Native, fd: number, byte: number): boolean =>
  posix.fcntl(fd, F_SETLK, flock(F_WRLCK, byte)) === 0;

/** Takes the lock as soon as nobody else has it. */
export function lock({ posix }: Native, fd: number, byte: number): void {
  posix.fcntl(fd, F_SETLKW, flock(F_WRLCK, byte));
}

export function unlock({ posix }: Native, fd: number, byte: number): void {
  posix.fcntl(fd, F_SETLK, flock(F_UNLCK, byte));
}

/** The process that has the lock, 0 for none; undefined if the system does not answer. One's own locks do not show. */
export function holderOf({ posix }: Native, fd: number, byte: number): number | undefined {
  const asked = flock(F_WRLCK, byte);
  if (posix.fcntl(fd, F_GETLK, asked) !== 0) return undefined;
  const answer = new DataView(asked.buffer);
  return answer.getInt16(at.type, true) === F_UNLCK ? 0 : answer.getInt32(at.pid, true);
}

function flock(type: number, byte: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(FLOCK_BYTES));
  view.setInt16(at.type, type, true);
  view.setBigInt64(at.start, BigInt(byte), true);
  view.setBigInt64(at.length, 1n, true);
  return new Uint8Array(view.buffer);
}
