import { ptr, toArrayBuffer } from "bun:ffi";
import type { Runtime } from "@heddle/process-host";
import { windowsOf } from "../windows.js";

/** The unit of memory here: a multiple of any system's pages. */
const PAGE = 1 << 16;

/**
 * JavaScriptCore puts off its garbage collections by the size of the buffers that there are. One that spans 4 GiB at once puts them off by
 * gigabytes of garbage (`test/processes.runtime.test.ts`). So memory is mapped where a growable buffer has reserved room for itself, and
 * that grows with what is used. How many pages that are is told in the last one, as every process has a buffer of its own.
 */
export const mapped: Runtime["mapped"] = (bytes, map) => {
  const maxBytes = bytes - PAGE;
  const buffer = new SharedArrayBuffer(PAGE, { maxByteLength: bytes });
  const address = ptr(new Uint8Array(buffer));
  map(address);
  const used = new Int32Array(toArrayBuffer(address, maxBytes, PAGE), 0, 1);
  return {
    get buffer() {
      const bytes = Atomics.load(used, 0) * PAGE;
      if (bytes > buffer.byteLength) buffer.grow(bytes);
      return buffer;
    },
    maxBytes,
    window: windowsOf(buffer),
    grow(bytes) {
      const pages = Math.ceil(bytes / PAGE);
      for (let seen = Atomics.load(used, 0); seen < pages; ) {
        const before = Atomics.compareExchange(used, 0, seen, pages);
        if (before === seen) return;
        seen = before;
      }
    },
  };
};
