import { dlopen, type FFIFunction, type Pointer, read } from "bun:ffi";
import {
  type LinuxPosix,
  linux,
  linuxSymbols,
  type NativeSymbol,
  type Runtime,
  symbols,
  unsupported,
} from "@heddle/process-host";

/** The C library goes by different names: glibc's, and musl's on each architecture. */
const NAMES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"] as const;

const THREADS = "@heddle/bun";

/** The table's words are Bun's own, but for what they are called. */
const entries = Object.entries<NativeSymbol>({ ...symbols, ...linuxSymbols });
const functionOf = ({ parameters, result }: NativeSymbol): FFIFunction => ({ args: [...parameters], returns: result });
const functions = Object.fromEntries(
  entries.filter(([, symbol]) => symbol.name === undefined).map(([key, symbol]) => [key, functionOf(symbol)]),
);

const { name, library } = load();

/** The C library, by way of bun:ffi. */
export const posix = { ...library, ...renamed() } as unknown as LinuxPosix;

/** Each thread has its own place for it. */
const errnoHere = (library.__errno_location as () => Pointer)();
export const errno: Runtime["errno"] = () => read.i32(errnoHere);

export const system = linux({ posix, errno });

/** Those that have another name in the table, each loaded by itself: two may be one function, called in two ways. */
function renamed(): Record<string, unknown> {
  const loaded = entries.flatMap(([key, symbol]) =>
    symbol.name === undefined ? [] : [[key, dlopen(name, { [symbol.name]: functionOf(symbol) }).symbols[symbol.name]]],
  );
  return Object.fromEntries(loaded);
}

function load(): { readonly name: string; readonly library: Record<string, unknown> } {
  if (process.platform !== "linux") throw unsupported(`not on ${process.platform}, only on Linux so far`, THREADS);
  const failures: unknown[] = [];
  for (const name of NAMES) {
    try {
      const all = { ...functions, __errno_location: { args: [], returns: "ptr" } } as const;
      return { name, library: dlopen(name, all).symbols };
    } catch (error) {
      failures.push(error);
    }
  }
  throw unsupported(`the C library, which maps the memory, could not be loaded: ${failures.join("; ")}`, THREADS);
}
