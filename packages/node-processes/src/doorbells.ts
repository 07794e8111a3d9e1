import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { type Doorbells, doorOf, laterTurns, type Memory } from "@heddle/core";
import { lastError, O_NONBLOCK_CLOEXEC, POLLIN, posix } from "./posix.js";

/*
 * Each process has a pipe, and sleeps until there is something to read from it. Others find its writing end by what it leaves
 * at the door of its slot:
 *
 *     door + 0   its process id
 *          + 1   its descriptor of the pipe's writing end
 *          + 2   the pipe's inode: low word
 *          + 3   high word
 *
 * They open /proc/<pid>/fd/<descriptor> when they first ring it, and look at the inode, so that nobody else's file is ever
 * written to. The door is complete before its owner looks at its bell and goes to sleep: who raises the bell and finds
 * the door incomplete is seen by that look.
 */

const DOOR_PID = 0;
const DOOR_FD = 1;
const DOOR_INODE = 2;

const KNOCK = new Uint8Array([1]);
const WASTE = new Uint8Array(1 << 16);

/** A child that is to be watched while this process blocks and its event loop hears nothing. */
export interface Watched {
  /** A descriptor that is hung up when the child ends. */
  readonly fd: number;
  onHangUp(): void;
}

/** Bells that are rung by a byte in a pipe. While their owner sleeps and blocks, it also hears of the end of `children`. */
export function pipeDoorbells(memory: Memory, children: Iterable<Watched>): Doorbells {
  const words = new Int32Array(memory.buffer, 0, memory.maxBytes / 4);
  const later = laterTurns();
  const others = new Doors(words);
  let own: OwnDoor | undefined;
  let sleep: { readonly address: number; readonly seen: number; readonly wake: () => void } | undefined;

  const wakeIfRung = (): void => {
    if (sleep === undefined || Atomics.load(words, sleep.address) === sleep.seen) return;
    const { wake } = sleep;
    sleep = undefined;
    wake();
  };
  return {
    sleepSync(address, seen, timeout) {
      own ??= new OwnDoor(words, doorOf(address));
      const deadline = performance.now() + timeout;
      for (let left = timeout; left > 0 && Atomics.load(words, address) === seen; left = deadline - performance.now()) {
        own.poll(left, [...children]);
      }
      // The bytes that woke this sleep may have been meant for the other one.
      if (sleep !== undefined && Atomics.load(words, address) !== sleep.seen) setImmediate(wakeIfRung);
    },
    sleepAsync(address, seen, wake) {
      own ??= new OwnDoor(words, doorOf(address));
      own.listen(wakeIfRung);
      if (Atomics.load(words, address) === seen) sleep = { address, seen, wake };
      else later(wake);
    },
    wake(address) {
      others.knock(doorOf(address));
    },
    pause(ms) {
      posix.usleep(Math.min(Math.ceil(ms * 1000), LONGEST_PAUSE_US));
    },
  };
}

/** What usleep takes at most, everywhere. */
const LONGEST_PAUSE_US = 999_999;
/** What poll takes at most. */
const LONGEST_POLL_MS = 2 ** 31 - 1;

/** This process's pipe, and its two ways to wait for a byte in it. */
class OwnDoor {
  readonly #reading: number;
  #socket: Socket | undefined;

  constructor(words: Int32Array, door: number) {
    const ends = new Int32Array(2);
    if (posix.pipe2(ends, O_NONBLOCK_CLOEXEC) !== 0) throw lastError("Heddle cannot make a pipe for its doorbell");
    const [reading, writing] = ends as unknown as [number, number];
    this.#reading = reading;
    const inode = inodeOf(writing);
    Atomics.store(words, door + DOOR_FD, writing);
    Atomics.store(words, door + DOOR_INODE, inode | 0);
    Atomics.store(words, door + DOOR_INODE + 1, Math.floor(inode / 2 ** 32));
    Atomics.store(words, door + DOOR_PID, process.pid);
  }

  /** Has the event loop call `onKnock`, without keeping it alive. */
  listen(onKnock: () => void): void {
    if (this.#socket !== undefined) return;
    this.#socket = new Socket({ fd: this.#reading, readable: true, writable: false });
    this.#socket.on("data", onKnock);
    this.#socket.unref();
  }

  /** Blocks until somebody has knocked, a child has ended, a signal was caught, or `timeout` ms have passed. */
  poll(timeout: number, children: readonly Watched[]): void {
    const fds = new DataView(new ArrayBuffer((children.length + 1) * POLLFD_BYTES));
    fds.setInt32(0, this.#reading, true);
    fds.setInt16(POLLFD_EVENTS, POLLIN, true);
    for (const [i, { fd }] of children.entries()) fds.setInt32((i + 1) * POLLFD_BYTES, fd, true);
    const ms = timeout > LONGEST_POLL_MS ? -1 : Math.ceil(timeout);
    if (posix.poll(new Uint8Array(fds.buffer), children.length + 1, ms) <= 0) return;
    const happened = (place: number): boolean => fds.getInt16(place * POLLFD_BYTES + POLLFD_RETURNED, true) !== 0;
    if (happened(0)) posix.read(this.#reading, WASTE, WASTE.length);
    for (const [i, child] of children.entries()) if (happened(i + 1)) child.onHangUp();
  }
}

/** struct pollfd: a descriptor, what to wait for, what has happened. */
const POLLFD_BYTES = 8;
const POLLFD_EVENTS = 4;
const POLLFD_RETURNED = 6;

interface OpenDoor {
  readonly pid: number;
  readonly inode: number;
  readonly fd: number;
}

/** The doors of others, opened when they are first knocked at. */
class Doors {
  readonly #words: Int32Array;
  readonly #open = new Map<number, OpenDoor>();

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** Who has no door yet, or is no more, need not hear. */
  knock(door: number): void {
    const words = this.#words;
    const pid = Atomics.load(words, door + DOOR_PID);
    const inode = ((words[door + DOOR_INODE] as number) >>> 0) + (words[door + DOOR_INODE + 1] as number) * 2 ** 32;
    let open = this.#open.get(door);
    if (open === undefined || open.pid !== pid || open.inode !== inode) {
      if (open !== undefined) closeSync(open.fd);
      open = openDoor(pid, words[door + DOOR_FD] as number, inode);
      if (open === undefined) this.#open.delete(door);
      else this.#open.set(door, open);
    }
    // A pipe that is full has enough to read; one that nobody reads any more needs nothing.
    if (open !== undefined) posix.write(open.fd, KNOCK, 1);
  }
}

function openDoor(pid: number, writing: number, inode: number): OpenDoor | undefined {
  let fd: number;
  try {
    fd = openSync(`/proc/${pid}/fd/${writing}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENXIO" || code === "ESRCH") return undefined;
    throw error;
  }
  if (inodeOf(fd) === inode) return { pid, inode, fd };
  closeSync(fd);
  return undefined;
}

/**
 * By way of a bigint, as after any other `fstat` of a pipe Node 20 and 22 no longer follow the links on the way to a module:
 * https://github.com/nodejs/node/issues/51142
 */
const inodeOf = (fd: number): number => Number(fstatSync(fd, { bigint: true }).ino);
