import type { Liveness, Memory } from "@heddle/core";
import { lastError, systemError } from "./errors.js";
import { MAP_FAILED, MAP_FIXED, MAP_SHARED, PROT_READ_WRITE, SIGKILL } from "./native/posix.js";
import { holderOf, tryLock } from "./native/record-lock.js";
import type { Mapped, Runtime } from "./runtime.js";
import type { System } from "./systems/system.js";

const GIBIBYTE = 2 ** 30;
/** How long to wait before looking again whether a process that was killed has gone. */
const LOOK_AGAIN_US = 100;

/** The region as another process opens it, which has its file. */
interface Token {
  readonly bytes: number;
}

/** A region of memory that processes share, and the descriptor by which others open it. */
export interface MappedMemory extends Memory {
  readonly fd: number;
  /** Claims this process's slot once more, for a runtime that has closed a copy of the file's descriptor. */
  renewClaim(): void;
}

/**
 * Maps the region whose file is open as `fd`: a new one, or with a token one that others have mapped. All of its address space is
 * reserved at once, and none of its memory: the system gives a page when it is first written to.
 */
export function mapMemory(
  runtime: Runtime,
  system: Pick<System, "setAside">,
  fd: number,
  token?: unknown,
): MappedMemory {
  let aside = 0;
  const { bytes, mapped } = token === undefined ? mapLargest(runtime, fd) : mapAll(runtime, fd, (token as Token).bytes);
  return {
    fd,
    get buffer() {
      return mapped.buffer;
    },
    maxBytes: mapped.maxBytes,
    token: { bytes } satisfies Token,
    ...livenessByLocks(runtime, fd),
    grow: (bytes) => mapped.grow(bytes),
    setAside(bytes) {
      if (bytes <= aside) return;
      if (!system.setAside(fd, aside, bytes - aside))
        throw systemError(`${bytes} bytes of shared memory cannot be had`, "ENOSPC");
      aside = bytes;
    },
    window: (start, length) => mapped.window(start, length),
  };
}

interface Mapping {
  /** Those of the file, of which the runtime may keep some for itself. */
  readonly bytes: number;
  readonly mapped: Mapped;
}

/** Where 4 GiB of address space are not to be had, less is taken. */
function mapLargest(runtime: Runtime, fd: number): Mapping {
  for (let bytes = 4 * GIBIBYTE; ; bytes /= 2) {
    try {
      if (runtime.posix.ftruncate(fd, bytes) !== 0)
        throw lastError(runtime, "Heddle cannot have memory for its workers");
      return mapAll(runtime, fd, bytes);
    } catch (error) {
      if (bytes < GIBIBYTE / 16) throw error;
    }
  }
}

function mapAll(runtime: Runtime, fd: number, bytes: number): Mapping {
  const mapped = runtime.mapped(bytes, (place) => {
    const flags = place === undefined ? MAP_SHARED : MAP_SHARED | MAP_FIXED;
    const address = runtime.posix.mmap(place ?? 0, bytes, PROT_READ_WRITE, flags, fd, 0);
    if (BigInt.asUintN(64, BigInt(address)) === MAP_FAILED) {
      throw lastError(runtime, "Heddle cannot map the memory of its workers");
    }
    return address;
  });
  return { bytes, mapped };
}

/**
 * Each process holds a lock on the byte of the region's file that has its slot's number. The system gives it back at the process's end,
 * before any other process can hear of that end. It also tells which process holds it, so that no other process is ever taken for it. The
 * lock is gone as well as soon as the process closes any descriptor of that file (fcntl(2)), a copy of this one too. So nobody may open
 * that file a second time in the same process and close it. Bun closes a copy of what it has a process inherit before `Bun.spawn` returns:
 * the claim is renewed then, in the same turn. Only a worker that waits for a latch asks whether its holder lives, and the process held
 * none.
 */
function livenessByLocks(runtime: Runtime, fd: number): Pick<MappedMemory, "liveness" | "renewClaim"> {
  let claimed: number | undefined;
  /** The process that lives in `slot`; 0 for none. */
  const whoLivenessIn = (slot: number): number => {
    const pid = holderOf(runtime, fd, slot);
    // Nobody may be taken for dead because the system does not know.
    if (pid === undefined) throw lastError(runtime, "Heddle cannot ask which of its processes live");
    return pid;
  };
  const claim = (slot: number): void => {
    if (!tryLock(runtime, fd, slot)) throw lastError(runtime, `Heddle cannot claim slot ${slot}`);
    claimed = slot;
  };
  const liveness: Liveness = {
    claim,
    hasDied: (slot) => whoLivenessIn(slot) === 0,
    stop(slot) {
      for (let pid = whoLivenessIn(slot); pid !== 0; pid = whoLivenessIn(slot)) {
        runtime.posix.kill(pid, SIGKILL);
        runtime.posix.usleep(LOOK_AGAIN_US);
      }
    },
  };
  return {
    liveness,
    renewClaim() {
      if (claimed !== undefined) claim(claimed);
    },
  };
}
