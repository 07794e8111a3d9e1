import { lastError } from "../../errors.js";
import { cString } from "../../native/posix.js";
import type { Native } from "../../runtime.js";
import { AT_EMPTY_PATH, type LinuxPosix, O_CLOEXEC, STATX_INO } from "./calls.js";

/** Opens what another process has open, by its number there; undefined if it is no more, or this process cannot or may not. */
export function openOf(native: Native<LinuxPosix>, pid: number, fd: number, flags: number): number | undefined {
  const opened = native.posix.open(cString(`/proc/${pid}/fd/${fd}`), flags | O_CLOEXEC);
  return opened >= 0 ? opened : undefined;
}

/** struct statx. */
const STATX_BYTES = 256;
const STX_INO = 32;

/**
 * The numbers that tell a file from any other. Not by `fstat`, as after one of a pipe Node 20 and 22 no longer follow the links on the way
 * to a module: https://github.com/nodejs/node/issues/51142
 */
export function inodeOf(native: Native<LinuxPosix>, fd: number): bigint {
  const stat = new DataView(new ArrayBuffer(STATX_BYTES));
  const failed = native.posix.statx(fd, cString(""), AT_EMPTY_PATH, STATX_INO, new Uint8Array(stat.buffer)) !== 0;
  if (failed) throw lastError(native, "Heddle cannot look at what its processes share");
  return stat.getBigUint64(STX_INO, true);
}
