import { lastError } from "./errors.js";
import type { Runtime } from "./runtime.js";

/*
 * What goes from one process to another beside the region lies in a file without a name, one for each direction, of
 * which both have a descriptor: message after message, each after its length in four bytes. A knock at the reader's pipe says
 * that there is a new one. A message that was written is there, whatever its sender does next: however large it is, nobody has to
 * read it before the sender may block, or end.
 */

const LENGTH_BYTES = 4;

/** One end of a file of messages, to be written to. */
export class Outbox {
  readonly #runtime: Runtime;
  readonly #fd: number;
  #end = 0;

  constructor(runtime: Runtime, fd: number) {
    this.#runtime = runtime;
    this.#fd = fd;
  }

  /** Adds a copy of `message`, as by structured clone. Throws what cannot be cloned. */
  put(message: unknown): void {
    const body = this.#runtime.serialize(message);
    const length = new Uint8Array(LENGTH_BYTES);
    new DataView(length.buffer).setUint32(0, body.length, true);
    this.#write(body, this.#end + LENGTH_BYTES);
    // Last: a message whose sender is killed here was never sent.
    this.#write(length, this.#end);
    this.#end += LENGTH_BYTES + body.length;
  }

  #write(bytes: Uint8Array, position: number): void {
    for (let written = 0; written < bytes.length; ) {
      const rest = bytes.subarray(written);
      const n = this.#runtime.posix.pwrite(this.#fd, rest, rest.length, position + written);
      if (n < 0) throw lastError(this.#runtime, "Heddle cannot write to a process");
      written += n;
    }
  }
}

/** The other end. */
export class Inbox {
  readonly #complete: (message: unknown) => boolean;
  /** A message that has come and is not complete. */
  #held: { readonly message: unknown } | undefined;
  readonly #runtime: Runtime;
  readonly #fd: number;
  #position = 0;

  /** `complete` adds to a message what came another way; false if it has not come. */
  constructor(runtime: Runtime, fd: number, complete: (message: unknown) => boolean) {
    this.#runtime = runtime;
    this.#fd = fd;
    this.#complete = complete;
  }

  /** Whether there is a message that is not complete. */
  get isWaiting(): boolean {
    return this.#held !== undefined;
  }

  /** The next message, as `{ message }`; undefined if there is none yet. */
  take(): { readonly message: unknown } | undefined {
    const next = this.#held ?? this.#next();
    this.#held = next !== undefined && !this.#complete(next.message) ? next : undefined;
    return this.#held === undefined ? next : undefined;
  }

  #next(): { readonly message: unknown } | undefined {
    const length = this.#read(LENGTH_BYTES, this.#position);
    const bytes = length === undefined ? 0 : new DataView(length.buffer).getUint32(0, true);
    if (bytes === 0) return undefined;
    const body = this.#read(bytes, this.#position + LENGTH_BYTES);
    if (body === undefined) return undefined;
    this.#position += LENGTH_BYTES + bytes;
    return { message: this.#runtime.deserialize(body) };
  }

  /** Undefined if there is not so much. */
  #read(length: number, position: number): Uint8Array<ArrayBuffer> | undefined {
    const bytes = new Uint8Array(length);
    for (let read = 0; read < length; ) {
      const n = this.#runtime.posix.pread(this.#fd, bytes.subarray(read), length - read, position + read);
      if (n < 0) throw lastError(this.#runtime, "Heddle cannot read from a process");
      if (n === 0) return undefined;
      read += n;
    }
    return bytes;
  }
}
