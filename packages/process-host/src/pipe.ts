import { inodeOf, openOf } from "./elsewhere.js";
import { lastError } from "./errors.js";
import { type Polled, poll } from "./poll.js";
import { O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_WRONLY, POLLIN } from "./posix.js";
import type { Runtime } from "./runtime.js";

/*
 * Each process has one pipe, by which it is told that there is something new: for its bell, or among its mail. What it is
 * lies elsewhere, in memory that both share; so a knock may be superfluous, and it does no harm if one is heard twice.
 */

/** There is a ring at the bell, or something in a mailbox. */
export type Knock = typeof RING | typeof MAIL;
export const RING = 1;
export const MAIL = 2;

const bytesOf = { [RING]: new Uint8Array([RING]), [MAIL]: new Uint8Array([MAIL]) };

/** What the smallest pipe holds: once so much is in it, knocks may have been lost. */
const SMALLEST_PIPE = 4096;
/** What the largest holds at first. */
const LARGEST_READ = 1 << 16;

/** Both ends of a pipe, as descriptors. */
export interface Ends {
  readonly reading: number;
  readonly writing: number;
}

export function makePipe(runtime: Runtime): Ends {
  const ends = new Int32Array(2);
  if (runtime.posix.pipe2(new Uint8Array(ends.buffer), O_NONBLOCK | O_CLOEXEC) !== 0) {
    throw lastError(runtime, "Heddle cannot make a pipe for a process");
  }
  const [reading, writing] = ends as unknown as [number, number];
  return { reading, writing };
}

/** Opens another process's pipe, whose ends have these descriptors there; undefined if that process is no more. */
export function adoptPipe(runtime: Runtime, pid: number, ends: Ends): Ends | undefined {
  const reading = openOf(runtime, pid, ends.reading, O_RDONLY | O_NONBLOCK);
  const writing = openOf(runtime, pid, ends.writing, O_WRONLY | O_NONBLOCK);
  return reading === undefined || writing === undefined ? undefined : { reading, writing };
}

/** Writes into a pipe. One that is full has enough to read; one that nobody reads any more needs nothing. */
export function knock(runtime: Runtime, writing: number, what: Knock): void {
  runtime.posix.write(writing, bytesOf[what], 1);
}

/** Where a pipe is to be found: in which process, as which descriptor, and what it is, lest it be taken for another. */
export interface Place {
  readonly pid: number;
  readonly fd: number;
  readonly inode: bigint;
}

/** Opens the writing end of a pipe that is another process's; undefined if it is no longer there. */
export function openPipe(runtime: Runtime, { pid, fd, inode }: Place): number | undefined {
  const writing = openOf(runtime, pid, fd, O_WRONLY | O_NONBLOCK);
  if (writing === undefined || inodeOf(runtime, writing) === inode) return writing;
  runtime.posix.close(writing);
  return undefined;
}

/** This process's own pipe, and its two ways to wait for a knock. */
export class OwnPipe {
  readonly place: Place;
  /** Called when the event loop has heard a ring; and, mail being rare, also when there is mail. */
  onRing = (): void => {};
  /** Who looks for mail. */
  readonly mailReaders = new Set<() => void>();
  readonly #runtime: Runtime;
  readonly #reading: number;
  readonly #buffer = new Uint8Array(LARGEST_READ);
  #listens = false;

  constructor(runtime: Runtime, { reading, writing }: Ends) {
    this.#runtime = runtime;
    this.#reading = reading;
    this.place = { pid: process.pid, fd: writing, inode: inodeOf(runtime, writing) };
  }

  /** Has the event loop tell of knocks, without keeping it alive. */
  listen(): void {
    if (this.#listens) return;
    this.#listens = true;
    this.#runtime.listen(this.#reading, (bytes) => {
      if (hasMail(bytes)) this.#readMail();
      this.onRing();
    });
  }

  /** Blocks until there was a knock, something happened at `others`, a signal was caught or `timeout` ms have passed; says where. */
  poll<T extends Polled>(timeout: number, others: readonly T[]): T[] {
    const own = { fd: this.#reading, events: POLLIN };
    const happened = poll<Polled>(this.#runtime.posix, [own, ...others], timeout);
    if (happened.includes(own)) this.#empty();
    return others.filter((other) => happened.includes(other));
  }

  #empty(): void {
    const read = this.#runtime.posix.read(this.#reading, this.#buffer, this.#buffer.length);
    // This process blocks: mail is for its event loop.
    if (read > 0 && hasMail(this.#buffer.subarray(0, read))) setImmediate(() => this.#readMail());
  }

  #readMail(): void {
    for (const read of this.mailReaders) read();
  }
}

const hasMail = (bytes: Uint8Array): boolean => bytes.length >= SMALLEST_PIPE || bytes.includes(MAIL);
