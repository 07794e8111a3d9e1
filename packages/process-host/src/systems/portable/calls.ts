import type { CallsOf, NativeSymbol, Posix } from "../../native/posix.js";
import type { Fallocate } from "../set-aside.js";

/** The calls of the portable way beside those of all systems: every POSIX system has them. */
export const portableSymbols = {
  dlopen: { parameters: ["usize", "i32"], result: "usize" },
  dlsym: { parameters: ["usize", "buffer"], result: "usize" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  signal: { parameters: ["i32", "usize"], result: "usize" },
} as const satisfies Record<string, NativeSymbol>;

/** All that the portable way takes, to be called. */
export type PortablePosix = Posix & CallsOf<typeof portableSymbols> & Partial<Fallocate>;

// These are the same everywhere.
export const AF_INET = 2;
export const RTLD_LAZY = 1;
