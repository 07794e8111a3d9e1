import { constants } from "node:os";
import { F_SETFL, numbers, type Runtime } from "@heddle/process-host";
import { posix, setDescriptor } from "./libc.js";

const { F_SETOWN, O_ASYNC, O_NONBLOCK } = numbers;
/** <fcntl.h> of Linux, which alone has it. */
const F_SETSIG = 10;

/** What a pipe holds at first. */
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
  setDescriptor(fd, F_SETOWN, process.pid);
  setDescriptor(fd, F_SETSIG, constants.signals[SIGNAL]);
  setDescriptor(fd, F_SETFL, O_NONBLOCK | O_ASYNC);
  // What had come before.
  setImmediate(readAll);
};
