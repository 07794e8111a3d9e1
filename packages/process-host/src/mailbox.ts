import { interrupted, lastError } from "./errors.js";
import type { Runtime } from "./runtime.js";
import type { System } from "./systems/system.js";

/*
 * Messages from one process to another beside the region lie in a file without a name, record after record. There is one for each
 * direction, and both processes have a descriptor of it. A wake-up at the reader's bell says that there is a new one. A message that was
 * written is there, even if its sender dies next. Of any size, nobody has to read it before the sender may block, or end.
 *
 * A record begins with its state, one byte, so that nobody ever reads half of a change. The byte after the last record is EMPTY.
 *
 *     state     who changes it, to what
 *     EMPTY     the writer, to MESSAGE or BACK: its last step, after all that the reader will find. Who dies before it has sent nothing.
 *     MESSAGE   the reader, to READ, once it has the message: its last look at the record. It stays so where the reader cannot write
 *     BACK      nobody: the next record, written before this, is the first one of the file
 *     READ      nobody, until the writer begins anew
 *
 * Once the last record is READ the reader looks at nothing but the byte after it, and the writer may begin anew before that. So the
 * file holds what has not been read, and PAGE bytes or the largest record's of what has.
 *
 *     byte 0    state
 *     1 to 4    the length of the message
 *     5         the message, and after it the state of the next record
 */

const EMPTY = 0;
const MESSAGE = 1;
const BACK = 2;
const READ = 3;

const LENGTH = 1;
const BODY = 5;

/** Up to here the file grows before its writer asks whether it may begin anew. */
const PAGE = 4096;

/** A message that is larger gives its memory back as soon as it was read. */
const LARGE = 16 * PAGE;

/** The most that a length of 32 bits can tell. */
const LARGEST = 2 ** 32 - 1;

/** A descriptor of a file, to be read and written at any place. Calls that a signal has interrupted are made again. */
class Records {
  readonly #runtime: Runtime;
  readonly #fd: number;

  constructor(runtime: Runtime, fd: number) {
    this.#runtime = runtime;
    this.#fd = fd;
  }

  write(bytes: Uint8Array, position: number): void {
    for (let written = 0; written < bytes.length; ) {
      const rest = bytes.subarray(written);
      const n = this.#runtime.posix.pwrite(this.#fd, rest, rest.length, position + written);
      if (n > 0) written += n;
      else if (n === 0 || !interrupted(this.#runtime))
        throw lastError(this.#runtime, "A message to a process cannot be written");
    }
  }

  /** Undefined if there is not so much. */
  read(length: number, position: number): Uint8Array<ArrayBuffer> | undefined {
    const bytes = new Uint8Array(length);
    for (let read = 0; read < length; ) {
      const n = this.#runtime.posix.pread(this.#fd, bytes.subarray(read), length - read, position + read);
      if (n > 0) read += n;
      else if (n === 0) return undefined;
      else if (!interrupted(this.#runtime)) throw lastError(this.#runtime, "A message of a process cannot be read");
    }
    return bytes;
  }

  stateAt(position: number): number {
    return this.read(1, position)?.[0] ?? EMPTY;
  }

  setState(state: number, position: number): void {
    this.write(Uint8Array.of(state), position);
  }

  /** Of a file system that is full and writes elsewhere what it changes. */
  tryToSetState(state: number, position: number): void {
    try {
      this.setState(state, position);
    } catch {
      // The message has been read all the same. Its writer goes on behind the record, for as long as it is the last one.
    }
  }

  /** Nobody needs what is behind that any more. Where that fails, it is written over some day. */
  truncate(length: number): void {
    this.#runtime.posix.ftruncate(this.#fd, length);
  }
}

/** One end of a file of messages, to be written to. */
export class Outbox {
  readonly #runtime: Runtime;
  readonly #records: Records;
  /** Where the last record is, and the next one will be. */
  #last = 0;
  #end = 0;
  /** How long the file is, at most. */
  #length = 0;

  constructor(runtime: Runtime, fd: number) {
    this.#runtime = runtime;
    this.#records = new Records(runtime, fd);
  }

  /**
   * Adds a copy of `message`, as by structured clone. Throws the error of a value that cannot be cloned. After any error, nothing was sent.
   */
  put(message: unknown): void {
    const body = this.#runtime.serialize(message);
    if (body.length > LARGEST) throw new RangeError(`A message of ${body.length} bytes: it may have ${LARGEST}`);
    const position = this.#mayBeginAnew(BODY + body.length) ? 0 : this.#end;
    const end = position + BODY + body.length;
    try {
      this.#records.write(body, position + BODY);
      this.#records.setState(EMPTY, end);
      this.#records.write(new Uint8Array(Uint32Array.of(body.length).buffer), position + LENGTH);
    } catch (error) {
      // The part of it that was written takes up memory, or the disk that is full.
      this.#records.truncate(this.#end + 1);
      throw error;
    }
    // The last step: a message whose sender is killed here was never sent.
    this.#records.setState(MESSAGE, position);
    if (position !== this.#end) this.#records.setState(BACK, this.#end);
    this.#last = position;
    this.#end = end;
    this.#length = Math.max(this.#length, end + 1);
  }

  /** Whether all was read, and a record of so many bytes ends before the place where the reader looks. */
  #mayBeginAnew(bytes: number): boolean {
    if (this.#end < PAGE || bytes >= this.#end || this.#records.stateAt(this.#last) !== READ) return false;
    if (this.#length > this.#end + LARGE) {
      this.#length = this.#end + 1;
      this.#records.truncate(this.#length);
    }
    return true;
  }
}

/** The other end. */
export class Inbox {
  readonly #complete: (message: unknown) => boolean;
  /** A message that has come and is not complete. */
  #held: { readonly message: unknown } | undefined;
  readonly #runtime: Runtime;
  readonly #records: Records;
  readonly #giveBack: (position: number, bytes: number) => void;
  #position = 0;

  /** `complete` adds to a message what came another way; false if it has not come. */
  constructor(
    runtime: Runtime,
    system: Pick<System, "giveBack">,
    fd: number,
    complete: (message: unknown) => boolean = () => true,
  ) {
    this.#runtime = runtime;
    this.#records = new Records(runtime, fd);
    this.#giveBack = (position, bytes) => system.giveBack(fd, position, bytes);
    this.#complete = complete;
  }

  /** Whether there is a message that is not complete. */
  get isWaiting(): boolean {
    return this.#held !== undefined;
  }

  /** The next message, as `{ message }`; undefined if there is none yet. */
  receive(): { readonly message: unknown } | undefined {
    const next = this.#held ?? this.#next();
    this.#held = next !== undefined && !this.#complete(next.message) ? next : undefined;
    return this.#held === undefined ? next : undefined;
  }

  #next(): { readonly message: unknown } | undefined {
    const state = this.#records.stateAt(this.#position);
    if (state === BACK) this.#position = 0;
    else if (state !== MESSAGE) return undefined;
    const position = this.#position;
    const length = this.#records.read(4, position + LENGTH);
    const bytes = length === undefined ? 0 : (new Uint32Array(length.buffer)[0] as number);
    const body = this.#records.read(bytes, position + BODY);
    if (body === undefined) return undefined;
    if (bytes > LARGE) this.#giveBack(position + BODY, bytes);
    // From here on the writer may begin anew.
    this.#records.tryToSetState(READ, position);
    this.#position = position + BODY + bytes;
    return { message: this.#runtime.deserialize(body) };
  }
}
