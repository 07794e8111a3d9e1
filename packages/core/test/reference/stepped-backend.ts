import assert from "node:assert/strict";
import type { Doorbells, Memory } from "../../src/contracts/adapter.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { CELLS, HIGHEST_TOP, SLOT_BELL, slotAddress } from "../../src/kernel/layout.js";
import { recover } from "../../src/kernel/recovery.js";
import { claimSlot, freeSlot } from "../../src/kernel/worker-table.js";
import { threadLiveness } from "../../src/threads/growable-memory.js";
import { bindData, bindQueues, bindSync } from "../bound.js";
import { oneThread, openKernel } from "../kernels.js";
import { Timers, virtual } from "./virtual.js";

/** The table of workers, and 128 KiB for cells. */
const REGION_BYTES = 5 << 16;
/** Of one backend. As no step gives the event loop its turn, a test that never ended would not even time out. */
const MOST_STEPS = 2000;
/** Alive at once. */
const MOST_THREADS = 8;

/** More than the longest chain of promises that follows from one step. Nothing here waits for anything but promises. */
const PROMISES_A_STEP = 40;

async function settled(): Promise<void> {
  for (let n = 0; n < PROMISES_A_STEP; n++) await undefined;
}

export type Surface = ReturnType<typeof bindSync> & ReturnType<typeof bindQueues> & ReturnType<typeof bindData>;

/** Thrown where a worker would sleep until another wakes it, which in one thread nobody does. */
export class BlockedForEver extends Error {
  override readonly name = "BlockedForEver";
}

/** A worker of a stepped backend: its view of the region, and the events that a turn would bring it. */
export class Thread {
  readonly kernel: Kernel;
  readonly surface: Surface;
  readonly timers = new Timers();
  isAlive = true;
  #asleep: (() => void) | undefined;
  #isRung = false;

  /** The region's first worker, or one that `creator` starts in the same region. */
  constructor(backend: SteppedBackend, creator: Thread | undefined) {
    const adapter = {
      ...oneThread,
      openMemory: (token: unknown) => (token as Memory | undefined) ?? fixedMemory(),
      openDoorbells: () => this.#bells(backend),
    };
    const memory = creator?.kernel.region.memory;
    const place = creator && { memory, ...claimSlot(creator.kernel.region, creator.kernel.slot) };
    this.kernel = openKernel(adapter, place);
    this.surface = { ...bindSync(this.kernel), ...bindQueues(this.kernel), ...bindData(this.kernel) };
    const { parking } = this.kernel;
    const awaiting = parking.await.bind(parking);
    parking.await = (first, check) => this.timed(() => awaiting(first, check));
  }

  /** Does `act`, which is this worker's: the timers that it sets are this worker's, too. */
  timed<R>(act: () => R): R {
    const { timers } = virtual;
    virtual.timers = this.timers;
    try {
      return act();
    } finally {
      virtual.timers = timers;
    }
  }

  get slot(): number {
    return this.kernel.slot;
  }

  /** It sleeps and its bell has been rung: it may wake whenever the scheduler likes. */
  get mayWake(): boolean {
    return this.isAlive && this.#isRung;
  }

  get mayTimeOut(): boolean {
    return this.isAlive && this.timers.any;
  }

  wake(): void {
    const wake = this.#asleep;
    this.#asleep = undefined;
    this.#isRung = false;
    wake?.();
  }

  /** Somebody rang: a worker that does not sleep, or has not yet gone to sleep, hears nothing. */
  hear(): void {
    if (this.#asleep !== undefined) this.#isRung = true;
  }

  #bells(backend: SteppedBackend): Doorbells {
    return {
      sleepSync: (_, __, ms) => {
        if (ms === Number.POSITIVE_INFINITY)
          throw new BlockedForEver("This worker blocks, and nobody is left to wake it");
        virtual.now += ms;
      },
      sleepAsync: (address, seen, wake) => {
        this.#asleep = wake;
        this.#isRung = Atomics.load(this.kernel.region.i32, address) !== seen;
      },
      pause: () => {
        throw new BlockedForEver("This worker waits for a latch, and nobody is left to give it back");
      },
      wake: (address) => backend.bellAt(address)?.hear(),
    };
  }
}

/**
 * The reference adapter: workers that share a region and one thread, and do nothing by themselves. The test says whose pending wake-up,
 * timeout or death comes next, one {@link step} after the other. So the same choices are the same history, always. One backend at a time:
 * they share their memory.
 */
export class SteppedBackend {
  readonly main: Thread;
  readonly threads: Thread[];
  readonly #failures: unknown[] = [];
  #steps = 0;

  constructor(count: number) {
    virtual.now = 0;
    this.main = new Thread(this, undefined);
    this.threads = [this.main];
    while (this.threads.length < count) this.start();
  }

  start(creator: Thread = this.main): Thread {
    const thread = new Thread(this, creator);
    assert.ok(thread.slot < MOST_THREADS);
    this.threads.push(thread);
    return thread;
  }

  bellAt(address: number): Thread | undefined {
    return this.threads.find(({ isAlive, slot }) => isAlive && slotAddress(slot) + SLOT_BELL === address);
  }

  /** `thread` has its turn, in which it does `act` and all that follows from it at once; the rest goes on in later turns. */
  async step(thread: Thread, act: () => unknown): Promise<void> {
    assert.ok(this.#steps++ < MOST_STEPS, "this comes to an end");
    virtual.timers = thread.timers;
    const result = act();
    if (result instanceof Promise) result.catch((error: unknown) => this.#failures.push(error));
    await settled();
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** Wakes each worker that may wake, until none may. */
  async settle(threads: readonly Thread[] = this.threads): Promise<void> {
    for (let thread = threads.find(mayWake); thread !== undefined; thread = threads.find(mayWake)) {
      await this.step(thread, thread.wake.bind(thread));
    }
  }

  /** `thread` has ended: nothing of it ever happens again, and its creator recovers its slot. */
  async recover(thread: Thread, recoverer: Thread = this.main): Promise<void> {
    thread.isAlive = false;
    await this.step(recoverer, () => {
      recover(recoverer.kernel, thread.slot);
      recoverer.kernel.referenceSets.dropUnsentOf(thread.slot);
      freeSlot(this.main.kernel.region, thread.slot);
    });
  }

  /** `thread`'s own object for one of another worker's. */
  share<T extends object>(object: T, thread: Thread): T {
    const handles = this.threads.map(({ kernel }) => kernel.cells.handleOf(object));
    const handle = handles.find((found) => found !== undefined);
    assert.ok(handle, "not an object of this backend");
    return thread.kernel.cells.hold(handle.address) as T;
  }
}

const mayWake = (thread: Thread): boolean => thread.mayWake;

// Of one size, and used again: making one costs more than a whole history.
const buffer = new SharedArrayBuffer(REGION_BYTES);

function fixedMemory(): Memory {
  const words = new Int32Array(buffer);
  words.fill(0, CELLS, words[HIGHEST_TOP]);
  words.fill(0, 0, slotAddress(MOST_THREADS));
  const memory: Memory = {
    buffer,
    maxBytes: REGION_BYTES,
    grow: () => {},
    liveness: threadLiveness,
    window: (byteOffset) => ({ buffer: structuredClone(buffer), byteOffset }),
    get token() {
      return memory;
    },
  };
  return memory;
}
