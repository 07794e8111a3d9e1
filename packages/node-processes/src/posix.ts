import { createRequire } from "node:module";
import { allAtOnce, type NativeType, type Posix, type Runtime, symbols, unsupported } from "@heddle/process-host";
import type koffiModule from "koffi";

const koffi = load();

const wordFor: Record<NativeType, string> = {
  buffer: "void *",
  i32: "int32_t",
  i64: "int64_t",
  u32: "uint32_t",
  usize: "size_t",
};

/** The C library, by way of koffi. */
export function loadPosix(): Pick<Runtime, "posix" | "errno" | "mapped"> {
  const libc = koffi.load(null);
  const call = ([name, { parameters, result }]: [string, (typeof symbols)[keyof typeof symbols]]) => [
    name,
    libc.func(
      name,
      wordFor[result],
      parameters.map((type) => wordFor[type]),
    ),
  ];
  return {
    posix: Object.fromEntries(Object.entries(symbols).map(call)) as Posix,
    errno: () => koffi.errno(),
    mapped: allAtOnce((address, bytes) => koffi.view(address, bytes) as ArrayBuffer),
  };
}

function load(): typeof koffiModule {
  const threads = "@heddle/node-threads";
  if (process.platform !== "linux") throw unsupported(`not on ${process.platform}, only on Linux so far`, threads);
  try {
    return createRequire(import.meta.url)("koffi");
  } catch (cause) {
    throw unsupported(`koffi, which maps the memory, could not be loaded: ${String(cause)}`, threads, cause);
  }
}
