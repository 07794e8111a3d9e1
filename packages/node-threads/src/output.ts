/*
 * The output of threads. Node has a thread post its output to its starter's event loop and wait there for the answer. The output arrives
 * late, or never, where that loop blocks, throws or exits (https://nodejs.org/api/process.html#a-note-on-process-io). Here nobody waits: a
 * thread writes to the program's descriptor itself, before `write` returns. A program may replace `process.stdout` or its `write`, as test runners and process managers do, to see all output. Only then does a thread post its output. Its
 * starter passes it on, in its event loop, around each blocking wait, and at the end. docs/adr/0025-ending.md
 */
import { writeSync } from "node:fs";
import { Writable } from "node:stream";
import { isMainThread, MessageChannel, type MessagePort, receiveMessageOnPort, threadId } from "node:worker_threads";
import { aroundWaits } from "./kernel-adapter.js";

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;
type Name = keyof typeof DESCRIPTORS;
const NAMES = Object.keys(DESCRIPTORS) as Name[];

/** The data that a thread needs to print. */
export interface Outlet {
  /** Those whose descriptor it writes to. */
  readonly direct: readonly Name[];
  /** One word: the thread that is writing, 0 for none. */
  readonly writer: Int32Array;
  /** For what it does not write itself. */
  readonly port: MessagePort | undefined;
}

/** As a stream gets its chunks. */
interface Chunk {
  readonly chunk: string | Uint8Array;
  readonly encoding: BufferEncoding;
}

interface Posted {
  readonly name: Name;
  readonly chunks: readonly Chunk[];
}

/** A thread that waits longer for another to write takes that for dead: its starter, which would have told, died with it. */
const LONGEST_WRITE_MS = 10_000;
const LOOK_AGAIN_MS = 1;

let outlet: Outlet | undefined;
let shared: Int32Array | undefined;
const ports = new Set<MessagePort>();

const writerWord = (): Int32Array => {
  shared ??= outlet?.writer ?? new Int32Array(new SharedArrayBuffer(4));
  return shared;
};

// ── who starts a thread ──

/** The outlet of one thread more, and what to call once that thread has ended. */
export function makeOutlet(): { outlet: Outlet; close: (thread: number) => void } {
  const writer = writerWord();
  const direct = NAMES.filter(isPlain);
  const { port1, port2 } = direct.length < NAMES.length ? new MessageChannel() : {};
  if (port1 !== undefined) listen(port1);
  return {
    outlet: { direct, writer, port: port2 },
    close(thread) {
      // It was killed while it wrote.
      if (Atomics.compareExchange(writer, 0, thread, 0) === thread) Atomics.notify(writer, 0);
      if (port1 === undefined) return;
      drain(port1);
      ports.delete(port1);
      port1.close();
    },
  };
}

/** Whether what is written to this stream goes to the program's descriptor as it is. */
function isPlain(name: Name): boolean {
  const stream = process[name] as NodeJS.WriteStream & { readonly fd?: number };
  if (stream.write !== Writable.prototype.write) return false;
  if (!isMainThread) return outlet?.direct.includes(name) ?? false;
  // A console of Windows takes characters, of which only the stream knows.
  return stream.fd === DESCRIPTORS[name] && !(stream.isTTY && process.platform === "win32");
}

function listen(port: MessagePort): void {
  // Before the hooks of a program that keeps what it gets until then.
  if (ports.size === 0) process.prependOnceListener("exit", drainAll);
  // The output of threads while this one blocks is not to wait for longer than that.
  aroundWaits.add(drainAll);
  ports.add(port);
  port.on("message", print);
  port.unref();
}

function print({ name, chunks }: Posted): void {
  for (const { chunk, encoding } of chunks) {
    if (typeof chunk === "string") process[name].write(chunk, encoding);
    else process[name].write(chunk);
  }
}

function drain(port: MessagePort): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    print(next.message as Posted);
  }
}

/** Passes on what threads have posted by now. */
function drainAll(): void {
  for (const port of ports) drain(port);
}

// ── in a thread ──

/** Has this thread print through what it was given. */
export function printThrough(given: Outlet): void {
  outlet = given;
  for (const name of NAMES) {
    const stream = process[name] as Writable as Writable & { _undestroy(): void };
    const write = given.direct.includes(name)
      ? (chunks: readonly Chunk[]) => writeAll(DESCRIPTORS[name], chunks, given.writer)
      : (chunks: readonly Chunk[]) => given.port?.postMessage({ name, chunks } satisfies Posted);
    stream._writev = (chunks, done) => {
      try {
        write(chunks.map(({ chunk, encoding }) => ({ chunk, encoding })));
      } catch (error) {
        Error.captureStackTrace(error as Error, stream.write);
        done(error as Error);
        return;
      }
      done();
    };
    // As of the main thread's: each failed write is an error, not the first one alone.
    stream._destroy = (error, done) => {
      done(error);
      stream._undestroy();
    };
    forgetAnswers(stream);
  }
}

/** Earlier output, as by a module of `--import`, was posted, and the stream would wait until it was received. */
function forgetAnswers(stream: object): void {
  const symbols = Object.getOwnPropertySymbols(Object.getPrototypeOf(stream));
  const answer = symbols.find(({ description }) => description === "kStdioWantsMoreDataCallback");
  if (answer !== undefined) (stream as Record<symbol, () => void>)[answer]?.();
}

/** Blocks until all is written, and has what is written at once stay together. */
function writeAll(fd: number, chunks: readonly Chunk[], writer: Int32Array): void {
  const bytes = Buffer.concat(chunks.map(({ chunk, encoding }) => asBytes(chunk, encoding)));
  takeTurn(writer);
  try {
    for (let written = 0; written < bytes.length; ) written += tryWrite(fd, bytes.subarray(written));
  } finally {
    if (Atomics.compareExchange(writer, 0, threadId, 0) === threadId) Atomics.notify(writer, 0, 1);
  }
}

const asBytes = (chunk: string | Uint8Array, encoding: BufferEncoding): Uint8Array =>
  typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;

/** A pipe that is full does not block: Node has opened it so. */
function tryWrite(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
    return 0;
  }
}

/*
 * The word of the thread that writes:
 *
 * | state    | changed by                                                        | to       |
 * |----------|-------------------------------------------------------------------|----------|
 * | 0        | a thread, by CAS                                                  | `thread` |
 * | `thread` | that thread when it has written; its starter when it has ended    | 0        |
 * | `thread` | another, by CAS, once the first has written for LONGEST_WRITE_MS  | another  |
 */
function takeTurn(writer: Int32Array): void {
  for (;;) {
    const before = Atomics.compareExchange(writer, 0, 0, threadId);
    if (before === 0) return;
    const isLate = Atomics.wait(writer, 0, before, LONGEST_WRITE_MS) === "timed-out";
    if (isLate && Atomics.compareExchange(writer, 0, before, threadId) === before) return;
  }
}
