import { ConnectionClosedError, TimeoutError } from "../contracts/errors.js";
import type { Connection as ConnectionContract } from "../contracts/pipe.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import type { Kernel } from "../kernel/kernel.js";
import { CONNECTION_INBOX, CONNECTION_OUTBOX } from "../kernel/layout.js";
import { SharedObject } from "../sync/shared-object.js";
import { Channel, type Owner, type Refusals } from "./channel.js";
import { ItemRing } from "./item-ring.js";

/**
 * One end of a pipe: the channel that it receives from and the one that it sends into. They know whether it is closed. Closing an end
 * discards the items on its way in, as nobody is there to receive them, and ends the way out after its items.
 */
export class Connection<T = unknown> extends SharedObject implements ConnectionContract<T> {
  readonly #inbox: Channel<T>;
  readonly #outbox: Channel<T>;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "Connection");
    const refusals: Refusals = {
      full: impossible,
      empty: (timeout) => new TimeoutError(`${this.label}: nothing came within ${timeout} ms`),
      shutDown: () =>
        new ConnectionClosedError(
          this.#isClosed ? `${this.label} is closed` : `${this.label}: the other end of its pipe has closed`,
        ),
    };
    [this.#inbox, this.#outbox] = [CONNECTION_INBOX, CONNECTION_OUTBOX].map((way) =>
      channelAt<T>(kernel, kernel.region.i32[cell + way] as number, { object: this, label: this.label }, refusals),
    ) as [Channel<T>, Channel<T>];
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
    return this.#inbox.tryGet(otherwise as D);
  }

  items(options?: WaitOptions): AsyncGenerator<T, void, undefined> {
    return this.#inbox.items(() => !this.#isClosed, options);
  }

  itemsSync(options?: SyncWaitOptions): Generator<T, void, undefined> {
    return this.#inbox.itemsSync(() => !this.#isClosed, options);
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

const NOBODY: Owner = { object: {}, label: "" };
const NO_REFUSALS: Refusals = { full: impossible, empty: impossible, shutDown: impossible };

/** One way of a pipe. */
export function channelAt<T>(kernel: Kernel, cell: number, owner = NOBODY, refusals = NO_REFUSALS): Channel<T> {
  kernel.region.reach(cell);
  return new Channel<T>(kernel, cell, new ItemRing(kernel, cell), owner, refusals);
}

function impossible(): Error {
  return new Error("Heddle kernel: a pipe refused what it cannot refuse");
}
