import { SendError } from "../contracts/errors.js";
import type { Blobs } from "./blobs.js";
import type { Handle } from "./cells.js";
import { WORD } from "./layout.js";
import type { Packet } from "./message/packet.js";
import type { PacketBytes } from "./message/unwritten.js";
import { TextDecoder, TextEncoder, textOfAscii } from "./web.js";

/*
 * Text and blobs of a packet in a cell of their own (Kind.Blob), written once by the sender and read once by the receiver:
 *
 *     ┌────────┬───────┬─────────┬──────────────────────────┬─────────────┐
 *     │ bytes  │ blobs │ lengths │ blobs, each padded to    │ text, UTF-8 │
 *     │ of text│   n   │ n times │ eight bytes              │             │
 *     └────────┴───────┴─────────┴──────────────────────────┴─────────────┘
 *
 * The highest bit of the first word says that the text is ASCII. The blobs begin at multiples of eight bytes, as V8 copies from and to shared
 * memory by words only if both sides do.
 */

/** The most that one message may take. */
export const MOST_BYTES = 0x7fff_ffff;
const ASCII = 0x8000_0000;
/** Text whose bytes nobody counts first: the most that it can take is little. */
const SHORT = 1 << 12;

const NONE: readonly never[] = /* @__PURE__ */ Object.freeze([]);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** About how many bytes a packet takes: those of its text as if it were ASCII. */
export function sizeOfPacket({ text, blobs }: Pick<Packet, "text" | "blobs">): number {
  let bytes = text.length;
  if (blobs !== undefined) for (const blob of blobs) bytes += blob.length;
  return bytes;
}

/** Writes text and blobs into a cell of this worker's. Throws SendError for what is too large, and then leaves nothing behind. */
export function writeLarge(cells: Blobs, { text, blobs = NONE }: Pick<Packet, "text" | "blobs">): Handle {
  // Most long texts are ASCII: any other is counted and written again.
  const likely = text.length <= SHORT ? text.length * 3 : text.length;
  return tryWrite(cells, text, blobs, likely) ?? writeCounted(cells, text, blobs);
}

function writeCounted(cells: Blobs, text: string, blobs: readonly PacketBytes[]): Handle {
  const handle = tryWrite(cells, text, blobs, utf8Length(text));
  if (handle === undefined) throw new Error("Heddle kernel: a text took more bytes than were counted");
  return handle;
}

/** Undefined if the text takes more than `textBytes`, or a blob more than it said: then each that does has been told, and says so. */
function tryWrite(cells: Blobs, text: string, blobs: readonly PacketBytes[], textBytes: number): Handle | undefined {
  const head = padded((2 + blobs.length) * WORD);
  const blobBytes = blobs.reduce((sum, blob) => sum + padded(blob.length), head);
  const handle = create(cells, blobBytes + textBytes);
  try {
    const target = cells.bytesOf(handle);
    const { read, written } = encoder.encodeInto(text, target.subarray(blobBytes));
    const words = new Uint32Array(target.buffer, target.byteOffset, 2 + blobs.length);
    words[0] = written === text.length ? written | ASCII : written;
    words[1] = blobs.length;
    let fits = read === text.length;
    let at = head;
    for (let n = 0; n < blobs.length; n++) {
      const blob = blobs[n] as PacketBytes;
      const { length } = blob;
      words[2 + n] = length;
      if (blob instanceof Uint8Array) target.set(blob, at);
      else fits = blob.writeTo(target.subarray(at, at + length)) && fits;
      at += padded(length);
    }
    if (fits) return handle;
    cells.drop(handle);
    return undefined;
  } catch (error) {
    cells.drop(handle);
    throw error;
  }
}

function create(cells: Blobs, bytes: number): Handle {
  if (bytes > MOST_BYTES) throw tooLarge(bytes);
  try {
    return cells.create(bytes);
  } catch (error) {
    throw new SendError(`A message of ${bytes} bytes cannot be sent: ${(error as Error).message}`, "", {
      cause: error,
    });
  }
}

export const tooLarge = (bytes: number, cause?: unknown): SendError =>
  new SendError(`A message is too large: ${limitAdvice(bytes)}`, "", { cause });

export const limitAdvice = (bytes: number): string =>
  `a message may take ${MOST_BYTES} bytes; one of ${bytes} or more cannot be sent in one piece`;

/** The packet that {@link writeLarge} wrote. The blobs are parts of `bytes`. */
export function readLarge(bytes: Uint8Array): { readonly body: unknown; readonly blobs: readonly Uint8Array[] } {
  const [told = 0, count = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
  const lengths = new Uint32Array(bytes.buffer, bytes.byteOffset + 2 * WORD, count);
  const blobs: Uint8Array[] = new Array(count);
  let at = padded((2 + count) * WORD);
  for (let n = 0; n < count; n++) {
    const length = lengths[n] as number;
    blobs[n] = bytes.subarray(at, at + length);
    at += padded(length);
  }
  const text = bytes.subarray(at, at + (told & MOST_BYTES));
  return { body: JSON.parse(told >= ASCII ? textOfAscii(text) : decoder.decode(text)), blobs };
}

/** Bytes of a text without lone surrogates, which JSON writes as escapes. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Half of a pair takes two of the four bytes.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
