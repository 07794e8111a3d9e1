import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { framed, unframe } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import { QUEUE_SHUTDOWN, QUEUE_UNFINISHED, SHUTDOWN_DISCARDS, SHUTDOWN_DRAINS } from "../kernel/layout.js";
import type { Packet } from "../kernel/message/index.js";
import {
  limitsOf,
  type Next,
  NO_TIME,
  remainingOf,
  syncLimitsOf,
  type Wait,
  type WaitLimits,
  waitAt,
  waitUntilGranted,
} from "../kernel/waiting.js";
import { inSection } from "../sync/shared-object.js";
import { NOTHING_SEEN, type Owner, type PutOutcome, QueueGates, SHUT_DOWN, type ShutDown } from "./gates.js";
import type { Entry, Items, OwnedEntry } from "./items.js";

/** What a put or a get fails with. */
export interface Refusals {
  full(timeout: number): Error;
  empty(timeout: number): Error;
  shutDown(): Error;
}

const HAS_SPUN = Object.freeze({ hasSpun: true });

/** What is to be put, once there is a place for it. */
interface Pending {
  readonly packet: Packet;
  readonly entry: OwnedEntry;
}

/**
 * One direction for items, from putters to getters: queues and pipes are made of it. `object` is the queue or connection that it belongs
 * to, and lives as long as a wait or an iteration lasts.
 */
export class Channel<T = unknown> implements Owner {
  readonly object: object;
  label: string;
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #items: Items;
  readonly #refusals: Refusals;
  readonly #gates: QueueGates;

  constructor(kernel: Kernel, cell: number, items: Items, owner: Owner, refusals: Refusals) {
    this.object = owner.object;
    this.label = owner.label;
    this.#kernel = kernel;
    this.#cell = cell;
    this.#items = items;
    this.#refusals = refusals;
    this.#gates = new QueueGates(kernel, cell, items, this);
  }

  // ── in ──

  async put(item: T, options?: WaitOptions, priority = 0): Promise<void> {
    const limits = limitsOf(options);
    const pending = this.#putUnlessFull(item, priority);
    if (pending === undefined) return;
    await this.#kernel.parking.await(this.#put(pending, limits), (outcome) => this.#mustBePut(outcome, limits));
  }

  putSync(item: T, options?: SyncWaitOptions, priority = 0): void {
    const limits = syncLimitsOf(options);
    const pending = this.#putUnlessFull(item, priority);
    if (pending !== undefined) this.#mustBePut(this.#kernel.parking.block(this.#put(pending, limits)), limits);
  }

  /** Puts the item if there is a place at this moment, and says whether. */
  tryPut(item: T, priority = 0): boolean {
    const pending = this.#putUnlessFull(item, priority);
    if (pending === undefined) return true;
    const outcome = this.#kernel.parking.block(this.#put(pending, NO_TIME));
    if (outcome !== undefined) this.#mustBePut(outcome, NO_TIME);
    return outcome !== undefined;
  }

  /** Puts the item if there is a place now. If not, it comes back as bytes of its own: it may wait, and the scratch is others' then. */
  #putUnlessFull(item: T, priority: number): Pending | undefined {
    const packet = this.#kernel.codec.packWhole(item, "item");
    try {
      return framed(packet, (frame) => {
        const entry = this.#items.entryOf(frame, priority);
        try {
          return this.#putNow(entry) ? undefined : { packet, entry: this.#items.toOwned(entry) };
        } catch (error) {
          this.#items.drop(entry);
          throw error;
        }
      });
    } catch (error) {
      this.#kernel.codec.dispose(packet);
      throw error;
    }
  }

  /** How it ends: "put" if it did as it should. If not, what it was to put is gone. */
  #put({ packet, entry }: Pending, limits: WaitLimits): Wait<"put" | ShutDown | undefined> {
    const rest = remainingOf(limits);
    const gate = this.#gates.putGate(entry);
    const drop = (): void => {
      this.#items.drop(entry);
      this.#kernel.codec.dispose(packet);
    };
    const fail = (error: unknown): never => {
      drop();
      throw error;
    };
    const resume = (outcome: PutOutcome | undefined): Next<"put" | ShutDown | undefined> => {
      if (outcome === "grow") return this.#putNow(entry) ? "put" : waitAt(gate, rest(), resume, { fail });
      if (outcome !== "put") drop();
      return outcome;
    };
    return waitAt(gate, rest(), resume, { fail });
  }

  #mustBePut(outcome: "put" | ShutDown | undefined, { timeout }: WaitLimits): void {
    if (outcome === undefined) throw this.#refusals.full(timeout);
    if (outcome === SHUT_DOWN) throw this.#refusals.shutDown();
  }

  // ── out ──

  async get(options?: WaitOptions): Promise<T> {
    const limits = limitsOf(options);
    const check = (entry: Entry | ShutDown | undefined): Entry => this.#mustBeEntry(entry, limits);
    return this.#open(this.#gates.getNow() ?? (await this.#kernel.parking.await(this.#get(limits), check)), limits);
  }

  getSync(options?: SyncWaitOptions): T {
    const limits = syncLimitsOf(options);
    return this.#open(this.#getSync(limits), limits);
  }

  /** An item that is there at this moment, or `otherwise`. */
  tryGet<D>(otherwise: D): T | D {
    const entry = this.#getSync(NO_TIME);
    return entry === undefined ? otherwise : this.#open(entry, NO_TIME);
  }

  #getSync(limits: WaitLimits): Entry | ShutDown | undefined {
    const entry = limits.timeout === 0 ? this.#gates.getNow() : this.#gates.getSoon();
    if (entry !== undefined && entry !== NOTHING_SEEN) return entry;
    return this.#kernel.parking.block(this.#get(limits, entry === NOTHING_SEEN ? HAS_SPUN : undefined));
  }

  #get(limits: WaitLimits, hooks?: typeof HAS_SPUN): Wait<Entry | ShutDown | undefined> {
    return waitAt(this.#gates.getGate, limits, (entry) => entry, hooks);
  }

  #mustBeEntry(entry: Entry | ShutDown | undefined, { timeout }: WaitLimits): Entry {
    if (entry === undefined) throw this.#refusals.empty(timeout);
    if (entry === SHUT_DOWN) throw this.#refusals.shutDown();
    return entry;
  }

  /** Items as they come, until the channel was shut down and nothing is left, if `mayEnd` lets it end so. `options` are of each wait. */
  items(mayEnd: () => boolean, options?: WaitOptions): AsyncGenerator<T, void, undefined> {
    return this.#drain(mayEnd, limitsOf(options));
  }

  async *#drain(mayEnd: () => boolean, limits: WaitLimits): AsyncGenerator<T, void, undefined> {
    const check = (entry: Entry | ShutDown | undefined): void => {
      if (entry !== SHUT_DOWN || !mayEnd()) this.#mustBeEntry(entry, limits);
    };
    for (;;) {
      limits.signal?.throwIfAborted();
      const entry = this.#gates.getNow() ?? (await this.#kernel.parking.await(this.#get(limits), check));
      if (entry === SHUT_DOWN && mayEnd()) return;
      yield this.#open(entry, limits);
    }
  }

  /** As {@link items}, blocking this worker. */
  itemsSync(mayEnd: () => boolean, options?: SyncWaitOptions): Generator<T, void, undefined> {
    return this.#drainSync(mayEnd, syncLimitsOf(options));
  }

  *#drainSync(mayEnd: () => boolean, limits: WaitLimits): Generator<T, void, undefined> {
    for (;;) {
      const entry = this.#getSync(limits);
      if (entry === SHUT_DOWN && mayEnd()) return;
      yield this.#open(entry, limits);
    }
  }

  /** Whether a get would not have to wait, as there is an item or never will be. */
  async poll(options?: WaitOptions): Promise<boolean> {
    return await this.#kernel.parking.await(waitUntilGranted(this.#gates.pollGate, limitsOf(options)));
  }

  pollSync(options?: SyncWaitOptions): boolean {
    return this.#kernel.parking.block(waitUntilGranted(this.#gates.pollGate, syncLimitsOf(options)));
  }

  get size(): number {
    return this.#inSection(() => this.#gates.count);
  }

  /** The same without the latch: others may be in the middle of changing it. */
  get sizeNow(): number {
    return Math.max(0, this.#gates.count);
  }

  // ── what is done, and the end ──

  /** False if everything put was done before. */
  markDone(): boolean {
    return this.#inSection(() => this.#gates.state.markDone());
  }

  async join(options?: WaitOptions): Promise<boolean> {
    const limits = limitsOf(options);
    return this.#isDone || (await this.#kernel.parking.await(waitUntilGranted(this.#gates.joinGate, limits)));
  }

  joinSync(options?: SyncWaitOptions): boolean {
    const limits = syncLimitsOf(options);
    return this.#isDone || this.#kernel.parking.block(waitUntilGranted(this.#gates.joinGate, limits));
  }

  get #isDone(): boolean {
    return this.#load(QUEUE_UNFINISHED) === 0;
  }

  shutDown(isImmediate: boolean): void {
    this.#inSection(() => this.#gates.shutDown(isImmediate ? SHUTDOWN_DISCARDS : SHUTDOWN_DRAINS));
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
    this.#gates.passGrant(node);
  }

  /** Somebody who used the channel has died, perhaps between the steps of what it did. */
  onOwnerDeath(): void {
    this.#inSection(() => this.#gates.finishInterrupted());
    if (this.isDiscarding) this.#discardAll();
  }

  /**
   * Nobody refers to the channel any more: what is in it gives back what it refers to, one by one, and is taken out only then.
   * Each is a step of its own, and to do it again finishes what a death has cut short.
   */
  destroy(): void {
    for (let count = this.#inSection(() => this.#gates.exactCount()); count > 0; count--) {
      const place = this.#items.referencesWordOfNext(count);
      if (place !== undefined) this.#kernel.cells.referNoMore(place);
      const entry = this.#inSection(() => this.#gates.discardOne());
      if (entry !== undefined) this.#items.drop(entry);
    }
    this.#items.free();
  }

  #putNow(entry: Entry): boolean {
    for (;;) {
      const outcome = this.#inSection(() => this.#gates.claimSpace(entry));
      if (outcome === "put") return true;
      if (outcome === undefined) return false;
      if (outcome === SHUT_DOWN) throw this.#refusals.shutDown();
      this.#items.grow(entry);
    }
  }

  #open(got: Entry | ShutDown | undefined, limits: WaitLimits): T {
    const entry = this.#mustBeEntry(got, limits);
    const bytes = this.#items.frameOf(entry);
    this.#gates.shrink();
    const { body, blobs, referenceSets } = unframe(bytes);
    return this.#kernel.codec.openAndRelease({ body, blobs, references: referenceSets[0] }) as T;
  }

  /** One item a section: if this worker dies in between, recovery discards the rest. */
  #discardAll(): void {
    for (;;) {
      const entry = this.#inSection(() => this.#gates.discardOne());
      if (entry === undefined) return;
      const references = this.#items.referencesOf(entry);
      this.#items.drop(entry);
      if (references !== 0) this.#kernel.cells.letGo(references);
    }
  }

  #inSection<R>(act: () => R): R {
    return inSection(this.#kernel, this.#cell, act);
  }

  #load(word: number): number {
    return Atomics.load(this.#kernel.region.i32, this.#cell + word);
  }
}
