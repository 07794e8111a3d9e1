import { ConnectionClosedError, TimeoutError } from "../contracts/errors.js";
import type { Connection as ConnectionContract } from "../contracts/pipe.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import type { Kernel } from "../kernel/kernel.js";
import { CONNECTION_INBOX, CONNECTION_OUTBOX } from "../kernel/layout.js";
import { limitsOf, syncLimitsOf } from "../kernel/waiting.js";
import { SharedObject } from "../sync/shared-object.js";
import { Channel, type Refusal } from "./channel.js";
import { ItemRing } from "./item-ring.js";

/**
 * One end of a pipe: the channel that it receives from and the one that it sends into. They know whether it is closed. Closing an end
 * discards the items on its way in, as nobody is there to receive them, and ends the way out after its items.
 */
export class Connection<T = unknown> extends SharedObject implements ConnectionContract<T> {
  readonly #inbox: Way<T>;
  readonly #outbox: Way<T>;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "Connection");
    [this.#inbox, this.#outbox] = [CONNECTION_INBOX, CONNECTION_OUTBOX].map((way) => {
      const made = new Way<T>(kernel, kernel.region.i32[cell + way] as number, this, () => this.#isClosed);
      made.nameIt(this.label);
      return made;
    }) as [Way<T>, Way<T>];
  }

  async send(item: T): Promise<void> {
    this.#outbox.putSync(item);
  }

  sendSync(item: T): void {
    this.#outbox.putSync(item);
  }

  recv(options?: WaitOptions): Promise<T> {
    return this.#inbox.get(options);
  }

  recvSync(options?: SyncWaitOptions): T {
    return this.#inbox.getSync(options);
  }

  tryRecv<D>(otherwise?: D): T | D {
    return this.#inbox.tryGet(otherwise);
  }

  items(options?: WaitOptions): AsyncGenerator<T, void, undefined> {
    return this.#inbox.items(options);
  }

  itemsSync(options?: SyncWaitOptions): Generator<T, void, undefined> {
    return this.#inbox.itemsSync(options);
  }

  async poll(options?: WaitOptions): Promise<boolean> {
    this.#mustBeOpen();
    return this.#inbox.poll(options);
  }

  pollSync(options?: SyncWaitOptions): boolean {
    this.#mustBeOpen();
    return this.#inbox.pollSync(options);
  }

  close(): void {
    this.#inbox.shutDown(true);
    this.#outbox.shutDown(false);
  }

  override [Symbol.dispose](): void {
    this.close();
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.items();
  }

  // ── for recovery ──

  /** A worker that held this end has died, perhaps between the steps of what it did. */
  onOwnerDeath(): void {
    this.#inbox.onOwnerDeath();
    this.#outbox.onOwnerDeath();
    if (this.#isClosed) this.close();
  }

  /** Only the end that receives from a channel ends it so that what is left is discarded. */
  protected override state(): Readonly<Record<string, unknown>> {
    return { received: this.#inbox.sizeNow, sent: this.#outbox.sizeNow, closed: this.#isClosed };
  }

  get #isClosed(): boolean {
    return this.#inbox.isDiscarding;
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new ConnectionClosedError(`${this.label} is closed`);
  }
}

/** One way of a pipe, as one of its ends sees it. Without an end, for what becomes of its cell. */
export class Way<T = unknown> extends Channel<T> {
  readonly #isEndClosed: () => boolean;

  constructor(kernel: Kernel, cell: number, end?: Connection<T>, isEndClosed = (): boolean => true) {
    super(kernel, cell, "Connection", new ItemRing(kernel, cell), end);
    this.#isEndClosed = isEndClosed;
  }

  protected override refusal(why: Refusal, timeout: number): Error {
    if (why === "full") return new Error("Heddle kernel: a pipe has no bound, and was full");
    if (why === "empty") return new TimeoutError(`${this.label}: nothing came within ${timeout} ms`);
    return new ConnectionClosedError(
      this.#isEndClosed() ? `${this.label} is closed` : `${this.label}: the other end of its pipe has closed`,
    );
  }

  async poll(options?: WaitOptions): Promise<boolean> {
    return await this.kernel.parking.await(this.waitToGet(limitsOf(options)));
  }

  pollSync(options?: SyncWaitOptions): boolean {
    return this.kernel.parking.block(this.waitToGet(syncLimitsOf(options)));
  }

  /** Where its own end is closed, an iteration fails. */
  protected override get isIterationOver(): boolean {
    return !this.#isEndClosed();
  }

  protected override state(): Readonly<Record<string, unknown>> {
    return { size: this.sizeNow };
  }
}
