import type { Handle } from "./cells.js";
import { WORD } from "./layout.js";
import type { Packet } from "./message/packet.js";

/*
 * A packet as bytes, for a queue's buffer. All numbers are 32-bit words:
 *
 *     ┌───────┬──────┬─────────┬───────┬──────────────────────────────┬─────────┬──────┬───────┐
 *     │ bytes │ text │ bundles │ blobs │ kind, address, generation … │ lengths │ text │ blobs │
 *     │ in all│ bytes│   n     │   m   │ n times                      │ m times │      │       │
 *     └───────┴──────┴─────────┴───────┴──────────────────────────────┴─────────┴──────┴───────┘
 *
 * Text and each blob are padded to a word. The bundles, one a message with objects, stand apart from the text so that whoever
 * drops a message can let go of them without knowing what it says.
 */
const HEADER_WORDS = 4;
const HANDLE_WORDS = 3;

export interface Unframed {
  readonly body: unknown;
  readonly bundles: readonly Handle[];
  readonly blobs: readonly Uint8Array[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const padded = (bytes: number): number => (bytes + 3) & ~3;

let scratch = new Uint8Array(1 << 12);
let scratchWords = new Uint32Array(scratch.buffer);

/** The packet's frame. It is valid until the next call. */
export function frame({ text, bundle, blobs }: Packet): Uint8Array {
  return frameAll(text, bundle === undefined ? [] : [bundle], blobs ?? []);
}

/** The frame of a text with the bundles and blobs of several packets. It is valid until the next call. */
export function frameAll(text: string, bundles: readonly Handle[], blobs: readonly Uint8Array[]): Uint8Array {
  const head = (HEADER_WORDS + bundles.length * HANDLE_WORDS + blobs.length) * WORD;
  const blobBytes = blobs.reduce((sum, blob) => sum + padded(blob.length), 0);
  // A UTF-16 unit takes three bytes of UTF-8 at most.
  makeRoom(head + padded(text.length * 3) + blobBytes);
  const words = scratchWords;
  const textBytes = encoder.encodeInto(text, scratch.subarray(head)).written;
  let word = HEADER_WORDS;
  for (const { kind, address, generation } of bundles) {
    words[word++] = kind;
    words[word++] = address;
    words[word++] = generation;
  }
  let at = head + padded(textBytes);
  for (const blob of blobs) {
    words[word++] = blob.length;
    scratch.set(blob, at);
    at += padded(blob.length);
  }
  words[0] = at;
  words[1] = textBytes;
  words[2] = bundles.length;
  words[3] = blobs.length;
  return scratch.subarray(0, at);
}

/** What a frame holds. The blobs are parts of `bytes`. */
export function unframe(bytes: Uint8Array): Unframed {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  const blobCount = words[3] as number;
  const bundles = bundlesOf(words);
  let word = HEADER_WORDS + bundles.length * HANDLE_WORDS;
  const text = (word + blobCount) * WORD;
  const textBytes = words[1] as number;
  const body: unknown = JSON.parse(decoder.decode(bytes.subarray(text, text + textBytes)));
  let at = text + padded(textBytes);
  const blobs: Uint8Array[] = [];
  for (let n = 0; n < blobCount; n++) {
    const length = words[word++] as number;
    blobs.push(bytes.subarray(at, at + length));
    at += padded(length);
  }
  return { body, bundles, blobs };
}

function bundlesOf(words: Uint32Array): Handle[] {
  const bundles: Handle[] = [];
  for (let n = words[2] as number, word = HEADER_WORDS; n > 0; n--, word += HANDLE_WORDS) {
    bundles.push({
      kind: words[word] as number,
      address: words[word + 1] as number,
      generation: words[word + 2] as number,
    });
  }
  return bundles;
}

/**
 * Where in the frame of one packet the address of its bundle is, as a word from its beginning; undefined if it has none.
 * `wordAt` reads one of its words.
 */
export function bundlePlace(wordAt: (word: number) => number): number | undefined {
  return wordAt(2) === 0 ? undefined : HEADER_WORDS + 1;
}

/** The bundle in the frame of one packet, 0 if it has none. */
export function bundleIn(frame: Uint8Array): number {
  const words = new Int32Array(frame.buffer, frame.byteOffset, frame.byteLength >> 2);
  const place = bundlePlace((word) => words[word] as number);
  return place === undefined ? 0 : (words[place] as number);
}

function makeRoom(bytes: number): void {
  if (scratch.length >= bytes) return;
  scratch = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)));
  scratchWords = new Uint32Array(scratch.buffer);
}
