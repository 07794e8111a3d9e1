import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { checkSignal, checkTimeout } from "../kernel/arguments.js";
import { frame, unframe } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import { QUEUE_SHUTDOWN, QUEUE_UNFINISHED, SHUTDOWN_DISCARDS, SHUTDOWN_DRAINS } from "../kernel/layout.js";
import { inside } from "../sync/shared-object.js";
import type { Entry, Items } from "./items.js";
import { type PutOutcome, SHUT_DOWN, type ShutDown, Turns } from "./turns.js";

/** What a put or a get fails with. */
export interface Refusals {
  full(timeout: number): Error;
  empty(timeout: number): Error;
  shutDown(): Error;
}

/** One way for items, from whoever puts to whoever gets: what queues and pipes are made of. */
export class Channel<T = unknown> {
  label: string;
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #items: Items;
  readonly #refusals: Refusals;
  readonly #turns: Turns;

  constructor(kernel: Kernel, cell: number, items: Items, label: string, refusals: Refusals) {
    this.#kernel = kernel;
    this.#cell = cell;
    this.#items = items;
    this.label = label;
    this.#refusals = refusals;
    this.#turns = new Turns(kernel, cell, items, () => this.label);
  }

  // ── in ──

  async put(item: T, options?: WaitOptions, priority = 0): Promise<void> {
    const timeout = checkTimeout(options?.timeout);
    const signal = checkSignal(options?.signal);
    signal?.throwIfAborted();
    const packet = this.#kernel.packWhole(item, "item");
    try {
      let entry = this.#items.entryOf(frame(packet), priority);
      try {
        if (this.#putNow(entry)) return;
        entry = this.#items.keep(entry);
        const gate = this.#turns.putGate(entry);
        const deadline = performance.now() + timeout;
        do {
          const left = Math.max(0, deadline - performance.now());
          const outcome = await this.#kernel.parking.wait(gate, { timeout: left, signal });
          if (this.#wasPut(outcome, timeout)) return;
        } while (!this.#putNow(entry));
      } catch (error) {
        this.#items.drop(entry);
        throw error;
      }
    } catch (error) {
      this.#kernel.dispose(packet);
      throw error;
    }
  }

  putSync(item: T, options?: SyncWaitOptions, priority = 0): void {
    const timeout = checkTimeout(options?.timeout);
    const packet = this.#kernel.packWhole(item, "item");
    try {
      const entry = this.#items.entryOf(frame(packet), priority);
      try {
        if (this.#putNow(entry)) return;
        const gate = this.#turns.putGate(entry);
        const deadline = performance.now() + timeout;
        do {
          const outcome = this.#kernel.parking.waitSync(gate, { timeout: Math.max(0, deadline - performance.now()) });
          if (this.#wasPut(outcome, timeout)) return;
        } while (!this.#putNow(entry));
      } catch (error) {
        this.#items.drop(entry);
        throw error;
      }
    } catch (error) {
      this.#kernel.dispose(packet);
      throw error;
    }
  }

  // ── out ──

  async get(options?: WaitOptions): Promise<T> {
    const timeout = checkTimeout(options?.timeout);
    const signal = checkSignal(options?.signal);
    return this.#open(await this.#kernel.parking.wait(this.#turns.getGate, { timeout, signal }), timeout);
  }

  getSync(options?: SyncWaitOptions): T {
    const timeout = checkTimeout(options?.timeout);
    return this.#open(this.#kernel.parking.waitSync(this.#turns.getGate, { timeout }), timeout);
  }

  /** Items as they come, until the channel was shut down and nothing is left, if `mayEnd` lets it end so. */
  async *drain(mayEnd: () => boolean): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const entry = await this.#kernel.parking.wait(this.#turns.getGate, { timeout: Number.POSITIVE_INFINITY });
      if (entry === SHUT_DOWN && mayEnd()) return;
      yield this.#open(entry, Number.POSITIVE_INFINITY);
    }
  }

  /** Whether a get would not have to wait, as there is an item or never will be. */
  async poll(options?: WaitOptions): Promise<boolean> {
    const timeout = checkTimeout(options?.timeout);
    const signal = checkSignal(options?.signal);
    return (await this.#kernel.parking.wait(this.#turns.pollGate, { timeout, signal })) !== undefined;
  }

  pollSync(options?: SyncWaitOptions): boolean {
    return (
      this.#kernel.parking.waitSync(this.#turns.pollGate, { timeout: checkTimeout(options?.timeout) }) !== undefined
    );
  }

  get size(): number {
    return this.#inside(() => this.#turns.count);
  }

  // ── what is done, and the end ──

  /** False if everything put was done before. */
  markDone(): boolean {
    return this.#inside(() => this.#turns.ledger.markDone());
  }

  async join(options?: WaitOptions): Promise<boolean> {
    const timeout = checkTimeout(options?.timeout);
    const signal = checkSignal(options?.signal);
    signal?.throwIfAborted();
    if (this.#load(QUEUE_UNFINISHED) === 0) return true;
    return (await this.#kernel.parking.wait(this.#turns.joinGate, { timeout, signal })) !== undefined;
  }

  joinSync(options?: SyncWaitOptions): boolean {
    const timeout = checkTimeout(options?.timeout);
    if (this.#load(QUEUE_UNFINISHED) === 0) return true;
    return this.#kernel.parking.waitSync(this.#turns.joinGate, { timeout }) !== undefined;
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

  /** Whether it was put; if not, it is to be tried again. */
  #wasPut(outcome: PutOutcome | undefined, timeout: number): boolean {
    if (outcome === undefined) throw this.#refusals.full(timeout);
    if (outcome === SHUT_DOWN) throw this.#refusals.shutDown();
    return outcome === "put";
  }

  #open(entry: Entry | ShutDown | undefined, timeout: number): T {
    if (entry === undefined) throw this.#refusals.empty(timeout);
    if (entry === SHUT_DOWN) throw this.#refusals.shutDown();
    const bytes = this.#items.frameOf(entry);
    this.#turns.shrink();
    const { body, blobs, bundles } = unframe(bytes);
    return this.#kernel.take({ body, blobs, bundle: bundles[0] }) as T;
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
