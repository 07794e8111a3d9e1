import { createRequire } from "node:module";
import { constants } from "node:os";
import { HeddleError } from "@heddle/core";
import type koffiModule from "koffi";

/** The part of the C library that Node has no functions for. */
export interface Posix {
  /** A file in memory without a name, or -1. Linux. */
  memfd_create(name: string, flags: number): number;
  /** An address, as a number or a bigint; {@link MAP_FAILED} if that cannot be. */
  mmap(address: null, bytes: number, protection: number, flags: number, fd: number, offset: number): number | bigint;
  fcntl(fd: number, command: number, lock: Flock): number;
  pipe2(fds: Int32Array, flags: number): number;
  poll(fds: Uint8Array, count: number, timeoutMs: number): number;
  read(fd: number, into: Uint8Array, bytes: number): number;
  write(fd: number, from: Uint8Array, bytes: number): number;
  usleep(microseconds: number): number;
  /** Linux. */
  prctl(option: number, argument: number): number;
  waitid(type: number, id: number, info: Uint8Array, options: number): number;
}

/** A lock on a range of a file's bytes, which the system gives back when its owner ends, however that happens. */
export interface Flock {
  l_type: number;
  l_whence: number;
  l_start: number;
  l_len: number;
  l_pid: number;
}

// <fcntl.h>, <sys/mman.h>, <poll.h>, <sys/prctl.h>, <sys/wait.h> of Linux, which are the same on every 64-bit architecture.
export const MFD_CLOEXEC = 1;
export const PROT_READ_WRITE = 3;
export const MAP_SHARED = 1;
export const MAP_FAILED = 2n ** 64n - 1n;
export const F_GETLK = 5;
export const F_SETLK = 6;
export const F_SETLKW = 7;
export const F_WRLCK = 1;
export const F_UNLCK = 2;
export const O_NONBLOCK_CLOEXEC = 0o2004000;
export const POLLIN = 1;
export const POLLOUT = 4;
export const PR_SET_PDEATHSIG = 1;
const P_PID = 1;
/** WEXITED | WNOWAIT: waits for the end of a child, and leaves it for Node to collect. */
const WEXITED_NOWAIT = 0x0100_0004;
/** Where a siginfo_t of SIGCHLD has the way in which the child ended, and its exit code or signal. */
const SI_CODE_WORD = 2;
const SI_STATUS_WORD = 6;
const SIGINFO_BYTES = 128;
const CLD_EXITED = 1;

const { koffi, posix } = load();

export { posix };

/** The memory at `address`, as a buffer that stays valid as long as the mapping does. */
export const bufferAt = (address: number | bigint, bytes: number): ArrayBuffer =>
  koffi.view(address, bytes) as ArrayBuffer;

/** A lock of `length` bytes from `start`, to be passed to fcntl. */
export const flock = (type: number, start: number): Flock => ({
  l_type: type,
  l_whence: 0,
  l_start: start,
  l_len: 1,
  l_pid: 0,
});

/** How a child of this process has ended, or is just about to. */
export function endOf(pid: number): { code: number | null; signal: NodeJS.Signals | null } {
  const info = new Int32Array(SIGINFO_BYTES / 4);
  if (posix.waitid(P_PID, pid, new Uint8Array(info.buffer), WEXITED_NOWAIT) !== 0) return { code: null, signal: null };
  const status = info[SI_STATUS_WORD] as number;
  if (info[SI_CODE_WORD] === CLD_EXITED) return { code: status, signal: null };
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === status) ?? [];
  return { code: null, signal: signal as NodeJS.Signals };
}

/** The error of the call that has just failed. */
export function lastError(what: string): Error {
  const errno = koffi.errno();
  const [name = `error ${errno}`] = Object.entries(koffi.os.errno).find(([, code]) => code === errno) ?? [];
  return new Error(`${what}: ${name}`);
}

function load(): { koffi: typeof koffiModule; posix: Posix } {
  if (process.platform !== "linux") throw unsupported(`not on ${process.platform}, only on Linux so far`);
  let koffi: typeof koffiModule;
  try {
    koffi = createRequire(import.meta.url)("koffi");
  } catch (cause) {
    throw unsupported(`koffi, which maps the memory, could not be loaded: ${String(cause)}`, cause);
  }
  const libc = koffi.load(null);
  koffi.struct("flock", {
    l_type: "int16_t",
    l_whence: "int16_t",
    l_start: "int64_t",
    l_len: "int64_t",
    l_pid: "int32_t",
  });
  const posix = {
    memfd_create: libc.func("int memfd_create(const char *name, unsigned int flags)"),
    mmap: libc.func("void *mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)"),
    fcntl: libc.func("int fcntl(int fd, int command, _Inout_ flock *lock)"),
    pipe2: libc.func("int pipe2(_Out_ int *fds, int flags)"),
    poll: libc.func("int poll(_Inout_ void *fds, unsigned long count, int timeout)"),
    read: libc.func("intptr_t read(int fd, _Out_ void *buffer, size_t bytes)"),
    write: libc.func("intptr_t write(int fd, const void *buffer, size_t bytes)"),
    usleep: libc.func("int usleep(unsigned int microseconds)"),
    prctl: libc.func("int prctl(int option, unsigned long argument)"),
    waitid: libc.func("int waitid(int type, unsigned int id, _Out_ void *info, int options)"),
  } as unknown as Posix;
  return { koffi, posix };
}

function unsupported(why: string, cause?: unknown): HeddleError {
  const what = `Processes cannot share memory here: ${why}. Threads can: @heddle/node-threads has the same API`;
  return new HeddleError("HEDDLE_UNSUPPORTED", what, { cause });
}
