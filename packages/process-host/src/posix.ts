/**
 * The part of the C library that runtimes have no functions for, or not such as work alike on all of them: parameters and results
 * as `Deno.dlopen` takes them, and the others in their own words. Descriptors and counts of bytes are far below 2 ** 31.
 */
export const symbols = {
  close: { parameters: ["i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  getppid: { parameters: [], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "usize" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  prctl: { parameters: ["i32", "usize"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "i64"], result: "i32" },
  usleep: { parameters: ["u32"], result: "i32" },
  waitid: { parameters: ["i32", "u32", "buffer", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
} as const;

/** How a value gets to C, and back from it. */
export type NativeType = "buffer" | "i32" | "i64" | "u32" | "usize";

type Values<T extends readonly NativeType[]> = {
  -readonly [I in keyof T]: T[I] extends "buffer" ? Uint8Array : number;
};
type Results = { readonly i32: number; readonly usize: number | bigint };

/** {@link symbols}, to be called. */
export type Posix = {
  readonly [Name in keyof typeof symbols]: (
    ...values: Values<(typeof symbols)[Name]["parameters"]>
  ) => Results[(typeof symbols)[Name]["result"]];
};

// <fcntl.h>, <poll.h>, <sys/mman.h> and others of Linux, which are the same on every 64-bit architecture.
export const AT_EMPTY_PATH = 0x1000;
export const CLD_EXITED = 1;
export const F_GETLK = 5;
export const F_SETLK = 6;
export const F_SETLKW = 7;
export const F_UNLCK = 2;
export const F_WRLCK = 1;
export const MAP_FAILED = 2n ** 64n - 1n;
export const MAP_FIXED = 0x10;
export const MAP_SHARED = 1;
export const MFD_CLOEXEC = 1;
export const O_CLOEXEC = 0o2000000;
export const O_NONBLOCK = 0o4000;
export const O_RDONLY = 0;
export const O_RDWR = 2;
export const O_WRONLY = 1;
export const P_PID = 1;
export const POLLIN = 1;
export const POLLOUT = 4;
export const PR_SET_PDEATHSIG = 1;
export const PROT_READ_WRITE = 3;
export const SIGKILL = 9;
export const STATX_INO = 0x100;
export const SYS_pidfd_open = 434;
/** WEXITED | WNOWAIT: waits for the end of a child, and leaves it for the runtime to collect. */
export const WEXITED_NOWAIT = 0x0100_0004;

/** A string as C knows it. */
export const cString = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${text}\0`);
