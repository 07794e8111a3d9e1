import { constants } from "node:os";
import type { Native } from "../runtime.js";

/** The call that Linux has, and some others by another name. */
export interface Fallocate {
  fallocate(fd: number, mode: number, position: number, bytes: number): number;
}

/** Sets aside a part of a file, where its file system can. False if that has no room. */
export function setAside(native: Native<Fallocate>, fd: number, position: number, bytes: number): boolean {
  const { EDQUOT, EFBIG, EINTR, ENOSPC } = constants.errno;
  while (native.posix.fallocate(fd, 0, position, bytes) !== 0) {
    const errno = native.errno();
    if (errno !== EINTR) return ![EDQUOT, EFBIG, ENOSPC].includes(errno);
  }
  return true;
}
