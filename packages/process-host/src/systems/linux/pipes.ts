import { constants } from "node:os";
import { doNotBlock, keepToOneself } from "../../native/descriptors.js";
import { numbers } from "../../native/numbers.js";
import { pairOf } from "../../native/pair.js";
import type { Native } from "../../runtime.js";
import { type Bell, type Bells, bytesOf, type Knocker, type Place } from "../system.js";
import { type LinuxPosix, O_CLOEXEC, O_WRONLY } from "./calls.js";
import { inodeOf, openOf } from "./elsewhere.js";
import { SideDoors } from "./side-door.js";

/*
 * A bell is a pipe, of which others open the writing end where its owner has it, or knock at its side door. Its place:
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

/** What the smallest pipe holds. */
const SMALLEST_PIPE = 4096;

export function pipes(native: Native<LinuxPosix>): Bells {
  const sideDoors = new SideDoors(native);
  return {
    make() {
      const [reading, writing] = pairOf(native, "a pipe", (ends) => native.posix.pipe2(ends, O_NONBLOCK | O_CLOEXEC));
      return bellOf(native, { reading, writing });
    },
    own: ({ place }) => sideDoors.open(inodeIn(place)),
    find(place) {
      const [pid, fd] = place as [number, number];
      const writing = openOf(native, pid, fd, O_WRONLY | O_NONBLOCK);
      if (writing === undefined) return sideDoors.knockerAt(inodeIn(place));
      if (inodeOf(native, writing) === inodeIn(place)) return knockerAt(native, writing);
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
  const knocker = knockerAt(native, writing);
  const close = (): void => {
    native.posix.close(reading);
    knocker.close();
  };
  try {
    const place = [process.pid, writing, ...wordsOf(inodeOf(native, writing))];
    return { fd: reading, carries: "bytes", place, holds: SMALLEST_PIPE, knocker, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Where one knocks that has the writing end. */
export const knockerAt = (native: Native<LinuxPosix>, writing: number): Knocker => ({
  knock(what) {
    // It holds this process's own signals off, and whatever else may be wrong with it is not to be mended by knocking again.
    while (native.posix.write(writing, bytesOf[what], 1) < 0 && native.errno() === constants.errno.EINTR);
    return true;
  },
  close: () => void native.posix.close(writing),
});

const wordsOf = (inode: bigint): [low: number, high: number] => [
  Number(BigInt.asIntN(32, inode)),
  Number(BigInt.asIntN(32, inode >> 32n)),
];

const inodeIn = ([, , low, high]: Place): bigint =>
  BigInt.asUintN(64, (BigInt(high as number) << 32n) | BigInt.asUintN(32, BigInt(low as number)));
