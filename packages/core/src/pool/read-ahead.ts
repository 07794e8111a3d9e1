import { clock } from "../kernel/clock.js";

/** The window grows to this many times its least size. */
const MOST_TIMES = 16;
/** Chunks that take less than this on average are short: to wake a worker for each costs more than to run them. */
const SHORT_MS = 1;

/**
 * How many chunks of a map may be sent, and not yet handed out: the window. It begins at the least that keeps all workers busy. It doubles
 * each time that the reader waits although all of the window was sent, while chunks are short. Once they are not, it is the least again. So
 * what is read ahead is a fraction of a second's work at most. TCP's slow start (RFC 5681) grows its window likewise, by what comes back.
 *
 * A window that has grown is filled again once half of it was handed out. Chunks that are sent in one go wake their worker once.
 */
export class ReadAhead {
  readonly #least: number;
  #size: number;
  /** Chunks handed out since the window was last looked at, and when that was. */
  #count = 0;
  #since = clock.now();

  constructor(least: number) {
    this.#least = least;
    this.#size = least;
  }

  get size(): number {
    return this.#size;
  }

  /** A chunk was handed out, and `ahead` others were sent and are not. Returns whether to send more now. */
  onHandedOut(ahead: number): boolean {
    this.#count++;
    return this.#size === this.#least || ahead <= this.#size / 2;
  }

  /** The reader waits, and all of the window was sent. Returns whether the window has grown. */
  onWaiting(): boolean {
    if (this.#count < this.#size) return false;
    const now = clock.now();
    const isShort = now - this.#since < this.#count * SHORT_MS;
    const before = this.#size;
    this.#size = isShort ? Math.min(before * 2, this.#least * MOST_TIMES) : this.#least;
    this.#count = 0;
    this.#since = now;
    return this.#size > before;
  }
}
