import type { Runtime } from "./runtime.js";

/** Mapped memory that can be used to its end from the start, on runtimes that make a buffer of what is at an address. */
export const allAtOnce =
  (bufferAt: (address: number | bigint, bytes: number) => ArrayBuffer): Runtime["mapped"] =>
  (bytes, map) => ({ buffer: bufferAt(map(), bytes), maxBytes: bytes, grow() {} });
