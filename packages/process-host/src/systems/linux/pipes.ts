import { constants } from "node:os";
import { doNotBlock, keepToOneself } from "../../native/descriptors.js";
import { numbers } from "../../native/numbers.js";
import { pairOf } from "../../native/pair.js";
import type { Native } from "../../runtime.js";
import { type Bell, type BellAddress, type Bells, bytesOf, type Waker } from "../system.js";
import { type LinuxPosix, O_CLOEXEC, O_WRONLY } from "./calls.js";
import { inodeOf, openOf } from "./elsewhere.js";
import { WakeSockets } from "./wake-socket.js";

/*
 * A bell is a pipe. Others open its writing end where its owner has it, or send to its wake socket. Its address:
 *
 *     word 0   its owner's process id
 *          1   its owner's descriptor of the writing end
 *          2   the pipe's inode, lest another be taken for it: low word
 *          3   high word
 */

/** The descriptors of both ends of a pipe. */
export interface Ends {
  readonly reading: number;
  readonly writing: number;
}

const { O_NONBLOCK } = numbers;

/** The size of the smallest pipe. */
const SMALLEST_PIPE = 4096;

export function pipes(native: Native<LinuxPosix>): Bells {
  const wakeSockets = new WakeSockets(native);
  return {
    make() {
      const [reading, writing] = pairOf(native, "a pipe", (ends) => native.posix.pipe2(ends, O_NONBLOCK | O_CLOEXEC));
      return bellOf(native, { reading, writing });
    },
    own: ({ address: place }) => wakeSockets.open(inodeIn(place)),
    find(place) {
      const [pid, fd] = place as [number, number];
      const writing = openOf(native, pid, fd, O_WRONLY | O_NONBLOCK);
      if (writing === undefined) return wakeSockets.wakerAt(inodeIn(place));
      if (inodeOf(native, writing) === inodeIn(place)) return wakerAt(native, writing);
      native.posix.close(writing);
      return undefined;
    },
  };
}

/** Makes one's own a bell that somebody else has made, and whose ends were inherited. */
export function adopt(native: Native<LinuxPosix>, ends: Ends): Bell {
  for (const fd of [ends.reading, ends.writing]) {
    keepToOneself(native, fd);
    doNotBlock(native, fd);
  }
  return bellOf(native, ends);
}

function bellOf(native: Native<LinuxPosix>, { reading, writing }: Ends): Bell {
  const waker = wakerAt(native, writing);
  const close = (): void => {
    native.posix.close(reading);
    waker.close();
  };
  try {
    const place = [process.pid, writing, ...wordsOf(inodeOf(native, writing))];
    return { fd: reading, carries: "bytes", address: place, holds: SMALLEST_PIPE, waker, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A waker that has the writing end. */
export const wakerAt = (native: Native<LinuxPosix>, writing: number): Waker => ({
  wake(what) {
    // Only a signal of this process's own makes it worth another try.
    while (native.posix.write(writing, bytesOf[what], 1) < 0 && native.errno() === constants.errno.EINTR);
    return true;
  },
  close: () => void native.posix.close(writing),
});

const wordsOf = (inode: bigint): [low: number, high: number] => [
  Number(BigInt.asIntN(32, inode)),
  Number(BigInt.asIntN(32, inode >> 32n)),
];

const inodeIn = ([, , low, high]: BellAddress): bigint =>
  BigInt.asUintN(64, (BigInt(high as number) << 32n) | BigInt.asUintN(32, BigInt(low as number)));
