import type { Creator } from "../../contracts/adapter.js";
import { SendError } from "../../contracts/errors.js";
import type { Handle } from "../../kernel/cells.js";
import type { Codec } from "../../kernel/codec.js";
import type { Kernel } from "../../kernel/kernel.js";
import { sizeOfPacket, writeLarge } from "../../kernel/large.js";
import { briefly } from "../../kernel/message/errors.js";
import type { Packet } from "../../kernel/message/index.js";
import { mostEntryBytes, RingWriter } from "../../kernel/ring.js";
import { creatorOf } from "../../kernel/worker-table.js";
import { type Attempt, type AttemptPacker, packAttempt } from "../wire/attempt.js";
import {
  bodyText,
  isBare,
  isSmall,
  MODE_ATTEMPT,
  MODE_CALL,
  MOST_MICROS,
  RESERVED_FOR_ANSWERS,
  RETURNED,
  START,
  THREW,
  writeEntry,
} from "../wire/entries.js";
import { answersOf } from "../wire/ring-layout.js";
import type { ReceivedCall } from "./apply.js";
import { sendable } from "./chunk.js";

/** Bytes of answers in cells that the pool has not read: with more, a worker starts no further call. */
const MOST_UNREAD = 0x400_0000;

/** An answer that lies in a cell: where the ring's reader is once it has read it. */
interface Unread {
  readonly end: number;
  readonly bytes: number;
}

/** Whether a getter, or a class's `pack`, throws as a result is packed. Nothing is moved. */
function throws(codec: Codec, result: unknown): boolean {
  try {
    codec.dispose(codec.packForMany(result, "result"));
    return false;
  } catch (error) {
    return !(error instanceof SendError);
  }
}

/**
 * A worker's answers to its pool. Each is published as soon as it is there, of any size: in the ring, or in a cell that the ring names. So
 * it counts even if the worker dies right after, or blocks.
 */
export class AnswerWriter {
  readonly #kernel: Kernel;
  readonly #creator: Creator;
  readonly #pool: number;
  readonly #ring: RingWriter;
  readonly #unread: Unread[] = [];
  #unreadBytes = 0;

  constructor(kernel: Kernel, creator: Creator, link: number, ringPool: () => void) {
    this.#kernel = kernel;
    this.#creator = creator;
    this.#pool = creatorOf(kernel.region, kernel.slot);
    this.#ring = new RingWriter(kernel.region, answersOf(link), ringPool);
  }

  /** Whether the pool has to read first. If so, it rings this worker when it has. */
  get isFull(): boolean {
    if (this.#unreadBytes <= MOST_UNREAD) return false;
    const hasRoom = (): boolean => this.#countUnread() <= MOST_UNREAD;
    return !hasRoom() && !this.#ring.awaitRead(hasRoom);
  }

  tellStart(number: number): void {
    this.#ring.write(`[${START},${number}]`);
    this.#ring.flush();
  }

  /** Answers a call with what it returned or threw. A result that cannot be sent is a failure of the call. */
  answer(call: Pick<ReceivedCall, "number" | "mode" | "place">, how: number, ms: number, value: unknown): void {
    const { number } = call;
    try {
      this.#send(number, how, ms, how === RETURNED ? this.#pack(call, value) : this.#kernel.codec.packThrown(value));
    } catch (error) {
      this.#answerFailure(number, ms, error);
    }
  }

  /** The results of a map are called by their places among all of them. */
  #pack({ mode, place }: Pick<ReceivedCall, "mode" | "place">, value: unknown): Packet {
    const { codec } = this.#kernel;
    if (place === undefined) return codec.packBorrowing(value, "result");
    if (mode === MODE_CALL) return codec.packBorrowing(value, `result[${place}]`);
    // The list is the worker's own.
    const results = value as readonly unknown[];
    if (mode !== MODE_ATTEMPT) return codec.packArguments(results, "result", place);
    return packAttempt(this.#attempts(place), results as Attempt, place);
  }

  #attempts(place: number): AttemptPacker<Packet> {
    const { codec } = this.#kernel;
    return {
      pack: (attempt) => codec.packArguments(attempt, "result", place),
      throws: (result) => throws(codec, result),
      sendable: (thrown) => sendable(this.#kernel, thrown),
    };
  }

  #answerFailure(number: number, ms: number, error: unknown): void {
    try {
      this.#send(number, THREW, ms, this.#kernel.codec.packThrown(error));
    } catch {
      // Not even that finds room.
      this.#send(number, THREW, ms, this.#kernel.codec.packThrown(new Error(briefly(error).slice(0, 500))));
    }
  }

  /** All that may fail comes first. The transferables cannot be taken back, and come last of that. */
  #send(number: number, how: number, ms: number, packet: Packet): void {
    const kernel = this.#kernel;
    const micros = Math.min(Math.round(ms * 1000), MOST_MICROS);
    if (isBare(packet) && this.#mayInline(packet.text, undefined)) {
      this.#ring.writeEntry(number, how, micros, packet.text);
      this.#ring.flush();
      return;
    }
    let cell: Handle | undefined;
    try {
      const isInline = isSmall(packet) && this.#mayInline(bodyText(packet, undefined), packet.blobs);
      if (!isInline) cell = writeLarge(kernel.blobs, packet);
      const { transferables } = packet;
      if (transferables !== undefined)
        this.#creator.post({ type: "transferables", transferables: transferables.values }, transferables.transfer);
    } catch (error) {
      if (cell !== undefined) kernel.blobs.drop(cell);
      kernel.codec.dispose(packet);
      throw error;
    }
    kernel.codec.handToCreator(packet);
    if (cell !== undefined) kernel.blobs.handOver(cell, this.#pool);
    writeEntry(this.#ring, number, how, micros, packet, cell);
    this.#ring.flush();
    if (cell !== undefined) this.#noteUnread(sizeOfPacket(packet));
  }

  /** The ring must keep room for an answer to each call that may be under way. */
  #mayInline(body: string, blobs: Packet["blobs"]): boolean {
    return this.#ring.free - mostEntryBytes(body, blobs) >= RESERVED_FOR_ANSWERS;
  }

  #noteUnread(bytes: number): void {
    this.#countUnread();
    this.#unread.push({ end: this.#ring.written, bytes });
    this.#unreadBytes += bytes;
  }

  #countUnread(): number {
    if (this.#unreadBytes === 0) return 0;
    const left = this.#ring.unread;
    const { written } = this.#ring;
    let read = 0;
    // An entry that ends further back than the reader is was read.
    for (const { end, bytes } of this.#unread) {
      if ((written - end) >>> 0 < left) break;
      this.#unreadBytes -= bytes;
      read++;
    }
    this.#unread.splice(0, read);
    return this.#unreadBytes;
  }
}
