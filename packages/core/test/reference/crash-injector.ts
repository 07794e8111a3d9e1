import { vi } from "vitest";
import {
  LATCH_UNDER_WAY,
  SLOT_JOURNAL,
  SLOT_JOURNAL_COUNT,
  SLOT_LATCH,
  SLOT_WORDS,
  slotAddress,
} from "../../src/kernel/layout.js";
import type { Region } from "../../src/kernel/region.js";
import type { Thread } from "./stepped-backend.js";

/** Ends a worker's code where it was killed. Nothing that code still does on its way out changes the region. */
export class Death extends Error {
  override readonly name = "Death";
}

const CHANGES = ["add", "and", "compareExchange", "exchange", "or", "store", "sub", "xor"] as const;

/** The errors that a worker may run into anywhere, and live on. */
export class Overflow extends RangeError {
  override readonly name = "Overflow";
}

/** Gives a worker its turn. */
export interface Steps {
  step(thread: CrashInjector["thread"], act: () => unknown): Promise<void>;
}

/**
 * A worker that is killed before its n-th change to the region: atomic operations and plain stores alike. Nobody sees its reads, so these
 * are all the instants at which its death can make a difference.
 */
export class CrashInjector {
  readonly thread: Pick<Thread, "kernel" | "slot" | "isAlive">;
  readonly #lastStep: number;
  readonly #survives: boolean;
  #steps = 0;
  #isActing = false;
  isDead = false;
  hasThrown = false;

  /** `survives`: it is not killed there, but an {@link Overflow} is thrown, once. */
  constructor(thread: CrashInjector["thread"], lastStep: number, survives = false) {
    this.#survives = survives;
    this.thread = thread;
    this.#lastStep = lastStep;
    this.#watchAtomics();
    const { waiters } = thread.kernel;
    const { wakeLater: tellLater } = waiters;
    waiters.wakeLater = () => {
      if (!this.isDead) tellLater.call(waiters);
    };
    this.#watchStores(thread.kernel.region);
  }

  /** Lets the worker do `act` in a turn of its own, if it is alive, and die in it if its time has come. */
  async step(steps: Steps, act: () => unknown): Promise<void> {
    if (this.isDead) return;
    this.#isActing = true;
    try {
      await steps.step(this.thread, () => {
        try {
          const result = act();
          return result instanceof Promise ? result.catch((error: unknown) => this.#pass(error)) : undefined;
        } catch (error) {
          return this.#pass(error);
        }
      });
    } finally {
      this.#isActing = false;
    }
    // Its code has ended in every task that was under way.
    if (this.isDead) this.thread.isAlive = false;
  }

  /** A dead worker's errors are nobody's: its own `catch` and `finally` may have thrown others. */
  #pass(error: unknown): void {
    if (!this.isDead) throw error;
  }

  #beforeChange(): void {
    if (!this.#isActing) return;
    if (this.#survives) {
      if (this.#steps++ !== this.#lastStep) return;
      this.hasThrown = true;
      throw new Overflow("Maximum call stack size exceeded");
    }
    if (!this.isDead && this.#steps++ < this.#lastStep) return;
    this.isDead = true;
    throw new Death();
  }

  /** A journal that is not committed is the worker's own affair, with its length: nobody reads it. */
  #isDraft(address: number): boolean {
    const slot = slotAddress(this.thread.slot);
    const isJournal = address >= slot + SLOT_JOURNAL && address < slot + SLOT_WORDS;
    if (this.isDead || !(isJournal || address === slot + SLOT_JOURNAL_COUNT)) return false;
    const i32 = bare(this.thread.kernel.region.i32);
    return (NATIVE.load(i32, NATIVE.load(i32, slot + SLOT_LATCH)) & LATCH_UNDER_WAY) === 0;
  }

  #watchAtomics(): void {
    const native = Object.fromEntries(
      Object.getOwnPropertyNames(Atomics).map((name) => [name, Reflect.get(Atomics, name) as unknown]),
    );
    const watched = { ...native, load: (array: Int32Array, at: number) => NATIVE.load(bare(array), at) };
    for (const change of CHANGES) {
      Object.assign(watched, {
        [change]: (array: Int32Array, ...args: [number, number, number]) => {
          this.#beforeChange();
          return NATIVE[change](bare(array), ...args);
        },
      });
    }
    vi.stubGlobal("Atomics", watched);
  }

  #watchStores(region: Region): void {
    let i32 = this.#watched(region.i32);
    let u8 = this.#watched(region.u8);
    Object.defineProperties(region, {
      i32: { get: () => i32, set: (view: Int32Array) => (i32 = this.#watched(view)) },
      u8: { get: () => u8, set: (view: Uint8Array) => (u8 = this.#watched(view)) },
    });
  }

  #watched<T extends Int32Array | Uint8Array>(view: T): T {
    const proxy = new Proxy(view, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          if (key !== "subarray") this.#beforeChange();
          return Reflect.apply(value, target, args) as unknown;
        };
      },
      set: (target, key, value) => {
        if (!this.#isDraft(Number(key))) this.#beforeChange();
        return Reflect.set(target, key, value, target);
      },
    });
    BARE.set(proxy, view);
    return proxy;
  }
}

const NATIVE = Atomics;
const BARE = new WeakMap<object, object>();
const bare = <T extends object>(array: T): T => (BARE.get(array) as T | undefined) ?? array;
