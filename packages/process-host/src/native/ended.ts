import { constants } from "node:os";
import { interrupted } from "../errors.js";
import type { Native } from "../runtime.js";
import { numbers } from "./numbers.js";

/** How a process has ended: with an exit code, or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** siginfo_t: where it has the way in which a child ended. Its exit code, or signal, is elsewhere on each system. */
const SIGINFO_BYTES = 128;
const SI_CODE_WORD = 2;
const CLD_EXITED = 1;

/** How a child of this process has ended, or is just about to. */
export function endOf(native: Native, pid: number): Ended {
  const info = new Int32Array(SIGINFO_BYTES / 4);
  while (native.posix.waitid(numbers.P_PID, pid, new Uint8Array(info.buffer), numbers.WEXITED_NOWAIT) !== 0)
    if (!interrupted(native)) return { code: null, signal: null };
  const status = info[numbers.siginfoStatus] as number;
  // Some systems have more in it than what others hear of.
  if (info[SI_CODE_WORD] === CLD_EXITED) return { code: status & 0xff, signal: null };
  // Early macOS does not say which signal it was.
  const [signal = null] = Object.entries(constants.signals).find(([, number]) => number === status) ?? [];
  return { code: null, signal };
}
