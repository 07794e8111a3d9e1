import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { thisModule } from "@heddle/node-host";
import {
  allAtOnce,
  type CallsOf,
  isKnownSystem,
  LINUX,
  linux,
  linuxSymbols,
  type NativeSymbol,
  type NativeType,
  PORTABLE,
  portable,
  portableSymbols,
  type Runtime,
  type System,
  symbols,
  unsupported,
} from "@heddle/process-host";
import type koffiModule from "koffi";

const THREADS = "@heddle/node-threads";

const koffi = load();
const libc = koffi.load(null);

const wordFor: Record<NativeType, string> = {
  buffer: "void *",
  i32: "int32_t",
  i64: "int64_t",
  u32: "uint32_t",
  usize: "size_t",
};

/** The C library, by way of koffi. */
export const posix = calls(symbols);
export const errno: Runtime["errno"] = () => koffi.errno();

export const mapped = allAtOnce((address, bytes) => koffi.view(address, bytes) as ArrayBuffer);

/**
 * Linux, if there is all that makes it one; or any POSIX system. An environment variable has Linux be the latter: of the program alone,
 * as processes are told by their creator.
 */
export function systemNamed(name = process.env.HEDDLE_PROCESSES): System {
  const isLinux = process.platform === "linux" && existsSync("/proc/self/fd");
  const asked = name ?? (isLinux ? LINUX : PORTABLE);
  if (asked === PORTABLE) {
    const more = process.platform === "linux" ? calls({ fallocate: linuxSymbols.fallocate }) : {};
    return portable({ posix: { ...posix, ...calls(portableSymbols), ...more }, errno });
  }
  if (asked === LINUX && isLinux) return linux({ posix: { ...posix, ...calls(linuxSymbols) }, errno });
  throw unsupported(
    `HEDDLE_PROCESSES asks for ${asked}: it can be ${isLinux ? `${LINUX} or ` : ""}${PORTABLE}`,
    THREADS,
  );
}

/** The functions of such a table, by way of koffi. */
export function calls<Table extends Record<string, NativeSymbol>>(table: Table): CallsOf<Table> {
  const entries = Object.entries(table).map(([key, { parameters, result, name = key, fixed }]) => {
    const types = parameters.map((type) => wordFor[type]);
    if (fixed === undefined) return [key, libc.func(name, wordFor[result], types)];
    const variadic = libc.func(name, wordFor[result], [...types.slice(0, fixed), "..."]);
    return [key, (...values: unknown[]) => variadic(...values.flatMap((v, n) => (n < fixed ? [v] : [types[n], v])))];
  });
  return Object.fromEntries(entries) as CallsOf<Table>;
}

function load(): typeof koffiModule {
  if (!isKnownSystem) throw unsupported(`not on ${process.platform}, only on Linux, macOS and FreeBSD so far`, THREADS);
  try {
    return createRequire(thisModule(import.meta.url))("koffi");
  } catch (cause) {
    throw unsupported(
      `koffi, which maps the memory, could not be loaded (a bundle needs it beside it: copy node_modules/koffi): ${String(cause)}`,
      THREADS,
      cause,
    );
  }
}
