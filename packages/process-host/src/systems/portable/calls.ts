import type { CallsOf, NativeSymbol, Posix } from "../../native/posix.js";

/** What the portable way takes beside what all take: every POSIX system has it. */
export const portableSymbols = {
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  dlopen: { parameters: ["usize", "i32"], result: "usize" },
  dlsym: { parameters: ["usize", "buffer"], result: "usize" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "i32" },
  /** `fcntl` with a number. */
  setDescriptor: { name: "fcntl", parameters: ["i32", "i32", "i32"], result: "i32", fixed: 2 },
  signal: { parameters: ["i32", "usize"], result: "usize" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
} as const satisfies Record<string, NativeSymbol>;

/** All that the portable way takes, to be called. */
export type PortablePosix = Posix & CallsOf<typeof portableSymbols>;

// These are the same everywhere.
export const AF_INET = 2;
export const AF_UNIX = 1;
export const F_SETFD = 2;
export const F_SETFL = 4;
export const FD_CLOEXEC = 1;
export const RTLD_LAZY = 1;
export const SOCK_DGRAM = 2;
export const SOCK_STREAM = 1;
