import type { Handle } from "./cells.js";
import { MOST_BYTES, tooLarge } from "./large.js";
import { WORD } from "./layout.js";
import type { Packet } from "./message/packet.js";
import { unreadable } from "./message/unpack.js";
import { bytesOf } from "./message/unwritten.js";
import { TextDecoder, TextEncoder } from "./web.js";

/*
 * A packet as bytes, for a queue's buffer. All numbers are 32-bit words:
 *
 *     ┌───────┬──────┬─────────┬───────┬──────────────────────────────┬─────────┬──────┬───────┐
 *     │ bytes │ text │ ref sets│ blobs │ kind, address, generation … │ lengths │ text │ blobs │
 *     │ in all│ bytes│   n     │   m   │ n times                      │ m times │      │       │
 *     └───────┴──────┴─────────┴───────┴──────────────────────────────┴─────────┴──────┴───────┘
 *
 * Text and each blob are padded to a word, and all of it to two: shared memory is copied faster in steps of eight bytes. The reference
 * sets, one a message with objects, stand apart from the text: a worker that drops a message can free them without unpacking it.
 */
const HEADER_WORDS = 4;
const HANDLE_WORDS = 3;
const ALIGNMENT = 8;

export interface Unframed {
  readonly body: unknown;
  readonly referenceSets: readonly Handle[];
  readonly blobs: readonly Uint8Array[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const padded = (bytes: number): number => bytes + (-bytes & 3);

/**
 * Memory in which frames are made, one after the other. Up to so many bytes of it are kept from one frame to the next; a larger memory
 * stays only until garbage is collected.
 */
const KEPT_BYTES = 1 << 16;

export interface Frame {
  readonly frame: Uint8Array;
  release(): void;
}

class Scratch implements Frame {
  readonly bytes: Uint8Array;
  /** The beginning of it that holds the frame. */
  frame: Uint8Array;
  readonly #words: Uint32Array;
  /** Beginnings of it, by their length in words: to make a view costs more than to fill a short one. */
  readonly #beginnings: (Uint8Array | undefined)[] = new Array(256).fill(undefined);

  constructor(bytes: number) {
    this.bytes = new Uint8Array(bytes);
    this.frame = this.bytes;
    this.#words = new Uint32Array(this.bytes.buffer);
  }

  release(): void {
    releaseScratch(this);
  }

  fill(text: string, referenceSets: readonly Handle[], blobs: readonly Uint8Array[]): void {
    const words = this.#words;
    const head = headBytes(referenceSets, blobs);
    const textBytes = this.#writeText(text, head);
    let word = HEADER_WORDS;
    for (const { kind, address, generation } of referenceSets) {
      words[word++] = kind;
      words[word++] = address;
      words[word++] = generation;
    }
    let at = head + padded(textBytes);
    for (const blob of blobs) {
      words[word++] = blob.length;
      this.bytes.set(blob, at);
      at += padded(blob.length);
    }
    const end = Math.ceil(at / ALIGNMENT) * ALIGNMENT;
    words[0] = end;
    words[1] = textBytes;
    words[2] = referenceSets.length;
    words[3] = blobs.length;
    this.frame = this.#beginning(end);
  }

  /** Writes text, from `at` on; how many bytes it takes. */
  #writeText(text: string, at: number): number {
    const { bytes } = this;
    if (text.length > SHORT) return encoder.encodeInto(text, bytes.subarray(at)).written;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return encoder.encodeInto(text, bytes.subarray(at)).written;
      bytes[at + i] = unit;
    }
    return text.length;
  }

  #beginning(bytes: number): Uint8Array {
    const words = bytes / WORD;
    if (words >= this.#beginnings.length) return this.bytes.subarray(0, bytes);
    const known = this.#beginnings[words] ?? this.bytes.subarray(0, bytes);
    this.#beginnings[words] = known;
    return known;
  }
}

/** The scratch that is free; none while a frame is in use. */
let free: Scratch | undefined = new Scratch(1 << 12);
let freeLarge: WeakRef<Scratch> | undefined;

/**
 * The packet's frame. It is valid until it is released: then the memory is the next frame's. A frame that is made meanwhile gets memory of
 * its own, so nothing that runs before the release can change it. Copy the parts that are needed for longer.
 */
export function frameOf({ text, references, blobs: packed = NONE }: Packet): Frame {
  const blobs = packed.length === 0 ? NONE : packed.map(bytesOf);
  const referenceSets = references === undefined ? NONE : [references];
  const blobBytes = blobs.length === 0 ? 0 : blobs.reduce((sum, blob) => sum + padded(blob.length), 0);
  // A UTF-16 unit takes three bytes of UTF-8 at most.
  const scratch = acquireScratch(headBytes(referenceSets, blobs) + padded(text.length * 3) + blobBytes + ALIGNMENT);
  scratch.fill(text, referenceSets, blobs);
  return scratch;
}

function acquireScratch(bytes: number): Scratch {
  if (bytes > MOST_BYTES) throw tooLarge(bytes);
  let scratch = free;
  if (scratch !== undefined && scratch.bytes.length >= bytes) {
    free = undefined;
    return scratch;
  }
  scratch = freeLarge?.deref();
  if (scratch !== undefined && scratch.bytes.length >= bytes) {
    freeLarge = undefined;
    return scratch;
  }
  return new Scratch(2 ** Math.ceil(Math.log2(bytes)));
}

function releaseScratch(scratch: Scratch): void {
  if (scratch.bytes.length <= KEPT_BYTES) {
    if (free === undefined || free.bytes.length < scratch.bytes.length) free = scratch;
  } else if ((freeLarge?.deref()?.bytes.length ?? 0) < scratch.bytes.length) freeLarge = new WeakRef(scratch);
}

function headBytes(referenceSets: readonly Handle[], blobs: readonly Uint8Array[]): number {
  return (HEADER_WORDS + referenceSets.length * HANDLE_WORDS + blobs.length) * WORD;
}

/** The content of a frame. The blobs are parts of `bytes`. */
export function unframe(bytes: Uint8Array): Unframed {
  const textBytes = wordIn(bytes, 1);
  const referencesCount = wordIn(bytes, 2);
  const blobCount = wordIn(bytes, 3);
  const lengths = HEADER_WORDS + referencesCount * HANDLE_WORDS;
  const text = (lengths + blobCount) * WORD;
  // Lengths are not believed: bytes that are not there are neither read nor made room for.
  if (text + textBytes > bytes.length) throw unreadable("it is shorter than it says");
  const body = parse(readText(bytes, text, textBytes));
  return {
    body,
    referenceSets: referencesCount === 0 ? NONE : referenceSetsIn(bytes, referencesCount),
    blobs: blobCount === 0 ? NONE : blobsIn(bytes, lengths, blobCount, text + padded(textBytes)),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable("its text is none", error);
  }
}

const NONE: readonly never[] = /* @__PURE__ */ Object.freeze([]);

function referenceSetsIn(bytes: Uint8Array, count: number): Handle[] {
  return Array.from({ length: count }, (_, n) => {
    const word = HEADER_WORDS + n * HANDLE_WORDS;
    return { kind: wordIn(bytes, word), address: wordIn(bytes, word + 1), generation: wordIn(bytes, word + 2) };
  });
}

function blobsIn(bytes: Uint8Array, lengths: number, count: number, first: number): Uint8Array[] {
  let at = first;
  return Array.from({ length: count }, (_, n) => {
    const length = wordIn(bytes, lengths + n);
    if (at + length > bytes.length) throw unreadable("it is shorter than it says");
    const blob = bytes.subarray(at, at + length);
    at += padded(length);
    return blob;
  });
}

/** A word of a frame, put together here: a view to read it with would cost more than all the rest of a short frame. */
function wordIn(bytes: Uint8Array, word: number): number {
  const at = word * WORD;
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return (low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)) >>> 0;
}

/** Text up to this length is encoded and decoded here if it is ASCII: a call of the platform's coders costs more. */
const SHORT = 48;

function readText(bytes: Uint8Array, at: number, length: number): string {
  if (length > SHORT) return decoder.decode(bytes.subarray(at, at + length));
  let text = "";
  for (let i = at; i < at + length; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7f) return decoder.decode(bytes.subarray(at, at + length));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Whether two frames have the same content. The bytes between their parts do not matter. */
export function isSameContent(one: Uint8Array, other: Uint8Array): boolean {
  const references = wordIn(one, 2);
  const blobs = wordIn(one, 3);
  const textBytes = wordIn(one, 1);
  const text = (HEADER_WORDS + references * HANDLE_WORDS + blobs) * WORD;
  const isSame = (start: number, end: number): boolean => {
    for (let at = start; at < end; at++) if (one[at] !== other[at]) return false;
    return true;
  };
  if (one.length !== other.length || !isSame(0, text + textBytes)) return false;
  return blobsIn(one, HEADER_WORDS + references * HANDLE_WORDS, blobs, text + padded(textBytes)).every((blob) => {
    const start = blob.byteOffset - one.byteOffset;
    return isSame(start, start + blob.length);
  });
}

/**
 * Which word of the frame of one packet has the address of its reference set; undefined if it has none.
 * `wordAt` reads one of its words.
 */
export function referencesWord(wordAt: (word: number) => number): number | undefined {
  return wordAt(2) === 0 ? undefined : HEADER_WORDS + 1;
}

/** The reference set in the frame of one packet, 0 if it has none. */
export const referencesIn = (frame: Uint8Array): number =>
  wordIn(frame, 2) === 0 ? 0 : wordIn(frame, HEADER_WORDS + 1);
