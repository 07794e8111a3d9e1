import { numbers } from "../../native/numbers.js";
import { pairOf } from "../../native/pair.js";
import type { Native } from "../../runtime.js";
import { type Bell, type Bells, bytesOf, type Knocker } from "../system.js";
import { type LinuxPosix, O_CLOEXEC, O_RDONLY, O_WRONLY } from "./calls.js";
import { inodeOf, openOf } from "./elsewhere.js";

/*
 * A bell is a pipe, of which others open the writing end where its owner has it. Its place:
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

export const pipes = (native: Native<LinuxPosix>): Bells => ({
  make() {
    const [reading, writing] = pairOf(native, "a pipe", (ends) => native.posix.pipe2(ends, O_NONBLOCK | O_CLOEXEC));
    return bellOf(native, { reading, writing });
  },
  find(place) {
    const [pid, fd, low, high] = place as [number, number, number, number];
    const writing = openOf(native, pid, fd, O_WRONLY | O_NONBLOCK);
    if (writing === undefined) return undefined;
    const [isLow, isHigh] = wordsOf(inodeOf(native, writing));
    if (isLow === low && isHigh === high) return knockerAt(native, writing);
    native.posix.close(writing);
    return undefined;
  },
});

/** What another process tells of a bell that it has, for this one to {@link adopt} it. */
export const endsOf = ({ fd, place }: Bell): Ends => ({ reading: fd, writing: place[1] as number });

/** Opens a bell that another process has; undefined if that process is no more. */
export function adopt(native: Native<LinuxPosix>, pid: number, ends: Ends): Bell | undefined {
  const reading = openOf(native, pid, ends.reading, O_RDONLY | O_NONBLOCK);
  const writing = openOf(native, pid, ends.writing, O_WRONLY | O_NONBLOCK);
  return reading === undefined || writing === undefined ? undefined : bellOf(native, { reading, writing });
}

function bellOf(native: Native<LinuxPosix>, { reading, writing }: Ends): Bell {
  const knocker = knockerAt(native, writing);
  return {
    fd: reading,
    carries: "bytes",
    place: [process.pid, writing, ...wordsOf(inodeOf(native, writing))],
    holds: SMALLEST_PIPE,
    knocker,
    close() {
      native.posix.close(reading);
      knocker.close();
    },
  };
}

/** Where one knocks that has the writing end. */
const knockerAt = ({ posix }: Native<LinuxPosix>, writing: number): Knocker => ({
  knock: (what) => void posix.write(writing, bytesOf[what], 1),
  close: () => void posix.close(writing),
});

const wordsOf = (inode: bigint): [low: number, high: number] => [
  Number(BigInt.asIntN(32, inode)),
  Number(BigInt.asIntN(32, inode >> 32n)),
];
