import { TextDecoder, TextEncoder, textOfAscii } from "../web.js";
import type { PacketBytes, Unwritten } from "./unwritten.js";

/*
 * A long string travels as bytes beside the packet's text. JSON would search it for characters to escape, write it out, and read it
 * character by character. That takes three times as long as all the rest (docs/adr/0059). The last of the bytes says what the others are.
 */

/** Strings of more UTF-16 units than this are long. */
const LONG = 4096;
export const isLongText = (text: string): boolean => text.length > LONG;

const UTF_8 = 0;
/** UTF-16. Taken where this runtime copies it at once, as UTF-8 is read slowly there; and for half a surrogate pair, which has no UTF-8. */
const WIDE = 1;
const ASCII = 2;

interface WideBuffer extends Uint8Array {
  write(text: string, encoding: "utf16le"): number;
  toString(encoding?: "utf16le"): string;
}
interface WideBuffers {
  from(buffer: ArrayBufferLike, byteOffset: number, length: number): WideBuffer;
}

/** Deno's Buffer writes UTF-16 in a loop of its own, ten times as slowly as UTF-8. */
const buffers = (): WideBuffers | undefined =>
  "Deno" in globalThis ? undefined : (Reflect.get(globalThis, "Buffer") as WideBuffers | undefined);

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** Text that is ASCII, as long as nothing is found in it that is not. */
export class UnwrittenText implements Unwritten {
  length: number;
  readonly #text: string;
  #encoding = ASCII;
  /** As it is written at last, where that is not straight from the text. */
  #bytes: Uint8Array | undefined;

  constructor(text: string) {
    this.#text = text;
    this.length = text.length + 1;
    // Most text in which something is not ASCII shows it soon.
    if (encoder.encode(text.slice(0, LONG)).length > LONG) this.#takeAnother();
  }

  writeTo(target: Uint8Array): boolean {
    const text = this.#text;
    const room = target.subarray(0, target.length - 1);
    if (this.#bytes !== undefined) room.set(this.#bytes);
    else if (this.#encoding === WIDE) buffers()?.from(room.buffer, room.byteOffset, room.length).write(text, "utf16le");
    else {
      const { read } = encoder.encodeInto(text, room);
      if (read < text.length) {
        this.#takeAnother();
        return false;
      }
    }
    target[target.length - 1] = this.#encoding;
    return true;
  }

  /** Nobody can change a string. */
  owned(): PacketBytes {
    return this;
  }

  #takeAnother(): void {
    const text = this.#text;
    if (buffers() === undefined) this.#bytes = text.isWellFormed() ? encoder.encode(text) : unitsOf(text);
    this.#encoding = this.#bytes === undefined || !text.isWellFormed() ? WIDE : UTF_8;
    this.length = (this.#bytes?.length ?? text.length * 2) + 1;
  }
}

function unitsOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytes;
}

/** Undefined if nobody encodes so. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  const text = bytes.subarray(0, bytes.length - 1);
  switch (bytes[bytes.length - 1]) {
    case ASCII:
      return textOfAscii(text);
    case UTF_8:
      return decoder.decode(text);
    case WIDE:
      return text.length % 2 === 0 ? textOfUnits(text) : undefined;
    default:
      return undefined;
  }
}

function textOfUnits(bytes: Uint8Array): string {
  const wide = buffers();
  if (wide !== undefined) return wide.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf16le");
  let text = "";
  for (let i = 0; i < bytes.length; i += 2) {
    text += String.fromCharCode((bytes[i] as number) | ((bytes[i + 1] as number) << 8));
  }
  return text;
}
