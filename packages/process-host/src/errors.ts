import { constants } from "node:os";
import { HeddleError } from "@heddle/core";
import type { Native } from "./runtime.js";

/** The error of the call that has just failed. */
export function lastError(native: Pick<Native, "errno">, what: string): Error {
  const errno = native.errno();
  const [name = `error ${errno}`] = Object.entries(constants.errno).find(([, code]) => code === errno) ?? [];
  return new Error(`${what}: ${name}`);
}

/** What importing an adapter of processes throws where it cannot work. */
export function unsupported(why: string, threads: string, cause?: unknown): HeddleError {
  const what = `Processes cannot share memory here: ${why}. Threads can: ${threads} has the same API`;
  return new HeddleError("HEDDLE_UNSUPPORTED", what, { cause });
}
