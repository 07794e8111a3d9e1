import type { KeepAlive } from "../contracts/adapter.js";
import { clock } from "./clock.js";
import type { Settlers } from "./settlers.js";
import type { Wait } from "./waiting.js";

/** How long the first in a queue may be woken in vain; then what it waits for is handed to it. (parking_lot: 0.5 ms on average; Go: 1 ms.) */
const OVERDUE_MS = 1;

const NOTHING = (): void => {};

/** A node that waits in a queue. */
export class QueuedNode {
  #node: number;
  /** When it was first woken, by the clock. */
  #wokenAt = Number.POSITIVE_INFINITY;

  constructor(node: number) {
    this.#node = node;
  }

  get node(): number {
    return this.#node;
  }

  /** It waits by another node, in another place. */
  set node(node: number) {
    this.#node = node;
    this.#wokenAt = Number.POSITIVE_INFINITY;
  }

  /** It is woken: whether it was first woken too long ago. */
  isOverdue(): boolean {
    const now = clock.now();
    this.#wokenAt = Math.min(this.#wokenAt, now);
    return now - this.#wokenAt >= OVERDUE_MS;
  }
}

/** An asynchronous wait whose node waits in a queue. */
export class Parked extends QueuedNode {
  readonly wait: Wait<unknown>;
  readonly settlers: Settlers;
  /** Counts the waits of this worker: they are settled in the order in which they began. */
  readonly serial: number;
  /** It keeps this worker's event loop alive. */
  keepsAlive = false;
  stopTimer = NOTHING;
  stopListening = NOTHING;

  constructor(node: number, wait: Wait<unknown>, settlers: Settlers, serial: number) {
    super(node);
    this.wait = wait;
    this.settlers = settlers;
    this.serial = serial;
  }
}

/** Keeps the event loop alive for as long as there are asynchronous waits. */
export class WaitHolds {
  readonly #keepAlive: KeepAlive;
  #waits = 0;

  constructor(keepAlive: KeepAlive) {
    this.#keepAlive = keepAlive;
  }

  begin(_parked: Parked): void {
    if (this.#waits++ === 0) this.#keepAlive.hold();
  }

  end(_parked: Parked): void {
    if (--this.#waits === 0) this.#keepAlive.letGo();
  }
}
