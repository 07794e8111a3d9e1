import { frameOf, type Unframed, unframe } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import { Kind, QUEUE_WORDS, SHUTDOWN_DRAINS } from "../kernel/layout.js";
import type { Packet } from "../kernel/message/packet.js";
import { refuseToSend } from "../kernel/message/refusal.js";
import { emptyChannel } from "./empty-channel.js";
import { ItemRing } from "./item-ring.js";
import { QueueState, SHUT_DOWN } from "./state.js";

/**
 * Packets in order, from any workers to one. It has no bound, and nobody waits at it. A worker that puts rings the reader's bell. Words as of a queue
 * ({@link QueueState}).
 */
export class Mailbox {
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #items: ItemRing;
  readonly #state: QueueState;

  constructor(kernel: Kernel, cell: number) {
    this.#kernel = kernel;
    this.#cell = cell;
    this.#items = new ItemRing(kernel, cell);
    this.#state = new QueueState(kernel, cell, this.#items);
  }

  /** A new cell, which this worker holds. */
  static create(kernel: Kernel): number {
    return kernel.cells.create(Kind.Mailbox, QUEUE_WORDS);
  }

  static define(kernel: Kernel): void {
    refuseToSend(Mailbox.prototype, "it is an object of another adapter, whose workers alone know it");
    kernel.cells.define(Kind.Mailbox, {
      proxy: (cell) => new Mailbox(kernel, cell),
      destroy: (cell) => new Mailbox(kernel, cell).#destroy(),
    });
  }

  /** Puts a packet; false if the mailbox was shut, and the packet is still the caller's. */
  put(packet: Packet): boolean {
    const made = frameOf(packet);
    try {
      for (;;) {
        const outcome = this.#kernel.waiters.inSection(this.#cell, () => this.#state.claimSpace(made.frame));
        if (outcome !== "grow") return outcome === "put";
        this.#items.grow(made.frame);
      }
    } finally {
      made.release();
    }
  }

  /** Takes the next packet, and what it refers to. */
  take(): Unframed | undefined {
    const entry = this.#state.getNow();
    if (entry === undefined || entry === SHUT_DOWN) return undefined;
    const bytes = this.#items.frameOf(entry as Uint8Array);
    this.#state.shrink();
    return unframe(bytes);
  }

  /** Without the latch: a packet that is being put may be missed, and rings then. */
  get isEmpty(): boolean {
    return this.#state.count <= 0;
  }

  /** Takes no more packets; those that are there can still be taken. */
  shut(): void {
    this.#kernel.waiters.inSection(this.#cell, () => this.#state.shutDown(SHUTDOWN_DRAINS));
  }

  #destroy(): void {
    emptyChannel(this.#kernel, this.#cell, this.#state, this.#items);
  }
}
