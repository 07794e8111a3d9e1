import type { Doorbells } from "../contracts/adapter.js";
import { MayNotBlockError } from "../contracts/errors.js";
import { clock } from "./clock.js";
import { ASLEEP_ASYNC, ASLEEP_SYNC, SLOT_ASLEEP, SLOT_BELL, SLOT_QUIESCED, slotAddress } from "./layout.js";
import type { Region } from "./region.js";

/**
 * This worker's own bell, and the ringing of others'. A bell is an event count (Reed and Kanodia, "Synchronization with eventcounts and
 * sequencers", 1979), as rayon's sleep module has one (https://github.com/rayon-rs/rayon/blob/main/rayon-core/src/sleep/README.md). A
 * worker W that waits for something, and a worker R that
 * has changed it, take these steps:
 *
 * | W ({@link sleepUntil}) | R ({@link ring}) |
 * |---|---|
 * | W1 reads its `SLOT_BELL` | R1 makes the change |
 * | W2 sets its bit in its `SLOT_ASLEEP` | R2 adds 1 to W's `SLOT_BELL` |
 * | W3 looks for the change | R3 reads W's `SLOT_ASLEEP` |
 * | W4 sleeps, if `SLOT_BELL` is still the count of W1 | R4 notifies W, if R3 found a bit |
 *
 * {@link arm} takes W4 before W3, as its sleep does not block. W4 compares and falls asleep in one step, as of a futex. All steps are
 * sequentially consistent, so they have one order. No ring is slept through, in any such order:
 *
 * - R3 comes before W2. Then R1 comes before W3: W finds the change.
 * - R3 comes after W2, so R4 follows. If W4 has happened by R4, then R4 wakes W. Otherwise R2 comes before W4. If R2 comes before W1 as
 *   well, then R1 comes before W3: W finds the change. If it comes after W1, then W4 finds another count and does not sleep.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SLOT_BELL` | how often it has rung, wraps | anybody, by add, after what it rings for | one more |
 * | `SLOT_ASLEEP` | 0, or a bit for each way in which its worker sleeps | the slot's worker, by or, after it has read its bell and before its last look | + `ASLEEP_SYNC`, + `ASLEEP_ASYNC` |
 * | `SLOT_ASLEEP` | a bit | the slot's worker, by and, once awake | without it |
 */
export class Bell {
  readonly #region: Region;
  readonly #doorbells: Doorbells;
  readonly #mayBlock: boolean;
  readonly #bell: number;
  readonly #asleep: number;
  readonly #quiesced: number;
  readonly #looks = new Set<() => void>();
  /** Runs this worker's timers that are due, if it has timers that run out while it blocks. Returns when the next is due. */
  serveTimers = (): number => Number.POSITIVE_INFINITY;
  /** Replaced when it changes, so that a run goes on through the hooks that it began with. */
  #hooks: readonly (() => void)[] = [];
  #runsHooks = false;
  #sleeps = false;
  #turnStart = 0;

  constructor(region: Region, doorbells: Doorbells, slot: number, mayBlock: boolean) {
    this.#region = region;
    this.#doorbells = doorbells;
    this.#mayBlock = mayBlock;
    this.#bell = slotAddress(slot) + SLOT_BELL;
    this.#asleep = slotAddress(slot) + SLOT_ASLEEP;
    this.#quiesced = slotAddress(slot) + SLOT_QUIESCED;
  }

  ring(slot: number): void {
    const { i32 } = this.#region;
    const address = slotAddress(slot);
    Atomics.add(i32, address + SLOT_BELL, 1);
    if (Atomics.load(i32, address + SLOT_ASLEEP) !== 0) this.#doorbells.wake(address + SLOT_BELL);
  }

  /** As {@link ring}, of this worker, which is awake: if it is about to sleep, it looks once more. */
  note(): void {
    Atomics.add(this.#region.i32, this.#bell, 1);
  }

  /** Has `look` called after this bell has been rung while it was armed, until what this gives is called. */
  onRing(look: () => void): () => void {
    this.#looks.add(look);
    return () => this.#looks.delete(look);
  }

  /**
   * Calls `hook` before each sleep of a blocking wait of this worker, until the function that this returns is called. Meanwhile the event
   * loop stands still. A hook does the event loop's work that other workers may wait for, such as sending what is due.
   *
   * A hook runs no code of the user's and enters no blocking wait. It does not ring this worker's own bell, as the worker would never fall
   * asleep. The bell is read before the hooks run: if a hook looks for something in vain, its arrival rings the bell.
   */
  beforeSleep(hook: () => void): () => void {
    // Of its own, so that a hook which was added twice is removed once.
    const added = (): void => hook();
    this.#hooks = [...this.#hooks, added];
    return () => {
      this.#hooks = this.#hooks.filter((other) => other !== added);
    };
  }

  /** From now on a ring wakes this worker. The caller looks afterwards, not before, whether it has to wait. */
  arm(): void {
    const { i32 } = this.#region;
    const seen = Atomics.load(i32, this.#bell);
    Atomics.or(i32, this.#asleep, ASLEEP_ASYNC);
    // One sleep at a time: it goes on through rings that found this worker awake and did not wake it.
    if (this.#sleeps) return;
    this.#sleeps = true;
    this.#doorbells.sleepAsync(this.#bell, seen, this.#wake);
  }

  /** Runs `act` as somebody who is awake: nobody has to wake it, which is what makes a ring costly. */
  whileAwake(act: () => void): void {
    const { i32 } = this.#region;
    Atomics.and(i32, this.#asleep, ~ASLEEP_ASYNC);
    const seen = Atomics.load(i32, this.#bell);
    try {
      act();
    } finally {
      this.arm();
      if (Atomics.load(i32, this.#bell) !== seen) this.#lookAll();
    }
  }

  /** When the event loop last gave this worker its turn because of a ring. */
  get turnStart(): number {
    return this.#turnStart;
  }

  readonly #wake = (): void => {
    this.#sleeps = false;
    this.#turnStart = clock.now();
    Atomics.and(this.#region.i32, this.#asleep, ~ASLEEP_ASYNC);
    this.#lookAll();
  };

  #lookAll(): void {
    for (const look of this.#looks) look();
  }

  /** Before a worker begins to wait in a way that blocks it. Throws MayNotBlockError where it may not. */
  assertMayBlock(): void {
    if (this.#mayBlock) return;
    throw new MayNotBlockError(
      "The main worker may not block here: await the async form of this call, or make it in another worker",
    );
  }

  /**
   * Blocks this worker until `isDone()` gives true or `deadline` (by the clock) has passed; gives its last answer.
   * `isDone` is asked again after every ring.
   */
  sleepUntil(isDone: () => boolean, deadline: number): boolean {
    const { i32 } = this.#region;
    for (;;) {
      const seen = Atomics.load(i32, this.#bell);
      // Asked after the bell was read: `quiesce` is followed by a ring, which this worker then does not sleep through.
      if (Atomics.load(i32, this.#quiesced) !== 0) this.parkForever();
      const next = this.#runHooks(deadline);
      Atomics.or(i32, this.#asleep, ASLEEP_SYNC);
      try {
        if (isDone()) return true;
        const now = clock.now();
        if (deadline <= now) return false;
        this.#doorbells.sleepSync(this.#bell, seen, Math.max(0, next - now));
      } finally {
        Atomics.and(i32, this.#asleep, ~ASLEEP_SYNC);
      }
    }
  }

  /**
   * Calls the hooks in the order in which they were added, then serves the timers, which a hook may have started. Returns when the next of
   * them is due, or `deadline`. A hook that comes to wait all the same does not start the hooks again.
   */
  #runHooks(deadline: number): number {
    if (this.#runsHooks) return deadline;
    this.#runsHooks = true;
    try {
      for (const hook of this.#hooks) hook();
      return Math.min(deadline, this.serveTimers());
    } finally {
      this.#runsHooks = false;
    }
  }

  /** Blocks for good: this worker is about to be killed, and must not go on until then. */
  parkForever(): never {
    for (;;) this.pause(Number.POSITIVE_INFINITY);
  }

  /** Blocks for about `ms`; not at all where this worker may not block. */
  pause(ms: number): void {
    if (this.#mayBlock) this.#doorbells.pause(ms);
  }
}
