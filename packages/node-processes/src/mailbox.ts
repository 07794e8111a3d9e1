import { readSync, writeSync } from "node:fs";
import { Deserializer, Serializer } from "node:v8";

/*
 * What goes from one process to another beside the region lies in a file without a name, one for each direction, of
 * which both have a descriptor: message after message, each after its length in four bytes. A byte through a socket says that
 * there is a new one. A message that was written is there, whatever its sender does next: however large it is, nobody has to
 * read it before the sender may block, or end.
 */

const LENGTH_BYTES = 4;

/** One end of a file of messages, to be written to. */
export class Outbox {
  readonly #fd: number;
  #end = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Adds a copy of `message`, as by structured clone. Throws what cannot be cloned. */
  put(message: unknown): void {
    const serializer = new Serializer();
    serializer.writeHeader();
    serializer.writeValue(message);
    const body = serializer.releaseBuffer();
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(body.length);
    writeAll(this.#fd, body, this.#end + LENGTH_BYTES);
    // Last: a message whose sender is killed here was never sent.
    writeAll(this.#fd, length, this.#end);
    this.#end += LENGTH_BYTES + body.length;
  }
}

/** The other end. */
export class Inbox {
  readonly #fd: number;
  readonly #complete: (message: unknown) => boolean;
  #next = 0;
  /** A message that has come and is not complete. */
  #held: { readonly message: unknown } | undefined;

  /** `complete` adds to a message what came another way; false if it has not come. */
  constructor(fd: number, complete: (message: unknown) => boolean) {
    this.#fd = fd;
    this.#complete = complete;
  }

  /** The next message, as `{ message }`; undefined if there is none yet. */
  take(): { readonly message: unknown } | undefined {
    const next = this.#held ?? this.#read();
    this.#held = next !== undefined && !this.#complete(next.message) ? next : undefined;
    return this.#held === undefined ? next : undefined;
  }

  #read(): { readonly message: unknown } | undefined {
    const length = Buffer.alloc(LENGTH_BYTES);
    if (readSync(this.#fd, length, 0, LENGTH_BYTES, this.#next) < LENGTH_BYTES) return undefined;
    const bytes = length.readUInt32LE();
    if (bytes === 0) return undefined;
    // Not of Node's pool of small buffers, parts of which would arrive with what was sent.
    const body = Buffer.alloc(bytes);
    for (let read = 0; read < bytes; ) {
      read += readSync(this.#fd, body, read, bytes - read, this.#next + LENGTH_BYTES + read);
    }
    this.#next += LENGTH_BYTES + bytes;
    const deserializer = new Deserializer(body);
    deserializer.readHeader();
    return { message: deserializer.readValue() };
  }
}

function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written);
  }
}
