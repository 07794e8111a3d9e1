import { ftruncateSync } from "node:fs";
import type { Lives, Memory } from "@heddle/core";
import { anonymousFile } from "./anonymous-file.js";
import {
  bufferAt,
  F_GETLK,
  F_SETLK,
  F_UNLCK,
  F_WRLCK,
  flock,
  lastError,
  MAP_FAILED,
  MAP_SHARED,
  PROT_READ_WRITE,
  posix,
} from "./posix.js";

const GIBIBYTE = 2 ** 30;
/** How long to wait before looking again whether a process that was killed has gone. */
const LOOK_AGAIN_US = 100;

/** The region as another process opens it: by a descriptor that it has inherited. */
interface Token {
  readonly bytes: number;
}

/** A region of memory that processes share, and the descriptor that hands it on. */
export interface MappedMemory extends Memory {
  readonly fd: number;
}

/**
 * Maps the region: a new one, or with a token the one behind the descriptor `inherited`. All of its address space is reserved
 * at once, and none of its memory: the system gives a page when it is first written to.
 */
export function mapMemory(token: unknown, inherited: number, makeFile = anonymousFile): MappedMemory {
  const isFirst = token === undefined;
  const fd = isFirst ? makeFile("region") : inherited;
  const { bytes, address } = isFirst ? mapLargest(fd) : mapAll(fd, (token as Token).bytes);
  return {
    fd,
    buffer: bufferAt(address, bytes),
    maxBytes: bytes,
    token: { bytes } satisfies Token,
    lives: lockedLives(fd),
    grow: () => {},
  };
}

interface Mapping {
  readonly bytes: number;
  readonly address: number | bigint;
}

/** Where 4 GiB of address space are not to be had, less is taken. */
function mapLargest(fd: number): Mapping {
  for (let bytes = 4 * GIBIBYTE; ; bytes /= 2) {
    try {
      ftruncateSync(fd, bytes);
      return mapAll(fd, bytes);
    } catch (error) {
      if (bytes < GIBIBYTE / 16) throw error;
    }
  }
}

function mapAll(fd: number, bytes: number): Mapping {
  const address = posix.mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0);
  if (BigInt.asUintN(64, BigInt(address)) === MAP_FAILED)
    throw lastError("Heddle cannot map the memory of its workers");
  return { bytes, address };
}

/**
 * Each process holds a lock on the byte of the region's file that has its slot's number. The system gives it back at the
 * process's end, before anybody can hear of that end; and tells who holds it, so that no other process is ever taken for it.
 */
function lockedLives(fd: number): Lives {
  /** The process that lives in `slot`; 0 for none. This process's own locks do not show. */
  const holderOf = (slot: number): number => {
    const lock = flock(F_WRLCK, slot);
    // Should the system not know, nobody may be taken for dead.
    if (posix.fcntl(fd, F_GETLK, lock) !== 0) throw lastError("Heddle cannot ask which of its processes live");
    return lock.l_type === F_UNLCK ? 0 : lock.l_pid;
  };
  return {
    claim(slot) {
      if (posix.fcntl(fd, F_SETLK, flock(F_WRLCK, slot)) !== 0) throw lastError(`Heddle cannot claim slot ${slot}`);
    },
    hasDied: (slot) => holderOf(slot) === 0,
    stop(slot) {
      for (let pid = holderOf(slot); pid !== 0; pid = holderOf(slot)) {
        kill(pid);
        posix.usleep(LOOK_AGAIN_US);
      }
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has gone since.
  }
}
