import { dlopen, type FFIFunction, type Pointer, read } from "bun:ffi";
import { type LinuxPosix, linux, linuxSymbols, type Runtime, symbols, unsupported } from "@heddle/process-host";

/** The C library goes by different names: glibc's, and musl's on each architecture. */
const NAMES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"] as const;

const THREADS = "@heddle/bun";

/** The table's words are Bun's own, but for what they are called. */
const functions = Object.fromEntries(
  Object.entries({ ...symbols, ...linuxSymbols }).map(([name, { parameters, result }]): [string, FFIFunction] => [
    name,
    { args: [...parameters], returns: result },
  ]),
);

const { name, library } = load();

/** The C library, by way of bun:ffi. */
export const posix = library as unknown as LinuxPosix;

/** fcntl with a number for its third argument. */
export const { fcntl: setDescriptor } = dlopen(name, {
  fcntl: { args: ["i32", "i32", "i64"], returns: "i32" },
}).symbols;

/** Each thread has its own place for it. */
const errnoHere = (library.__errno_location as () => Pointer)();
export const errno: Runtime["errno"] = () => read.i32(errnoHere);

export const system = linux({ posix, errno });

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
