import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { framed, unframe } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import { QUEUE_SHUTDOWN, QUEUE_UNFINISHED, SHUTDOWN_DISCARDS, SHUTDOWN_DRAINS } from "../kernel/layout.js";
import type { Packet } from "../kernel/message/index.js";
import {
  hasCome,
  type Next,
  NO_TIME,
  type Patience,
  patienceOf,
  restOf,
  syncPatienceOf,
  type Wait,
  waitAt,
} from "../kernel/waiting.js";
import { inside } from "../sync/shared-object.js";
import type { Entry, Items, Kept } from "./items.js";
import { NOTHING_SEEN, type Owner, type PutOutcome, SHUT_DOWN, type ShutDown, Turns } from "./turns.js";

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
  readonly entry: Kept;
}

/**
 * One way for items, from whoever puts to whoever gets: what queues and pipes are made of. `object` is whose it is, and lives as long as
 * somebody waits here or reads on.
 */
export class Channel<T = unknown> implements Owner {
  readonly object: object;
  label: string;
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #items: Items;
  readonly #refusals: Refusals;
  readonly #turns: Turns;

  constructor(kernel: Kernel, cell: number, items: Items, owner: Owner, refusals: Refusals) {
    this.object = owner.object;
    this.label = owner.label;
    this.#kernel = kernel;
    this.#cell = cell;
    this.#items = items;
    this.#refusals = refusals;
    this.#turns = new Turns(kernel, cell, items, this);
  }

  // ── in ──

  async put(item: T, options?: WaitOptions, priority = 0): Promise<void> {
    const patience = patienceOf(options);
    const pending = this.#putUnlessFull(item, priority);
    if (pending !== undefined)
      this.#mustBePut(await this.#kernel.parking.await(this.#put(pending, patience)), patience);
  }

  putSync(item: T, options?: SyncWaitOptions, priority = 0): void {
    const patience = syncPatienceOf(options);
    const pending = this.#putUnlessFull(item, priority);
    if (pending !== undefined) this.#mustBePut(this.#kernel.parking.block(this.#put(pending, patience)), patience);
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
          return this.#putNow(entry) ? undefined : { packet, entry: this.#items.keep(entry) };
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
  #put({ packet, entry }: Pending, patience: Patience): Wait<"put" | ShutDown | undefined> {
    const rest = restOf(patience);
    const gate = this.#turns.putGate(entry);
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

  /** Told of where the putter goes on, so that the error's stack says who that is. */
  #mustBePut(outcome: "put" | ShutDown | undefined, { timeout }: Patience): void {
    if (outcome === undefined) throw this.#refusals.full(timeout);
    if (outcome === SHUT_DOWN) throw this.#refusals.shutDown();
  }

  // ── out ──

  async get(options?: WaitOptions): Promise<T> {
    const patience = patienceOf(options);
    const entry = this.#turns.getNow() ?? (await this.#kernel.parking.await(this.#get(patience)));
    return this.#open(entry, patience);
  }

  getSync(options?: SyncWaitOptions): T {
    const patience = syncPatienceOf(options);
    return this.#open(this.#getSync(patience), patience);
  }

  /** An item that is there at this moment, or `otherwise`. */
  tryGet<D>(otherwise: D): T | D {
    const entry = this.#getSync(NO_TIME);
    return entry === undefined ? otherwise : this.#open(entry, NO_TIME);
  }

  #getSync(patience: Patience): Entry | ShutDown | undefined {
    const entry = patience.timeout === 0 ? this.#turns.getNow() : this.#turns.getSoon();
    if (entry !== undefined && entry !== NOTHING_SEEN) return entry;
    return this.#kernel.parking.block(this.#get(patience, entry === NOTHING_SEEN ? HAS_SPUN : undefined));
  }

  #get(patience: Patience, particulars?: typeof HAS_SPUN): Wait<Entry | ShutDown | undefined> {
    return waitAt(this.#turns.getGate, patience, (entry) => entry, particulars);
  }

  /** Items as they come, until the channel was shut down and nothing is left, if `mayEnd` lets it end so. `options` are of each wait. */
  items(mayEnd: () => boolean, options?: WaitOptions): AsyncGenerator<T, void, undefined> {
    return this.#drain(mayEnd, patienceOf(options));
  }

  async *#drain(mayEnd: () => boolean, patience: Patience): AsyncGenerator<T, void, undefined> {
    for (;;) {
      patience.signal?.throwIfAborted();
      const entry = this.#turns.getNow() ?? (await this.#kernel.parking.await(this.#get(patience)));
      if (entry === SHUT_DOWN && mayEnd()) return;
      yield this.#open(entry, patience);
    }
  }

  /** As {@link items}, blocking this worker. */
  itemsSync(mayEnd: () => boolean, options?: SyncWaitOptions): Generator<T, void, undefined> {
    return this.#drainSync(mayEnd, syncPatienceOf(options));
  }

  *#drainSync(mayEnd: () => boolean, patience: Patience): Generator<T, void, undefined> {
    for (;;) {
      const entry = this.#getSync(patience);
      if (entry === SHUT_DOWN && mayEnd()) return;
      yield this.#open(entry, patience);
    }
  }

  /** Whether a get would not have to wait, as there is an item or never will be. */
  async poll(options?: WaitOptions): Promise<boolean> {
    return await this.#kernel.parking.await(hasCome(this.#turns.pollGate, patienceOf(options)));
  }

  pollSync(options?: SyncWaitOptions): boolean {
    return this.#kernel.parking.block(hasCome(this.#turns.pollGate, syncPatienceOf(options)));
  }

  get size(): number {
    return this.#inside(() => this.#turns.count);
  }

  /** The same without the latch: others may be in the middle of changing it. */
  get sizeNow(): number {
    return Math.max(0, this.#turns.count);
  }

  // ── what is done, and the end ──

  /** False if everything put was done before. */
  markDone(): boolean {
    return this.#inside(() => this.#turns.ledger.markDone());
  }

  async join(options?: WaitOptions): Promise<boolean> {
    const patience = patienceOf(options);
    return this.#isDone || (await this.#kernel.parking.await(hasCome(this.#turns.joinGate, patience)));
  }

  joinSync(options?: SyncWaitOptions): boolean {
    const patience = syncPatienceOf(options);
    return this.#isDone || this.#kernel.parking.block(hasCome(this.#turns.joinGate, patience));
  }

  get #isDone(): boolean {
    return this.#load(QUEUE_UNFINISHED) === 0;
  }

  shutDown(isImmediate: boolean): void {
    this.#inside(() => this.#turns.shutDown(isImmediate ? SHUTDOWN_DISCARDS : SHUTDOWN_DRAINS));
    if (this.isDiscarding) this.#discardAll();
  }

  get isShutDown(): boolean {
    return this.#load(QUEUE_SHUTDOWN) !== 0;
  }

  get isDiscarding(): boolean {
    return this.#load(QUEUE_SHUTDOWN) === SHUTDOWN_DISCARDS;
  }

  // ── for the sweeper, and for the cells' end ──

  /** Under the latch: `node`'s owner will not use what it was promised. */
  handOn(node: number): void {
    this.#turns.handOn(node);
  }

  /** Somebody who used the channel has died, perhaps between the steps of what it did. */
  bury(): void {
    this.#inside(() => this.#turns.settle());
    if (this.isDiscarding) this.#discardAll();
  }

  /**
   * Nobody refers to the channel any more: what is in it gives back what it refers to, one by one, and is taken out only then.
   * Each is a step of its own, and to do it again finishes what a death has cut short.
   */
  destroy(): void {
    for (let count = this.#inside(() => this.#turns.settledCount()); count > 0; count--) {
      const place = this.#items.bundlePlaceOfNext(count);
      if (place !== undefined) this.#kernel.cells.referNoMore(place);
      const entry = this.#inside(() => this.#turns.discardOne());
      if (entry !== undefined) this.#items.drop(entry);
    }
    this.#items.free();
  }

  #putNow(entry: Entry): boolean {
    for (;;) {
      const outcome = this.#inside(() => this.#turns.claimPlace(entry));
      if (outcome === "put") return true;
      if (outcome === undefined) return false;
      if (outcome === SHUT_DOWN) throw this.#refusals.shutDown();
      this.#items.grow(entry);
    }
  }

  #open(entry: Entry | ShutDown | undefined, { timeout }: Patience): T {
    if (entry === undefined) throw this.#refusals.empty(timeout);
    if (entry === SHUT_DOWN) throw this.#refusals.shutDown();
    const bytes = this.#items.frameOf(entry);
    this.#turns.shrink();
    const { body, blobs, bundles } = unframe(bytes);
    return this.#kernel.codec.take({ body, blobs, bundle: bundles[0] }) as T;
  }

  /** One item a section, so that a death in between leaves the rest to whoever sweeps up. */
  #discardAll(): void {
    for (;;) {
      const entry = this.#inside(() => this.#turns.discardOne());
      if (entry === undefined) return;
      const bundle = this.#items.bundleOf(entry);
      this.#items.drop(entry);
      if (bundle !== 0) this.#kernel.cells.letGo(bundle);
    }
  }

  #inside<R>(act: () => R): R {
    return inside(this.#kernel, this.#cell, act);
  }

  #load(word: number): number {
    return Atomics.load(this.#kernel.region.i32, this.#cell + word);
  }
}
