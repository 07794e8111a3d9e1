import type { Runtime } from "@heddle/process-host";
import { posix, setDescriptor } from "./libc.js";

// <fcntl.h> of Linux.
const F_SETFL = 4;
const F_SETOWN = 8;
const F_SETSIG = 10;
const O_NONBLOCK = 0o4000;
const O_ASYNC = 0o20000;

/** What a signal is called, and its number. This one does nothing to a process that does not listen to it. */
const [NAME, NUMBER] = ["SIGURG", 23] as const;

/**
 * Bun's event loop reads from a pipe only while that keeps it alive. So the system is told to send this process a signal whenever
 * something comes into the pipe, and signals keep no event loop alive.
 */
export const listen: Runtime["listen"] = (fd, hear) => {
  const bytes = new Uint8Array(1 << 16);
  const readAll = (): void => {
    const read = posix.read(fd, bytes, bytes.length);
    if (read > 0) hear(bytes.subarray(0, read));
  };
  process.on(NAME, readAll);
  setDescriptor(fd, F_SETOWN, process.pid);
  setDescriptor(fd, F_SETSIG, NUMBER);
  setDescriptor(fd, F_SETFL, O_NONBLOCK | O_ASYNC);
  // What had come before.
  setImmediate(readAll);
};
