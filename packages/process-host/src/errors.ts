import { constants } from "node:os";
import { HeddleError } from "@heddle/core";
import type { Native } from "./runtime.js";

/** The advice for errors that any call may meet. */
const ADVICE: Readonly<Record<string, string>> = {
  EMFILE:
    "this process has as many files and sockets open as it may: close some, use fewer workers, or raise `ulimit -n`",
  ENFILE: "this machine has as many files open as it may: close some, or raise `fs.file-max`",
  ENOMEM: "the system has no memory left: free some, or use fewer workers",
  ENOSPC: "the folder for temporary files is full: free some space, or set TMPDIR to a folder that has some",
  EDQUOT: "this user has no room left in the folder for temporary files: free some, or set TMPDIR to another folder",
};

/** The system refused what processes need. `name` is that of its error, such as `EMFILE`. */
export function systemError(what: string, name: string, advice = ADVICE[name], cause?: unknown): HeddleError {
  return new HeddleError("HEDDLE_SYSTEM", `${what}: ${name}${advice === undefined ? "" : `: ${advice}`}`, { cause });
}

/** The error of the call that has just failed. */
export function lastError(native: Pick<Native, "errno">, what: string): HeddleError {
  return systemError(what, nameOf(native.errno()));
}

/** The error of a write to an output stream that has just failed, as the runtime's own streams have it. */
export function outputError(native: Pick<Native, "errno">): NodeJS.ErrnoException {
  const errno = native.errno();
  const code = nameOf(errno);
  return Object.assign(new Error(`write ${code}`), { errno: -errno, code, syscall: "write" });
}

const nameOf = (errno: number): string =>
  Object.entries(constants.errno).find(([, code]) => code === errno)?.[0] ?? `error ${errno}`;

/** The advice where a process cannot be started. */
const ADVICE_AT_START: Readonly<Record<string, string>> = {
  ...ADVICE,
  E2BIG: "its arguments and its environment are too long: give it an `env` of its own",
  EAGAIN: "this user, or its container, has as many processes as it may: use fewer workers, or raise `ulimit -u`",
};

/** The error of starting a process, as it was thrown: one that is not the system's stays as it is. */
export function startError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !(code in constants.errno)) return error;
  return systemError("A process cannot be started", code, ADVICE_AT_START[code], error);
}

/** Whether the call that has just failed is to be made again: a signal came, and its handler has run. */
export const interrupted = (native: Pick<Native, "errno">): boolean => native.errno() === constants.errno.EINTR;

/** The error of importing an adapter of processes where it cannot work. */
export function unsupported(why: string, threads: string, cause?: unknown): HeddleError {
  const what = `Processes cannot share memory here: ${why}. Threads can: ${threads} has the same API`;
  return new HeddleError("HEDDLE_UNSUPPORTED", what, { cause });
}
