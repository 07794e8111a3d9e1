import { RING_READ, RING_WRITER_WAITS, RING_WRITTEN, WORD } from "./layout.js";
import type { Region } from "./region.js";
import { TextDecoder, TextEncoder } from "./web.js";

/*
 * A ring of frames with one writer and one reader (as Lamport's, "Proving the correctness of multiprocess programs", 1977). Each side only
 * advances its own count, after it has put or taken the bytes. So neither needs a latch, and a death at any point leaves whole what was
 * published. Only whole frames are published:
 *
 *     ┌────────┬───────┬────────────────┬──────────────────────┐
 *     │ bytes  │ bytes │ text, UTF-8,   │ length, 0, bytes     │
 *     │ in all │ of    │ padded to      │ padded to two words, │
 *     │        │ text  │ two words      │ for each blob        │
 *     └────────┴───────┴────────────────┴──────────────────────┘
 *
 * All begins at a multiple of eight bytes. V8 copies from and to shared memory byte by byte where one side does and the other does not, which
 * takes seven times as long.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `RING_WRITTEN` | bytes published | the writer, after the frames are there | more |
 * | `RING_READ` | bytes taken | the reader, after it has copied them | more, up to `RING_WRITTEN` |
 * | `RING_WRITER_WAITS` | 0 | the writer, which then looks at `RING_READ` once more | 1 |
 * | `RING_WRITER_WAITS` | 1 | the reader, after `RING_READ`; it rings the writer | 0 |
 *
 * The writer rings the reader if the reader had taken all that was published before. Otherwise the reader was told before, has not read
 * to the end, and looks at RING_WRITTEN once more after each change of RING_READ.
 */

/** Where a ring lies: its words, and its bytes, of which there are `capacity`. */
export interface RingLayout {
  readonly words: number;
  readonly bytes: number;
  readonly capacity: number;
}

const HEADER_BYTES = 2 * WORD;
/** ASCII text up to this length is written by a loop: a call of the platform's coders costs more. */
const SHORT = 96;
const BLOB_HEADER_BYTES = 2 * WORD;
const padded = (bytes: number): number => (bytes + 7) & ~7;

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();

/** Bytes that a writer which has more to write keeps from the reader at most. */
const MOST_UNPUBLISHED = 2048;

/** Where texts are encoded, as what `encode` makes of each is garbage that costs more than the encoding. */
const scratch = /* @__PURE__ */ new Uint8Array(1 << 14);

/** A text's bytes, valid until the next text is encoded. */
function encodeText(text: string): Uint8Array {
  if (text.length * 3 > scratch.length) return encoder.encode(text);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** The most bytes that the numbers of an entry, and the text around them, take. */
const HEAD_BYTES = "[,,,]".length + 3 * "9007199254740991".length;

interface Sized {
  readonly length: number;
}

/** The most bytes that a frame with this text and these blobs takes. A UTF-16 unit takes three bytes of UTF-8 at most. */
function mostBytes(text: string, blobs: readonly Sized[], beside = 0): number {
  let bytes = HEADER_BYTES + padded(text.length * 3 + beside);
  for (let i = 0; i < blobs.length; i++) bytes += BLOB_HEADER_BYTES + padded((blobs[i] as Sized).length);
  return bytes;
}

/** The most bytes that the frame of an entry with this text and these blobs takes. */
export const mostEntryBytes = (text: string, blobs: readonly Sized[] = NONE): number =>
  mostBytes(text, blobs, HEAD_BYTES);

const NONE: readonly never[] = /* @__PURE__ */ Object.freeze([]);

interface Frame {
  readonly text: string;
  readonly blobs: readonly Uint8Array[];
}

const COMMA = 0x2c;
const DIGIT_0 = 0x30;
const OPENING = 0x5b;
const CLOSING = 0x5d;

const MOST_SHORT = 0x7fff_ffff;
const isShortNumber = (number: number): boolean => number >= 0 && number <= MOST_SHORT;
const areShort = (first: number, second: number, third: number): boolean =>
  isShortNumber(first) && isShortNumber(second) && isShortNumber(third);

function digitsOf(number: number): number {
  let digits = 1;
  for (let most = 10; number >= most; most *= 10) digits++;
  return digits;
}

export class RingWriter {
  readonly #region: Region;
  readonly #words: number;
  readonly #start: number;
  readonly #capacity: number;
  readonly #notifyReader: () => void;
  /** Where the next frame goes: RING_WRITTEN, and what is written but not published. */
  #end: number;
  /** Frames that did not fit, from {@link #next} on. */
  #backlog: Frame[] = [];
  #next = 0;
  #mustNotify = false;

  constructor(region: Region, place: RingLayout, ringReader: () => void) {
    this.#region = region;
    this.#words = place.words;
    this.#start = place.bytes * WORD;
    this.#capacity = place.capacity;
    this.#notifyReader = ringReader;
    this.#end = region.i32[place.words + RING_WRITTEN] as number;
  }

  get hasBacklog(): boolean {
    return this.#next < this.#backlog.length;
  }

  /** Bytes that have been written since the ring was made, modulo 2^32. */
  get written(): number {
    return this.#end >>> 0;
  }

  /** Bytes that were written and not read. */
  get unread(): number {
    return (this.#end - Atomics.load(this.#region.i32, this.#words + RING_READ)) >>> 0;
  }

  get free(): number {
    return this.#capacity - this.unread;
  }

  /**
   * Writes a frame, or keeps it for {@link writeBacklog} while there is no room for it. It is published by {@link flush} at the latest. A
   * reader that is awake then takes several at once, instead of each with a cache miss and a text of its own.
   */
  write(text: string, blobs: readonly Uint8Array[] = NONE): void {
    if (!this.hasBacklog && this.#put(text, blobs)) {
      if (this.#unpublished >= MOST_UNPUBLISHED) this.#publish();
      return;
    }
    this.#backlog.push({ text, blobs });
    this.writeBacklog();
  }

  /**
   * Writes a frame whose text is `[first,second,third,text]`. A short one is put together in the ring: to make a string of it would cost more
   * than all the rest.
   */
  writeEntry(first: number, second: number, third: number, text: string): void {
    if (this.hasBacklog || text.length > SHORT || !this.#putEntry(first, second, third, text)) {
      this.write(`[${first},${second},${third},${text}]`);
    } else if (this.#unpublished >= MOST_UNPUBLISHED) this.#publish();
  }

  /** Publishes what was written, and tells the reader, unless it knows that it has to look. */
  flush(): void {
    this.#publish();
    if (!this.#mustNotify) return;
    this.#mustNotify = false;
    this.#notifyReader();
  }

  /** To be called whenever this worker was rung. */
  writeBacklog(): void {
    if (!this.hasBacklog) return;
    while (this.hasBacklog) {
      const { text, blobs } = this.#backlog[this.#next] as Frame;
      if (this.#put(text, blobs)) this.#next++;
      else if (!this.awaitRead(() => this.#hasRoomFor(text, blobs))) break;
    }
    if (this.#next > 0) {
      this.#backlog = this.#backlog.slice(this.#next);
      this.#next = 0;
    }
    this.flush();
  }

  /** Has the reader ring this worker when it has read something; true if what that is for has come meanwhile. */
  awaitRead(hasCome: () => boolean): boolean {
    this.#publish();
    // Said before the last look: the reader reads first and looks for this afterwards.
    Atomics.store(this.#region.i32, this.#words + RING_WRITER_WAITS, 1);
    return hasCome();
  }

  #put(text: string, blobs: readonly Uint8Array[]): boolean {
    if (!this.#hasRoomFor(text, blobs)) return false;
    const before = this.#end;
    const textBytes = this.#putText(text, before + HEADER_BYTES);
    let at = before + HEADER_BYTES + padded(textBytes);
    for (const blob of blobs) {
      this.#putWord(at, blob.length);
      this.#putBytes(blob, at + BLOB_HEADER_BYTES);
      at += BLOB_HEADER_BYTES + padded(blob.length);
    }
    this.#putWord(before, at - before);
    this.#putWord(before + WORD, textBytes);
    this.#end = at | 0;
    return true;
  }

  /** Of whole numbers from 0 on, and a text that is ASCII; false for anything else. */
  #putEntry(first: number, second: number, third: number, text: string): boolean {
    if (this.free < mostEntryBytes(text) || !areShort(first, second, third)) return false;
    const before = this.#end;
    let at = before + HEADER_BYTES;
    this.#putByte(OPENING, at);
    at = this.#putNumber(first, at + 1);
    at = this.#putNumber(second, at);
    at = this.#putNumber(third, at);
    if (!this.#putShort(text, at)) return false;
    at += text.length;
    this.#putByte(CLOSING, at++);
    const textBytes = at - before - HEADER_BYTES;
    this.#putWord(before, HEADER_BYTES + padded(textBytes));
    this.#putWord(before + WORD, textBytes);
    this.#end = (before + HEADER_BYTES + padded(textBytes)) | 0;
    return true;
  }

  #putByte(byte: number, at: number): void {
    this.#region.u8[this.#start + (at & (this.#capacity - 1))] = byte;
  }

  /** The digits, from the last one on, and a comma; gives what comes after it. */
  #putNumber(number: number, at: number): number {
    const { u8 } = this.#region;
    const start = this.#start;
    const mask = this.#capacity - 1;
    const end = at + digitsOf(number);
    let left = number | 0;
    for (let i = end - 1; i >= at; i--) {
      const rest = (left / 10) | 0;
      u8[start + (i & mask)] = DIGIT_0 + left - rest * 10;
      left = rest;
    }
    u8[start + (end & mask)] = COMMA;
    return end + 1;
  }

  get #unpublished(): number {
    return (this.#end - (this.#region.i32[this.#words + RING_WRITTEN] as number)) >>> 0;
  }

  /** After the frames are there. */
  #publish(): void {
    const { i32 } = this.#region;
    const before = i32[this.#words + RING_WRITTEN] as number;
    if (before === this.#end) return;
    Atomics.store(i32, this.#words + RING_WRITTEN, this.#end);
    if (Atomics.load(i32, this.#words + RING_READ) === before) this.#mustNotify = true;
  }

  #hasRoomFor(text: string, blobs: readonly Uint8Array[]): boolean {
    const { free } = this;
    const most = mostBytes(text, blobs);
    if (free >= most) return true;
    const ofText = free - most + padded(text.length * 3);
    // Counted only where it matters: a UTF-16 unit takes one byte at least.
    return ofText >= text.length && ofText >= padded(encodeText(text).length);
  }

  #putText(text: string, at: number): number {
    if (text.length <= SHORT && this.#putShort(text, at)) return text.length;
    const bytes = encodeText(text);
    this.#putBytes(bytes, at);
    return bytes.length;
  }

  #putShort(text: string, at: number): boolean {
    const { u8 } = this.#region;
    const start = this.#start;
    const mask = this.#capacity - 1;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return false;
      u8[start + ((at + i) & mask)] = unit;
    }
    return true;
  }

  #putWord(at: number, value: number): void {
    this.#region.i32[(this.#start + (at & (this.#capacity - 1))) / WORD] = value;
  }

  #putBytes(bytes: Uint8Array, at: number): void {
    const { u8 } = this.#region;
    const first = at & (this.#capacity - 1);
    const straight = this.#capacity - first;
    if (bytes.length <= straight) {
      u8.set(bytes, this.#start + first);
    } else {
      u8.set(bytes.subarray(0, straight), this.#start + first);
      u8.set(bytes.subarray(straight), this.#start);
    }
  }
}

/** The frames that a ring held: their texts as a JSON list, and their blobs, one after another. */
export interface Frames {
  readonly text: string;
  readonly blobs: readonly Uint8Array[];
}

/** The memory in which frames are read; a frame longer than its limit is read elsewhere. */
let page = /* @__PURE__ */ new Uint8Array(1 << 10);
const LONGEST_PAGE = 1 << 16;

function pageFor(bytes: number): Uint8Array {
  if (bytes <= page.length) return page;
  if (bytes > LONGEST_PAGE) return new Uint8Array(bytes);
  page = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)));
  return page;
}

export class RingReader {
  readonly #region: Region;
  readonly #words: number;
  readonly #start: number;
  readonly #capacity: number;
  readonly #notifyWriter: () => void;

  constructor(region: Region, place: RingLayout, ringWriter: () => void) {
    this.#region = region;
    this.#words = place.words;
    this.#start = place.bytes * WORD;
    this.#capacity = place.capacity;
    this.#notifyWriter = ringWriter;
  }

  get isEmpty(): boolean {
    const { i32 } = this.#region;
    return Atomics.load(i32, this.#words + RING_WRITTEN) === i32[this.#words + RING_READ];
  }

  /** All that was published. The caller calls this again until there is nothing: no ring tells of the rest. */
  read(): Frames | undefined {
    const { i32 } = this.#region;
    const read = i32[this.#words + RING_READ] as number;
    const written = Atomics.load(i32, this.#words + RING_WRITTEN);
    if (written === read) return undefined;
    const length = (written - read) >>> 0;
    const frames = pageFor(length);
    this.#copy(frames, read & (this.#capacity - 1), length);
    // Before anybody is rung: the page is that of every reader here.
    const opened = open(frames, length);
    // Makes room: after the bytes were taken.
    Atomics.store(i32, this.#words + RING_READ, written);
    if (Atomics.exchange(i32, this.#words + RING_WRITER_WAITS, 0) === 1) this.#notifyWriter();
    return opened;
  }

  #copy(target: Uint8Array, at: number, length: number): void {
    const { u8 } = this.#region;
    const start = this.#start;
    const straight = Math.min(this.#capacity - at, length);
    target.set(u8.subarray(start + at, start + at + straight));
    if (straight < length) target.set(u8.subarray(start, start + length - straight), straight);
  }
}

/**
 * Moves the texts together at the beginning of `bytes`, where the headers leave room for what makes them a list, to decode them at
 * once.
 */
function open(bytes: Uint8Array, length: number): Frames {
  const blobs: Uint8Array[] = [];
  let end = 0;
  for (let at = 0; at < length; ) {
    const next = at + wordIn(bytes, at);
    const textBytes = wordIn(bytes, at + WORD);
    const text = at + HEADER_BYTES;
    // Copied out before a text is moved over them.
    for (let blob = text + padded(textBytes); blob < next; ) {
      const blobBytes = wordIn(bytes, blob);
      const start = blob + BLOB_HEADER_BYTES;
      blobs.push(bytes.slice(start, start + blobBytes));
      blob = start + padded(blobBytes);
    }
    bytes[end++] = at === 0 ? OPENING : COMMA;
    if (textBytes > SHORT) bytes.copyWithin(end, text, text + textBytes);
    else for (let i = 0; i < textBytes; i++) bytes[end + i] = bytes[text + i] as number;
    end += textBytes;
    at = next;
  }
  bytes[end++] = CLOSING;
  return { text: readText(bytes, end), blobs };
}

/** A word: put together here, as a view to read it with would cost more than all the rest of a short frame. */
function wordIn(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return (low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)) >>> 0;
}

/** Text up to this length is decoded by a loop if it is ASCII. */
const SHORT_TEXT = 48;

function readText(bytes: Uint8Array, length: number): string {
  if (length > SHORT_TEXT) return decoder.decode(bytes.subarray(0, length));
  let text = "";
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7f) return decoder.decode(bytes.subarray(0, length));
    text += String.fromCharCode(byte);
  }
  return text;
}
