import { ptr, toArrayBuffer } from "bun:ffi";
import type { Memory } from "@heddle/core";

/**
 * Windows of a growable buffer, which stays where it is. Not clones of it: JavaScriptCore counts all of its bytes for each of them, and puts
 * off its collections by that.
 */
export const windowsOf =
  (memory: ArrayBufferLike): Memory["window"] =>
  (start, length) => ({ buffer: toArrayBuffer(ptr(new Uint8Array(memory)), start, length), byteOffset: 0 });
