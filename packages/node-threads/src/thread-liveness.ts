import { readFileSync, readlinkSync } from "node:fs";
import { type Liveness, type Memory, wakeAddressOfSlot } from "@heddle/core";

/**
 * The slot's thread, and when it was started, as its number may be used again.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SLOT_WAKE_ADDRESS`, two words | an earlier thread of the slot, or 0 | the slot's thread, THREAD last | itself; 0 where the system tells of no threads |
 */
const THREAD = 0;
const STARTED = 1;

/** When a thread was started, in `/proc/…/stat`, in ticks: counted from the field after its name, which may hold blanks. */
const START_FIELD = 19;

/**
 * Which threads live, where Node cannot tell without its event loop. A thread that runs out of memory is ended anywhere, in a critical
 * section too, and nobody can foresee it. On Linux each thread says which of the system's threads it is, and the system tells whether that
 * is there. Elsewhere nobody is taken for dead.
 */
export function threadLiveness({ buffer }: Pick<Memory, "buffer">): Liveness {
  const wakeAddress = (slot: number): Int32Array =>
    new Int32Array(buffer, wakeAddressOfSlot(slot) * Int32Array.BYTES_PER_ELEMENT, 2);
  return {
    claim(slot) {
      const thread = thisThread();
      Atomics.store(wakeAddress(slot), STARTED, thread === 0 ? 0 : startOf(thread));
      Atomics.store(wakeAddress(slot), THREAD, thread);
    },
    hasDied(slot) {
      const thread = Atomics.load(wakeAddress(slot), THREAD);
      return thread !== 0 && isGone(thread, Atomics.load(wakeAddress(slot), STARTED));
    },
    stop() {},
  };
}

/** The system's number of this thread; 0 where that cannot be told. */
function thisThread(): number {
  try {
    const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    return startOf(thread) === 0 ? 0 : thread;
  } catch {
    return 0;
  }
}

function startOf(thread: number): number {
  const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD]) | 0;
}

/** Whether the system says that there is no such thread: one that cannot be looked at is not taken for dead. */
function isGone(thread: number, started: number): boolean {
  try {
    return startOf(thread) !== started;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ESRCH";
  }
}
