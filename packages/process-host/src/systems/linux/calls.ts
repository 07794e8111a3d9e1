import type { CallsOf, NativeSymbol, Posix } from "../../native/posix.js";

/** The calls that Linux has beside those that all systems have. */
export const linuxSymbols = {
  fallocate: { parameters: ["i32", "i32", "i64", "i64"], result: "i32" },
  getppid: { parameters: [], result: "i32" },
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  prctl: { parameters: ["i32", "usize"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "i64"], result: "i32" },
} as const satisfies Record<string, NativeSymbol>;

/** All that there is on Linux, to be called. */
export type LinuxPosix = Posix & CallsOf<typeof linuxSymbols>;

// The same on every 64-bit architecture.
export const AT_EMPTY_PATH = 0x1000;
/** The signal that tells of events at a descriptor. */
export const F_SETSIG = 10;
export const FALLOC_FL_KEEP_SIZE = 1;
export const FALLOC_FL_PUNCH_HOLE = 2;
export const MFD_CLOEXEC = 1;
export const MSG_DONTWAIT = 0x40;
export const O_CLOEXEC = 0o2000000;
export const O_RDWR = 2;
export const O_WRONLY = 1;
export const PR_SET_PDEATHSIG = 1;
export const STATX_INO = 0x100;
export const SYS_pidfd_open = 434;
