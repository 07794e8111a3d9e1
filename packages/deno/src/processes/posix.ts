import { allAtOnce, cString, type LinuxPosix, linux, linuxSymbols, type Runtime, symbols } from "@heddle/process-host";
import { cannot, demand } from "./needs.js";

/** Calls that Deno has functions for, too; they would need permission for each variable and each file. */
const unasked = {
  access: { parameters: ["buffer", "i32"], result: "i32" },
  getenv: { parameters: ["buffer"], result: "pointer" },
  unsetenv: { parameters: ["buffer"], result: "i32" },
} as const;

const libc = load();

/** The C library, by way of Deno's FFI, which takes numbers where its types say bigint. */
export const posix = libc as unknown as LinuxPosix;

/** Each thread has its own place for it. */
const errnoHere = new Deno.UnsafePointerView(libc.__errno_location() as Deno.PointerObject);
export const errno: Runtime["errno"] = () => errnoHere.getInt32();

export const system = linux({ posix, errno });

export const mapped = allAtOnce((address, bytes) =>
  Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(BigInt(address)) as Deno.PointerObject, bytes),
);

export const environment = {
  get(name: string): string | undefined {
    const value = libc.getenv(cString(name));
    return value === null ? undefined : Deno.UnsafePointerView.getCString(value);
  },
  delete(name: string): void {
    libc.unsetenv(cString(name));
  },
};

export const exists = (path: string): boolean => libc.access(cString(path), 0) === 0;

/** The command that this process was started with. */
export function commandLine(): string[] {
  const fd = posix.open(cString("/proc/self/cmdline"), 0);
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(4096);
  let text = "";
  for (let read = posix.read(fd, chunk, chunk.length); read > 0; read = posix.read(fd, chunk, chunk.length)) {
    text += decoder.decode(chunk.subarray(0, read), { stream: true });
  }
  posix.close(fd);
  // Each ends with a zero.
  return text.split("\0").slice(0, -1);
}

function load() {
  if (Deno.build.os !== "linux") throw cannot(`not on ${Deno.build.os}, only on Linux so far`);
  if (Deno.build.standalone) throw cannot("a compiled program has no Deno to run its processes");
  demand("ffi");
  try {
    return Deno.dlopen("libc.so.6", {
      ...symbols,
      ...linuxSymbols,
      ...unasked,
      __errno_location: { parameters: [], result: "pointer" },
    }).symbols;
  } catch (cause) {
    throw cannot(`the C library could not be loaded: ${String(cause)}`, cause);
  }
}
