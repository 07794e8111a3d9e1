import { setImmediate } from "@heddle/node-host";
import { type Polled, poll } from "./native/poll.js";
import { POLLIN } from "./native/posix.js";
import type { Runtime } from "./runtime.js";
import { type Bell, MAIL, type SideDoor } from "./systems/system.js";

/** What the largest bell holds. */
const LARGEST_READ = 1 << 16;

/** A descriptor that poll passes over. */
const NOWHERE = -1;

/** The bell of this process, and its two ways to wait for a knock. */
export class OwnBell {
  readonly bell: Bell;
  /** Called when the event loop has heard a ring; and, mail being rare, also when there is mail. */
  onRing = (): void => {};
  /** Who looks for mail. */
  readonly mailReaders = new Set<() => void>();
  readonly #runtime: Runtime;
  readonly #side: SideDoor | undefined;
  readonly #buffer = new Uint8Array(LARGEST_READ);
  #listens = false;
  /** How many knocks were heard since somebody looked for mail. */
  #heard = 0;

  /** With its side door, if it has one. */
  constructor(runtime: Runtime, bell: Bell, side?: SideDoor) {
    this.#runtime = runtime;
    this.bell = bell;
    this.#side = side;
    side?.listen(() => {
      if (!side.heard()) return;
      this.#readMail();
      this.onRing();
    });
  }

  /** Has the event loop tell of knocks, without keeping it alive. */
  listen(): void {
    if (this.#listens) return;
    this.#listens = true;
    this.#runtime.listen(this.bell, (knocks) => {
      if (this.#mayBeMail(knocks)) this.#readMail();
      this.onRing();
    });
  }

  /** Blocks until there was a knock, something happened at `others`, a signal was caught or `timeout` ms have passed; says where. */
  poll<T extends Polled>(timeout: number, others: readonly T[]): T[] {
    const own = { fd: this.bell.fd, events: POLLIN };
    const side = { fd: this.#side?.fd ?? NOWHERE, events: POLLIN };
    const happened = poll<Polled>(this.#runtime.posix, [own, side, ...others], timeout);
    if (happened.includes(own)) this.#empty();
    if (happened.includes(side) && this.#side?.heard()) this.#readMailLater();
    return others.filter((other) => happened.includes(other));
  }

  #empty(): void {
    const read = this.#runtime.posix.read(this.bell.fd, this.#buffer, this.#buffer.length);
    if (read > 0 && this.#mayBeMail(this.#buffer.subarray(0, read))) this.#readMailLater();
  }

  /** This process blocks: mail is for its event loop. */
  #readMailLater(): void {
    setImmediate(() => this.#readMail());
  }

  /** What was not heard as the bell was full, comes after as many knocks as fill it. */
  #mayBeMail(knocks: Uint8Array): boolean {
    this.#heard += knocks.length;
    const may = this.#heard >= this.bell.holds || knocks.includes(MAIL);
    if (may) this.#heard = 0;
    return may;
  }

  #readMail(): void {
    for (const read of this.mailReaders) read();
  }
}
