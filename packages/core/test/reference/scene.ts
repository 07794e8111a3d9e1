import assert from "node:assert/strict";
import { checkHeap } from "./heap.js";
import { isLatchTaken, type Operation } from "./paused.js";
import { SteppedBackend, type Thread } from "./stepped-backend.js";
import { collect } from "./virtual.js";

/** The way in which a wait was ended by its own worker. */
export const ENOUGH = new Error("enough");

type Four<T> = [T, T, T, T];

/**
 * Four workers, an object of theirs, and what each of them may do next. An operation can be run at any time, once or again: one for which
 * there is no occasion does nothing. So what goes wrong is not the program's fault.
 */
export abstract class Scene {
  readonly backend = new SteppedBackend(4);
  abstract readonly operations: Readonly<Record<string, Operation>>;
  readonly threads: Four<Thread>;
  readonly main: Thread;
  /** Waits that have not ended. */
  pending = 0;
  /** Waits whose workers gave up, though what they waited for may have come. */
  gaveUp = 0;
  readonly #aborts = new Map<Thread, AbortController[]>();
  readonly #props: object[] = [];
  readonly #errors: unknown[] = [];

  constructor() {
    this.threads = this.backend.threads as Four<Thread>;
    [this.main] = this.threads;
  }

  /** Whether plain stores are accesses, too. */
  get stores(): boolean {
    return false;
  }

  /** Everything that is held is given back, and everybody who waits has what it waits for. */
  abstract finish(): Promise<void>;

  /** The condition that must hold whenever nothing is under way any more. */
  check(): void {}

  /** Objects and bytes that are left when everybody has let go of everything. */
  get remains(): { bytes: number; objects: number } {
    return { bytes: 0, objects: 0 };
  }

  /** Each worker's own object for one of the main worker's. */
  share<T extends object>(object: T): Four<T> {
    return this.threads.map((thread) => this.keep(this.backend.share(object, thread))) as Four<T>;
  }

  /** To be garbage once the scene is over. */
  keep<T extends object>(object: T): T {
    if (!this.#props.includes(object)) this.#props.push(object);
    return object;
  }

  /** An operation of the worker of that number. `isWhole`: it throws before it has changed anything where it finds a latch taken. */
  by(number: number, run: () => void, isWhole = false): Operation {
    const thread = this.threads[number] as Thread;
    return { thread, run, ...(!isWhole && { may: () => !isLatchTaken(this.threads) }) };
  }

  /** The operations of any scene's worker: give up its last wait, wake up, have its time pass. */
  waiting(number: number, name: string): Record<string, Operation> {
    const thread = this.threads[number] as Thread;
    return {
      [`${name} gives up`]: this.by(number, () => this.giveUp(number)),
      [`${name} wakes`]: this.by(number, () => thread.wake()),
      [`${name} is late`]: this.by(number, () => thread.timers.runFirst()),
    };
  }

  /** That worker gives its last wait up, if it has one. */
  giveUp(number: number): void {
    this.#aborts
      .get(this.threads[number] as Thread)
      ?.pop()
      ?.abort(ENOUGH);
  }

  /** A signal of a worker's, by which it may give up. */
  signal(number: number): AbortSignal {
    const thread = this.threads[number] as Thread;
    const abort = new AbortController();
    this.#aborts.set(thread, [...(this.#aborts.get(thread) ?? []), abort]);
    return abort.signal;
  }

  /** Waits for `promise`, which ends well, or as the wait's worker wanted, or with an error that `isExpected`. */
  wait<T>(
    promise: Promise<T>,
    then: (value: T) => void = () => {},
    isExpected: (error: unknown) => boolean = () => false,
  ): void {
    this.pending++;
    promise
      .then(then, (error: unknown) => {
        if (error === ENOUGH) this.gaveUp++;
        else if (!isExpected(error)) throw error;
      })
      .catch((error: unknown) => this.#errors.push(error))
      .finally(() => this.pending--);
  }

  /** Nobody does anything but wake up where it was rung for. */
  async settle(): Promise<void> {
    await this.backend.step(this.main, () => {});
    await this.backend.settle();
    if (this.#errors.length > 0) throw this.#errors[0];
    this.check();
  }

  async end(): Promise<void> {
    await this.settle();
    await this.finish();
    await this.settle();
    assert.equal(this.pending, 0, "nobody waits for ever");
    const living = this.threads.filter(({ isAlive }) => isAlive);
    for (const prop of this.#props) {
      if (living.some(({ kernel }) => kernel.cells.handleOf(prop) !== undefined)) collect(prop);
    }
    const { region } = this.main.kernel;
    assert.equal(isLatchTaken(this.threads), false);
    checkHeap(region);
    const { bytes, objects, waiters } = this.main.kernel.usage();
    assert.deepEqual({ bytes, objects, waiters }, { ...this.remains, waiters: 0 }, "the region is as it was");
  }
}
