import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { type Frame, frameOf, unframe } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  OUTCOME_SHUT_DOWN,
  QUEUE_SHUTDOWN,
  QUEUE_UNFINISHED,
  SHUTDOWN_DISCARDS,
  SHUTDOWN_DRAINS,
} from "../kernel/layout.js";
import type { Packet } from "../kernel/message/index.js";
import {
  type Gate,
  limitsOf,
  type Next,
  NO_TIME,
  remainingOf,
  syncLimitsOf,
  type Wait,
  type WaitLimits,
  waitUntilGranted,
} from "../kernel/waiting.js";
import { SharedObject } from "../sync/shared-object.js";
import { emptyChannel } from "./empty-channel.js";
import { waitInLine } from "./in-line.js";
import type { Entry, Items, OwnedEntry } from "./items.js";
import { GETTERS, JOINERS, PUTTERS } from "./promises.js";
import { NOTHING_SEEN, type PutOutcome, QueueState, SHUT_DOWN, type ShutDown } from "./state.js";

/** Why a put or a get fails. */
export type Refusal = "full" | "empty" | "shut down";

const HAS_SPUN = Object.freeze({ hasSpun: true });

/** The item to be put, once there is a place for it. */
interface Pending {
  readonly packet: Packet;
  readonly entry: OwnedEntry;
}

/**
 * One direction for items, from putters to getters: a queue is one, and a pipe has two. It packs items, and waits where {@link QueueState}
 * has no item or no place.
 */
export abstract class Channel<T = unknown> extends SharedObject {
  readonly #waited: object;
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #items: Items;
  readonly #state: QueueState;
  readonly #getGate: Gate<Entry | ShutDown>;

  /** `waited` is what a wait or an iteration keeps alive, if it is not the channel itself. */
  constructor(kernel: Kernel, cell: number, className: string, items: Items, waited?: object) {
    super(kernel, cell, className);
    this.#waited = waited ?? this;
    this.#kernel = kernel;
    this.#cell = cell;
    this.#items = items;
    this.#state = new QueueState(kernel, cell, items);
    this.#getGate = this.#gate(GETTERS, this.#state.claimItem, (node) =>
      this.#redeemed(node, () => this.#state.redeemItem(node)),
    );
  }

  /** The error of a put or a get that fails, after `timeout` ms where it waited in vain. */
  protected abstract refusal(why: Refusal, timeout: number): Error;

  // ── in ──

  async put(item: T, options?: WaitOptions, priority = 0): Promise<void> {
    const limits = limitsOf(options);
    this.#state.takeOwn(PUTTERS);
    const pending = this.#putUnlessFull(item, priority);
    if (pending === undefined) return;
    await this.#kernel.parking.await(this.#put(pending, limits), (outcome) => this.#mustBePut(outcome, limits));
  }

  putSync(item: T, options?: SyncWaitOptions, priority = 0): void {
    const limits = syncLimitsOf(options);
    if (limits.timeout === 0) this.#state.takeOwn(PUTTERS);
    const pending = this.#putUnlessFull(item, priority);
    if (pending !== undefined) this.#mustBePut(this.#kernel.parking.block(this.#put(pending, limits)), limits);
  }

  /** Puts the item if there is a place at this moment, and says whether. */
  tryPut(item: T, _options?: object, priority = 0): boolean {
    this.#state.takeOwn(PUTTERS);
    const pending = this.#putUnlessFull(item, priority);
    if (pending === undefined) return true;
    const outcome = this.#kernel.parking.block(this.#put(pending, NO_TIME));
    if (outcome !== undefined) this.#mustBePut(outcome, NO_TIME);
    return outcome !== undefined;
  }

  /** Puts the item if there is a place now. If not, it comes back as bytes of its own: it may wait, and the scratch is others' then. */
  #putUnlessFull(item: T, priority: number): Pending | undefined {
    const { codec } = this.#kernel;
    const packet = codec.packItem(item);
    let made: Frame | undefined;
    let entry: Entry | undefined;
    try {
      made = frameOf(packet);
      entry = this.#items.entryOf(made.frame, priority);
      return this.#putNow(entry) ? undefined : { packet, entry: this.#items.toOwned(entry) };
    } catch (error) {
      if (entry !== undefined) this.#items.drop(entry);
      codec.dispose(packet);
      throw error;
    } finally {
      made?.release();
    }
  }

  /** How it ends: "put" if it did as it should. If not, its item is gone. It spins only if nobody waits before it. */
  #put({ packet, entry }: Pending, limits: WaitLimits): Wait<"put" | ShutDown | undefined> {
    const rest = remainingOf(limits);
    const gate = this.#gate<PutOutcome>(
      PUTTERS,
      () => this.#state.claimSpace(entry),
      (node) => this.#redeemSpace(node, entry),
    );
    const count = (change: number): void => this.#state.countOwn(PUTTERS, change);
    const drop = (): void => {
      this.#items.drop(entry);
      this.#kernel.codec.dispose(packet);
    };
    const fail = (error: unknown): never => {
      drop();
      throw error;
    };
    const resume = (outcome: PutOutcome | undefined): Next<"put" | ShutDown | undefined> => {
      if (outcome === "grow") return this.#putNow(entry) ? "put" : waitInLine(gate, rest(), resume, count, { fail });
      if (outcome !== "put") drop();
      return outcome;
    };
    return waitInLine(gate, rest(), resume, count, { fail, hasSpun: this.#state.isAwaited(PUTTERS) });
  }

  /** Puts an entry if there is a place for it now. */
  #putNow(entry: Entry): boolean {
    for (;;) {
      const outcome = this.#inSection(() => this.#state.claimSpace(entry));
      if (outcome === "put") return true;
      if (outcome === undefined) return false;
      if (outcome === SHUT_DOWN) throw this.refusal("shut down", 0);
      this.#items.grow(entry);
    }
  }

  #redeemSpace(node: number, entry: Entry): PutOutcome {
    for (;;) {
      const outcome = this.#redeemed(node, () => this.#state.redeemSpace(node, entry));
      if (outcome !== "grow") return outcome;
      this.#items.grow(entry);
    }
  }

  #mustBePut(outcome: "put" | ShutDown | undefined, { timeout }: WaitLimits): void {
    if (outcome === undefined) throw this.refusal("full", timeout);
    if (outcome === SHUT_DOWN) throw this.refusal("shut down", timeout);
  }

  // ── out ──

  async get(options?: WaitOptions): Promise<T> {
    const limits = limitsOf(options);
    const check = (entry: Entry | ShutDown | undefined): Entry => this.#mustBeEntry(entry, limits);
    return this.#open(this.#state.getNow() ?? (await this.#kernel.parking.await(this.#get(limits), check)), limits);
  }

  getSync(options?: SyncWaitOptions): T {
    const limits = syncLimitsOf(options);
    return this.#open(this.#getSync(limits), limits);
  }

  /** An item that is there at this moment, or `otherwise`. */
  tryGet<D>(otherwise?: D): T | D {
    const entry = this.#getSync(NO_TIME);
    return entry === undefined ? (otherwise as D) : this.#open(entry, NO_TIME);
  }

  #getSync(limits: WaitLimits): Entry | ShutDown | undefined {
    const entry = limits.timeout === 0 ? this.#state.getNow() : this.#state.getSoon();
    if (entry !== undefined && entry !== NOTHING_SEEN) return entry;
    return this.#kernel.parking.block(this.#get(limits, entry === NOTHING_SEEN ? HAS_SPUN : undefined));
  }

  #get(limits: WaitLimits, hooks?: typeof HAS_SPUN): Wait<Entry | ShutDown | undefined> {
    const count = (change: number): void => this.#state.countOwn(GETTERS, change);
    return waitInLine(this.#getGate, limits, (entry) => entry, count, hooks);
  }

  #mustBeEntry(entry: Entry | ShutDown | undefined, { timeout }: WaitLimits): Entry {
    if (entry === undefined) throw this.refusal("empty", timeout);
    if (entry === SHUT_DOWN) throw this.refusal("shut down", timeout);
    return entry;
  }

  /** Whether the end of an iteration is a shutdown with nothing left; else that is an error. */
  protected get isIterationOver(): boolean {
    return true;
  }

  /** Items as they come, until the channel was shut down and nothing is left. `options` are of each wait. */
  items(options?: WaitOptions): AsyncGenerator<T, void, undefined> {
    return this.#drain(limitsOf(options));
  }

  async *#drain(limits: WaitLimits): AsyncGenerator<T, void, undefined> {
    const check = (entry: Entry | ShutDown | undefined): void => {
      if (entry !== SHUT_DOWN || !this.isIterationOver) this.#mustBeEntry(entry, limits);
    };
    for (;;) {
      limits.signal?.throwIfAborted();
      const entry = this.#state.getNow() ?? (await this.#kernel.parking.await(this.#get(limits), check));
      if (entry === SHUT_DOWN && this.isIterationOver) return;
      yield this.#open(entry, limits);
    }
  }

  /** As {@link items}, blocking this worker. */
  itemsSync(options?: SyncWaitOptions): Generator<T, void, undefined> {
    return this.#drainSync(syncLimitsOf(options));
  }

  *#drainSync(limits: WaitLimits): Generator<T, void, undefined> {
    for (;;) {
      const entry = this.#getSync(limits);
      if (entry === SHUT_DOWN && this.isIterationOver) return;
      yield this.#open(entry, limits);
    }
  }

  /**
   * A wait until a get would not have to wait, as there is an item or never will be. A poller waits as a getter does, and passes its promise
   * on as a getter that gave up.
   */
  protected waitToGet(limits: WaitLimits): Wait<boolean> {
    const { waiters } = this.#kernel;
    const gate = this.#gate(
      GETTERS,
      () => this.#state.claimPoll(),
      (node) => {
        this.#inSection(() => this.passGrant(node));
        waiters.freeNode(node);
        return true as const;
      },
    );
    return waitUntilGranted(gate, limits);
  }

  get size(): number {
    return this.#inSection(() => this.#state.count);
  }

  /** The same without the latch: others may be in the middle of changing it. */
  get sizeNow(): number {
    return Math.max(0, this.#state.count);
  }

  // ── what is done, and the end ──

  /** False if everything put was done before. */
  markDone(): boolean {
    return this.#inSection(() => this.#state.markDone());
  }

  async join(options?: WaitOptions): Promise<boolean> {
    const limits = limitsOf(options);
    return this.#isDone || (await this.#kernel.parking.await(this.#join(limits)));
  }

  joinSync(options?: SyncWaitOptions): boolean {
    const limits = syncLimitsOf(options);
    return this.#isDone || this.#kernel.parking.block(this.#join(limits));
  }

  #join(limits: WaitLimits): Wait<boolean> {
    const { waiters } = this.#kernel;
    const gate = this.#gate(
      JOINERS,
      () => this.#state.isDone || undefined,
      (node) => {
        waiters.acknowledge(node);
        return true as const;
      },
    );
    // A joiner that came after more was put must not use an earlier grant.
    return waitUntilGranted({ ...gate, isPerWait: true }, limits);
  }

  get #isDone(): boolean {
    return this.#load(QUEUE_UNFINISHED) === 0;
  }

  shutDown(isImmediate: boolean): void {
    this.#inSection(() => this.#state.shutDown(isImmediate ? SHUTDOWN_DISCARDS : SHUTDOWN_DRAINS));
    if (this.isDiscarding) this.#discardAll();
  }

  get isShutDown(): boolean {
    return this.#load(QUEUE_SHUTDOWN) !== 0;
  }

  get isDiscarding(): boolean {
    return this.#load(QUEUE_SHUTDOWN) === SHUTDOWN_DISCARDS;
  }

  // ── for recovery, and for the cells' end ──

  /** Under the latch: the owner of `node` will not use its promise. */
  passGrant(node: number): void {
    this.#state.passGrant(node);
  }

  /** Under the latch: a wait has left its line, of a worker that gave up or died. */
  onCancel(): void {
    this.#state.onCancel();
  }

  /** Somebody who used the channel has died, perhaps between the steps of what it did. */
  onOwnerDeath(): void {
    this.#inSection(() => this.#state.finishInterrupted());
    if (this.isDiscarding) this.#discardAll();
  }

  /** Nobody refers to the channel any more. */
  destroy(): void {
    emptyChannel(this.#kernel, this.#cell, this.#state, this.#items);
  }

  #open(got: Entry | ShutDown | undefined, limits: WaitLimits): T {
    const entry = this.#mustBeEntry(got, limits);
    const bytes = this.#items.frameOf(entry);
    this.#state.shrink();
    const { body, blobs, referenceSets } = unframe(bytes);
    return this.#kernel.codec.openAndRelease({ body, blobs, references: referenceSets[0] }) as T;
  }

  /** One item a section: if this worker dies in between, recovery discards the rest. */
  #discardAll(): void {
    for (;;) {
      const entry = this.#inSection(() => this.#state.discardOne());
      if (entry === undefined) return;
      const references = this.#items.referencesOf(entry);
      this.#items.drop(entry);
      if (references !== 0) this.#kernel.cells.letGo(references);
    }
  }

  #gate<R>(queue: number, claim: () => R | undefined, redeem: (node: number) => R): Gate<R> {
    const channel = this;
    return {
      object: this.#waited,
      cell: this.#cell,
      queue,
      get label() {
        return channel.label;
      },
      claim,
      claimWoken: (node, isOverdue) => this.#state.claimWoken(node, isOverdue),
      redeem,
    };
  }

  /** The result of a getter's or a putter's grant: frees the node, unless `redeem` says that the buffer has to grow. */
  #redeemed<R>(node: number, redeem: () => R): R | ShutDown {
    const { waiters } = this.#kernel;
    if (waiters.outcomeOf(node) === OUTCOME_SHUT_DOWN) {
      waiters.acknowledge(node);
      return SHUT_DOWN;
    }
    const outcome = this.#inSection(redeem);
    if (outcome !== "grow") waiters.freeNode(node);
    return outcome;
  }

  #inSection<R>(act: () => R): R {
    return this.#kernel.waiters.inSection(this.#cell, act);
  }

  #load(word: number): number {
    return Atomics.load(this.#kernel.region.i32, this.#cell + word);
  }
}
