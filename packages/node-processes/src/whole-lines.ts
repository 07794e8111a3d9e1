import { writeSync } from "node:fs";
import { MAX_WORKERS } from "@heddle/core";
import { F_SETLKW, F_UNLCK, F_WRLCK, flock, POLLOUT, posix } from "./posix.js";

const NEWLINE = 10;
type WriteStream = NodeJS.WriteStream & { readonly fd: number };

/** In the region's file, behind the bytes that say which slots' workers live: whose lines are written now. */
const OUTPUT = MAX_WORKERS;

/**
 * Has this process's output appear whole lines at a time, however many processes write to the same place: what is no line
 * yet waits, and a lock that the system gives back if its owner dies keeps long lines together.
 */
export function writeWholeLines(region: number): void {
  for (const name of ["stdout", "stderr"] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(process, name);
    let stream: WriteStream | undefined;
    // Made when first used, as the stream itself.
    const get = (): WriteStream => {
      stream ??= gathering(descriptor?.get?.call(process) as WriteStream, region);
      return stream;
    };
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get });
  }
}

function gathering(stream: WriteStream, region: number): WriteStream {
  let waiting: Buffer[] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    const bytes = Buffer.concat(waiting);
    waiting = [];
    posix.fcntl(region, F_SETLKW, flock(F_WRLCK, OUTPUT));
    try {
      writeAll(stream.fd, bytes);
    } finally {
      posix.fcntl(region, F_SETLKW, flock(F_UNLCK, OUTPUT));
    }
  };
  const write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    const [encoding] = rest;
    const callback = rest.at(-1);
    const bytes =
      typeof chunk === "string"
        ? Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8")
        : Buffer.from(chunk);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      waiting.push(bytes.subarray(0, end));
      try {
        flush();
      } catch (error) {
        stream.destroy(error as Error);
        return false;
      }
    }
    if (end < bytes.length) waiting.push(bytes.subarray(end));
    if (typeof callback === "function") process.nextTick(callback);
    return true;
  };
  stream.write = write as typeof stream.write;
  process.on("exit", flush);
  return stream;
}

/** Blocks until all is written, so that nothing is lost at a process's end. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      awaitRoom(fd);
    }
  }
}

/** A pipe that is full, and was opened so as not to block. */
function awaitRoom(fd: number): void {
  const poll = new DataView(new ArrayBuffer(8));
  poll.setInt32(0, fd, true);
  poll.setInt16(4, POLLOUT, true);
  posix.poll(new Uint8Array(poll.buffer), 1, -1);
}
