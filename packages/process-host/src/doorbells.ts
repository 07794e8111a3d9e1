import { type Doorbells, doorOf, laterTurns, type Memory } from "@heddle/core";
import { knock, type OwnPipe, openPipe, RING } from "./pipe.js";
import type { Polled } from "./poll.js";
import type { Runtime } from "./runtime.js";

/*
 * Each process sleeps until there is something to read from its pipe. Others find that by what it leaves at the door of its slot:
 *
 *     door + 0   its process id
 *          + 1   its descriptor of the pipe's writing end
 *          + 2   the pipe's inode: low word
 *          + 3   high word
 *
 * The door is complete before its owner looks at its bell and goes to sleep: who raises the bell and finds the door
 * incomplete is seen by that look.
 */

const DOOR_PID = 0;
const DOOR_FD = 1;
const DOOR_INODE = 2;

/** A child that is to be watched while this process blocks and its event loop hears nothing. */
export interface Watched extends Polled {
  /** Something has happened at its descriptor: it has ended. */
  onEnd(): void;
}

/** Bells that are rung by a byte in a pipe. While their owner sleeps and blocks, it also hears of the end of `children`. */
export function pipeDoorbells(
  runtime: Runtime,
  memory: Memory,
  pipe: () => OwnPipe,
  children: Iterable<Watched>,
): Doorbells {
  // The slots are there from the start, whatever else the memory grows by.
  const words = new Int32Array(memory.buffer, 0, memory.buffer.byteLength / 4);
  const later = laterTurns();
  const others = new Doors(runtime, words);
  let own: OwnPipe | undefined;
  let sleep: { readonly address: number; readonly seen: number; readonly wake: () => void } | undefined;

  const wakeIfRung = (): void => {
    if (sleep === undefined || Atomics.load(words, sleep.address) === sleep.seen) return;
    const { wake } = sleep;
    sleep = undefined;
    wake();
  };
  /** This process's pipe, which others find from now on. */
  const opened = (address: number): OwnPipe => {
    if (own !== undefined) return own;
    own = pipe();
    own.onRing = wakeIfRung;
    openDoor(words, doorOf(address), own);
    return own;
  };
  return {
    sleepSync(address, seen, timeout) {
      const pipe = opened(address);
      const deadline = performance.now() + timeout;
      for (let left = timeout; left > 0 && Atomics.load(words, address) === seen; left = deadline - performance.now()) {
        for (const child of pipe.poll(left, [...children])) child.onEnd();
      }
      // The bytes that woke this sleep may have been meant for the other one.
      if (sleep !== undefined && Atomics.load(words, address) !== sleep.seen) setImmediate(wakeIfRung);
    },
    sleepAsync(address, seen, wake) {
      opened(address).listen();
      if (Atomics.load(words, address) === seen) sleep = { address, seen, wake };
      else later(wake);
    },
    wake(address) {
      others.knock(doorOf(address));
    },
    pause(ms) {
      runtime.posix.usleep(Math.min(Math.ceil(ms * 1000), LONGEST_PAUSE_US));
    },
  };
}

/** What usleep takes at most, everywhere. */
const LONGEST_PAUSE_US = 999_999;

function openDoor(words: Int32Array, door: number, { place }: OwnPipe): void {
  Atomics.store(words, door + DOOR_FD, place.fd);
  Atomics.store(words, door + DOOR_INODE, Number(BigInt.asIntN(32, place.inode)));
  Atomics.store(words, door + DOOR_INODE + 1, Number(BigInt.asIntN(32, place.inode >> 32n)));
  Atomics.store(words, door + DOOR_PID, place.pid);
}

/** A pipe that was opened, and what had been read at the door then. */
interface OpenDoor {
  readonly pid: number;
  readonly low: number;
  readonly high: number;
  readonly fd: number;
}

/** The doors of others, opened when they are first knocked at. */
class Doors {
  readonly #runtime: Runtime;
  readonly #words: Int32Array;
  readonly #open = new Map<number, OpenDoor>();

  constructor(runtime: Runtime, words: Int32Array) {
    this.#runtime = runtime;
    this.#words = words;
  }

  /** Who has no door yet, or is no more, need not hear. */
  knock(door: number): void {
    const words = this.#words;
    const pid = Atomics.load(words, door + DOOR_PID);
    const low = words[door + DOOR_INODE] as number;
    const high = words[door + DOOR_INODE + 1] as number;
    let open = this.#open.get(door);
    if (open === undefined || open.pid !== pid || open.low !== low || open.high !== high) {
      if (open !== undefined) this.#runtime.posix.close(open.fd);
      const inode = (BigInt.asUintN(32, BigInt(high)) << 32n) | BigInt.asUintN(32, BigInt(low));
      const fd = openPipe(this.#runtime, { pid, fd: words[door + DOOR_FD] as number, inode });
      open = fd === undefined ? undefined : { pid, low, high, fd };
      if (open === undefined) this.#open.delete(door);
      else this.#open.set(door, open);
    }
    if (open !== undefined) knock(this.#runtime, open.fd, RING);
  }
}
