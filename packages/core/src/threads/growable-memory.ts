import type { Liveness, Memory } from "../contracts/adapter.js";
import { structuredClone } from "../kernel/web.js";

const GIBIBYTE = 2 ** 30;

/**
 * Memory for backends whose workers are threads: a growable SharedArrayBuffer. Reserving costs address space alone; where 4 GiB
 * of it is not to be had, less is reserved. `token` is the buffer of another worker, undefined for the first.
 */
export function growableMemory(token: unknown): Memory {
  const buffer = token instanceof SharedArrayBuffer ? token : reserve();
  return {
    buffer,
    maxBytes: buffer.maxByteLength,
    token: buffer,
    liveness: threadLiveness,
    // A clone of a shared buffer is another object over the same memory, which grows with it.
    window: (byteOffset) => ({ buffer: structuredClone(buffer), byteOffset }),
    grow(bytes: number): void {
      while (buffer.byteLength < bytes) {
        try {
          buffer.grow(bytes);
        } catch (error) {
          // Another worker may have grown it further meanwhile; a shared buffer cannot shrink.
          if (buffer.byteLength < bytes) throw error;
        }
      }
    },
  };
}

/** Threads end by themselves or are ended by who started them, which waits until they are in no critical section. */
export const threadLiveness: Liveness = { claim: () => {}, hasDied: () => false, stop: () => {} };

function reserve(): SharedArrayBuffer {
  for (let maxByteLength = 4 * GIBIBYTE; ; maxByteLength /= 2) {
    try {
      return new SharedArrayBuffer(0, { maxByteLength });
    } catch (error) {
      if (!(error instanceof RangeError) || maxByteLength < GIBIBYTE / 16) throw error;
    }
  }
}
