import { TextEncoder } from "node:util";

/** How a value gets to C, and back from it. */
export type NativeType = "buffer" | "i32" | "i64" | "u32" | "usize";

/** A function of the C library: parameters and result as `Deno.dlopen` takes them, and the others in their own words. */
export interface NativeSymbol {
  readonly parameters: readonly NativeType[];
  readonly result: NativeType;
  /** Where it is not the one that it has in the table. */
  readonly name?: string;
  /** Of a variadic function: how many parameters every call has. Some systems pass the others differently. */
  readonly fixed?: number;
}

/**
 * The part of the C library that runtimes have no functions for, or functions that differ between them, and that every system has.
 * Descriptors and counts of bytes are far below 2 ** 31.
 */
export const symbols = {
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "buffer"], result: "i32", fixed: 2 },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "usize" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "i32" },
  /** `fcntl` with a number. */
  setDescriptor: { name: "fcntl", parameters: ["i32", "i32", "i32"], result: "i32", fixed: 2 },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  usleep: { parameters: ["u32"], result: "i32" },
  waitid: { parameters: ["i32", "u32", "buffer", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
} as const satisfies Record<string, NativeSymbol>;

type Values<T extends readonly NativeType[]> = {
  -readonly [I in keyof T]: T[I] extends "buffer" ? Uint8Array : number;
};
type Result<T extends NativeType> = T extends "usize" ? number | bigint : number;

/** The functions of such a table, to be called. */
export type CallsOf<Table extends Record<string, NativeSymbol>> = {
  readonly [Name in keyof Table]: (...values: Values<Table[Name]["parameters"]>) => Result<Table[Name]["result"]>;
};

/** {@link symbols}, to be called. */
export type Posix = CallsOf<typeof symbols>;

// <fcntl.h>, <poll.h>, <signal.h>, <sys/mman.h> and <sys/socket.h>: these are the same everywhere.
export const AF_UNIX = 1;
export const F_SETFD = 2;
export const F_SETFL = 4;
export const FD_CLOEXEC = 1;
export const MAP_FAILED = 2n ** 64n - 1n;
export const MAP_FIXED = 0x10;
export const MAP_SHARED = 1;
export const POLLIN = 1;
export const POLLOUT = 4;
export const PROT_READ_WRITE = 3;
export const SIGKILL = 9;
export const SOCK_DGRAM = 2;
export const SOCK_STREAM = 1;

/** A string as C knows it. */
export const cString = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${text}\0`);
