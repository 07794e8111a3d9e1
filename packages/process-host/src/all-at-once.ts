import type { Runtime } from "./runtime.js";

/** Mapped memory that can be used to its end from the start, on runtimes that make a buffer of what is at an address. */
export const allAtOnce =
  (bufferAt: (address: number | bigint, bytes: number) => ArrayBuffer): Runtime["mapped"] =>
  (bytes, map) => {
    const address = map();
    return {
      buffer: bufferAt(address, bytes),
      maxBytes: bytes,
      grow() {},
      window: (start, length) => ({ buffer: bufferAt(BigInt(address) + BigInt(start), length), byteOffset: 0 }),
    };
  };
