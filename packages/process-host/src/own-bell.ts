import { setImmediate } from "@heddle/node-host";
import { type Polled, poll } from "./native/poll.js";
import { POLLIN } from "./native/posix.js";
import type { Runtime } from "./runtime.js";
import { type Bell, MESSAGE, type WakeSocket } from "./systems/system.js";

/** The most that a bell holds. */
const LARGEST_READ = 1 << 16;

/** A descriptor that poll passes over. */
const NOWHERE = -1;

/** The bell of this process, and its two ways to wait for a wake-up. */
export class OwnBell {
  readonly bell: Bell;
  /** Called when the event loop has heard a ring; and, messages being rare, also when there is a message. */
  onRing = (): void => {};
  /** Called to read the inboxes. */
  readonly inboxReaders = new Set<() => void>();
  readonly #runtime: Runtime;
  readonly #side: WakeSocket | undefined;
  readonly #buffer = new Uint8Array(LARGEST_READ);
  #listens = false;
  /** How many wake-ups were heard since the inboxes were read. */
  #heard = 0;

  /** With its wake socket, if it has one. */
  constructor(runtime: Runtime, bell: Bell, side?: WakeSocket) {
    this.#runtime = runtime;
    this.bell = bell;
    this.#side = side;
    side?.listen(() => {
      if (!side.heard()) return;
      this.#readInboxes();
      this.onRing();
    });
  }

  /** Has the event loop hear wake-ups, without keeping it alive. */
  listen(): void {
    if (this.#listens) return;
    this.#runtime.listen(this.bell, (wakes) => {
      if (this.#mayBeMessage(wakes)) this.#readInboxes();
      this.onRing();
    });
    this.#listens = true;
  }

  /** Blocks until there was a wake-up, something happened at `others`, a signal was caught or `timeout` ms have passed; returns where. */
  poll<T extends Polled>(timeout: number, others: readonly T[]): T[] {
    const own = { fd: this.bell.fd, events: POLLIN };
    const side = { fd: this.#side?.fd ?? NOWHERE, events: POLLIN };
    const happened = poll<Polled>(this.#runtime.posix, [own, side, ...others], timeout);
    if (happened.includes(own)) this.#empty();
    if (happened.includes(side) && this.#side?.heard()) this.#readInboxesLater();
    return others.filter((other) => happened.includes(other));
  }

  #empty(): void {
    const read = this.#runtime.posix.read(this.bell.fd, this.#buffer, this.#buffer.length);
    if (read > 0 && this.#mayBeMessage(this.#buffer.subarray(0, read))) this.#readInboxesLater();
  }

  /** This process blocks: messages are for its event loop. */
  #readInboxesLater(): void {
    setImmediate(() => this.#readInboxes());
  }

  /** A wake-up is lost only where the bell was full, after as many as fill it. */
  #mayBeMessage(wakes: Uint8Array): boolean {
    this.#heard += wakes.length;
    const may = this.#heard >= this.bell.holds || wakes.includes(MESSAGE);
    if (may) this.#heard = 0;
    return may;
  }

  #readInboxes(): void {
    for (const read of this.inboxReaders) read();
  }
}
