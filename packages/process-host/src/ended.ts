import { constants } from "node:os";
import { CLD_EXITED, P_PID, SYS_pidfd_open, WEXITED_NOWAIT } from "./posix.js";
import type { Runtime } from "./runtime.js";

/** How a process has ended: with an exit code, or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** siginfo_t: where it has the way in which a child ended, and its exit code or signal. */
const SIGINFO_BYTES = 128;
const SI_CODE_WORD = 2;
const SI_STATUS_WORD = 6;

/** A descriptor that there is something to read from once the child has ended; -1 if this Linux has none (before 5.3). */
export const endingOf = (runtime: Runtime, pid: number): number => runtime.posix.syscall(SYS_pidfd_open, pid, 0);

/** How a child of this process has ended, or is just about to. */
export function endOf(runtime: Runtime, pid: number): Ended {
  const info = new Int32Array(SIGINFO_BYTES / 4);
  const failed = runtime.posix.waitid(P_PID, pid, new Uint8Array(info.buffer), WEXITED_NOWAIT) !== 0;
  if (failed) return { code: null, signal: null };
  const status = info[SI_STATUS_WORD] as number;
  if (info[SI_CODE_WORD] === CLD_EXITED) return { code: status, signal: null };
  const [signal = null] = Object.entries(constants.signals).find(([, number]) => number === status) ?? [];
  return { code: null, signal };
}
