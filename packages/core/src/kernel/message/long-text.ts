import { TextDecoder, TextEncoder } from "../web.js";

/*
 * A long string travels as bytes beside the packet's text. JSON would search it for characters to escape, write it out, and read it
 * character by character. That takes three times as long as all the rest (docs/adr/0059).
 */

/** Strings of more UTF-16 units than this are long. */
const LONG = 4096;
export const isLongText = (text: string): boolean => text.length > LONG;

/** The form of the bytes; {@link WIDE} where this runtime copies UTF-16 at once, as UTF-8 is read slowly there unless it is ASCII. */
const UTF_8 = 0;
const WIDE = 1;

export interface TextBytes {
  readonly bytes: Uint8Array;
  readonly encoding: number;
}

interface WideBuffer extends Uint8Array {
  toString(encoding?: "utf16le"): string;
}
interface WideBuffers {
  from(text: string, encoding: "utf16le"): WideBuffer;
  from(buffer: ArrayBufferLike, byteOffset: number, length: number): WideBuffer;
}

/** Deno's Buffer writes UTF-16 in a loop of its own, ten times as slowly as UTF-8. */
const buffers = (): WideBuffers | undefined =>
  "Deno" in globalThis ? undefined : (Reflect.get(globalThis, "Buffer") as WideBuffers | undefined);

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** A string's bytes; undefined if they would not be the same string again, as of half a surrogate pair where there is no UTF-16. */
export function bytesOfText(text: string): TextBytes | undefined {
  const wide = buffers();
  // Most text in which something is not ASCII shows it soon.
  const isWide = wide !== undefined && encoder.encode(text.slice(0, LONG)).length > LONG;
  if (!isWide) {
    const bytes = encoder.encode(text);
    if (bytes.length === text.length || text.isWellFormed()) return { bytes, encoding: UTF_8 };
  }
  return wide === undefined ? undefined : { bytes: wide.from(text, "utf16le"), encoding: WIDE };
}

/** Undefined if nobody encodes so. */
export function textOfBytes(bytes: Uint8Array, encoding: unknown): string | undefined {
  if (encoding === UTF_8) return decoder.decode(bytes);
  const wide = buffers();
  if (encoding !== WIDE || wide === undefined) return undefined;
  return wide.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf16le");
}
