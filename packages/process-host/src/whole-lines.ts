import { constants } from "node:os";
import { MAX_WORKERS } from "@heddle/core";
import { nextTick } from "@heddle/node-host";
import { outputError } from "./errors.js";
import { poll } from "./native/poll.js";
import { POLLOUT } from "./native/posix.js";
import { lock, unlock } from "./native/record-lock.js";
import type { Print, Runtime } from "./runtime.js";

const NEWLINE = 10;
type WriteStream = NodeJS.WriteStream & { readonly fd: number };

/** In the region's file, behind the bytes that say which slots' workers live: whose lines are written now. */
const OUTPUT = MAX_WORKERS;

/** Whether what is being written is a console's that ignores errors. */
let isPrinting = false;

/** Bun's and Deno's consoles ignore that nobody can read what they print. Node's see to that by a callback. */
const print: Print = (stream, text) => {
  isPrinting = true;
  try {
    process[stream].write(text);
  } finally {
    isPrinting = false;
  }
};

/**
 * Has this process's output appear whole lines at a time, even when many processes write to the same place. An unfinished line waits. A
 * lock that the system gives back if its owner dies keeps long lines together.
 */
export function writeWholeLines(runtime: Runtime, region: number): void {
  for (const name of ["stdout", "stderr"] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(process, name);
    let stream: WriteStream | undefined;
    // Made when first used, as the stream itself.
    const get = (): WriteStream => {
      stream ??= lineBuffered(runtime, descriptor?.get?.call(process) ?? descriptor?.value, region);
      return stream;
    };
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get });
  }
  runtime.adoptConsole(print);
}

function lineBuffered(runtime: Runtime, stream: WriteStream, region: number): WriteStream {
  let waiting: Buffer[] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    const bytes = Buffer.concat(waiting);
    waiting = [];
    lock(runtime, region, OUTPUT);
    try {
      writeAll(runtime, stream.fd, bytes);
    } finally {
      unlock(runtime, region, OUTPUT);
    }
  };
  /** As streams do: the caller hears of it first, then who listens for errors of the stream. */
  const fail = (error: Error, callback: unknown): void => {
    Error.captureStackTrace(error, write);
    nextTick(() => {
      if (typeof callback === "function") callback(error);
      stream.destroy(error);
    });
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
        if (!isPrinting) fail(error as Error, callback);
        return false;
      }
    }
    if (end < bytes.length) waiting.push(bytes.subarray(end));
    if (typeof callback === "function") nextTick(callback);
    return true;
  };
  stream.write = write as typeof stream.write;
  process.on("exit", () => {
    try {
      flush();
    } catch (error) {
      // Nobody reads it any more, and no event tells of it now.
      if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    }
  });
  return stream;
}

/** Blocks until all is written, so that nothing is lost at a process's end. */
function writeAll(runtime: Runtime, fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    const rest = bytes.subarray(written);
    const n = runtime.posix.write(fd, rest, rest.length);
    if (n >= 0) written += n;
    else awaitRoom(runtime, fd);
  }
}

/** A pipe that is full, and was opened so as not to block. */
function awaitRoom(runtime: Runtime, fd: number): void {
  const { EAGAIN, EINTR } = constants.errno;
  const errno = runtime.errno();
  if (errno === EAGAIN) poll(runtime.posix, [{ fd, events: POLLOUT }], Number.POSITIVE_INFINITY);
  else if (errno !== EINTR) throw outputError(runtime);
}
