import { constants } from "node:os";
import { setImmediate } from "@heddle/node-host";
import { F_SETFL, F_SETSIG, numbers, type Runtime } from "@heddle/process-host";
import { posix } from "./libc.js";

const { F_SETOWN, O_ASYNC, O_NONBLOCK } = numbers;

/** The size of a pipe at first. */
const PIPE_BYTES = 1 << 16;

/** Does nothing to a process that does not listen to it, so that one that comes late or too early does no harm. */
const SIGNAL = "SIGURG";

/**
 * Bun's event loop reads from a pipe only while that keeps it alive (`test/processes.runtime.test.ts`). So the system is told to
 * send this process a signal whenever something comes into the pipe: signals keep no event loop alive.
 */
export const listen: Runtime["listen"] = ({ fd }, hear) => {
  const bytes = new Uint8Array(PIPE_BYTES);
  const readAll = (): void => {
    const read = posix.read(fd, bytes, bytes.length);
    if (read > 0) hear(bytes.subarray(0, read));
  };
  process.on(SIGNAL, readAll);
  posix.setDescriptor(fd, F_SETOWN, process.pid);
  posix.setDescriptor(fd, F_SETSIG, constants.signals[SIGNAL]);
  posix.setDescriptor(fd, F_SETFL, O_NONBLOCK | O_ASYNC);
  // The bytes that had come before.
  setImmediate(readAll);
};
