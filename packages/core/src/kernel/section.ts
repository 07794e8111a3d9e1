import type { Bell } from "./bell.js";
import {
  JOURNAL_ENTRIES,
  JOURNAL_ENTRY_WORDS,
  MAX_WORKERS,
  SLOT_DOOMED,
  SLOT_JOURNAL,
  SLOT_JOURNAL_COUNT,
  SLOT_LATCH,
  slotAddress,
} from "./layout.js";
import type { Region } from "./region.js";

const SPINS_BEFORE_SLEEP = 1000;
const CONTENDED_SLEEP_MS = 0.05;

/** Whoever killed this worker clears up after it. */
export class Doomed extends Error {
  constructor() {
    super("Heddle kernel: this worker has been killed");
  }
}

/**
 * The kernel's critical sections. A worker may be killed at any instruction, inside one too, and then the words that the
 * section guards must be whole. So a section first writes what it is going to store into a journal in its worker's slot;
 * storing the journal's length is the one atomic step that commits it; only then are the words themselves changed.
 * Whoever inherits the latch of a dead worker carries out its committed journal again: its sweeper ({@link Section.repair}), or
 * who waits for the latch and finds its holder dead. A journal that was not committed never happened.
 *
 * Entries are compare-and-exchange: carrying one out twice does what once does, even for words that others
 * may change without the latch in the meantime.
 *
 * A worker is in one section at a time and never takes two latches: so latches cannot deadlock.
 */
export class Section {
  readonly #region: Region;
  readonly #bell: Bell;
  readonly #me: number;
  readonly #slot: number;
  readonly #journal: number;
  #latch = 0;
  #entries = 0;
  #isEnding = false;

  constructor(region: Region, bell: Bell, slot: number) {
    this.#region = region;
    this.#bell = bell;
    this.#me = slot + 1;
    this.#slot = slotAddress(slot);
    this.#journal = this.#slot + SLOT_JOURNAL;
  }

  /** Enters the section that the latch at `latch` guards; if `dead`, a slot, holds it, as the heir of that worker. */
  enter(latch: number, dead?: number): void {
    if (this.#latch !== 0) throw new Error("Heddle kernel: a section was entered from within another");
    const { i32 } = this.#region;
    // The latch's address is on record before it is taken, so that a sweeper always finds a latch that died with us.
    Atomics.store(i32, this.#slot + SLOT_LATCH, latch);
    // Asked after that: of a killer that looks at the record and this worker, one sees the other (see doom.ts).
    if (Atomics.load(i32, this.#slot + SLOT_DOOMED) !== 0) this.#awaitEnd();
    if (Atomics.compareExchange(i32, latch, 0, this.#me) !== 0) this.#waitFor(latch, dead);
    this.#latch = latch;
    this.#entries = 0;
  }

  /** The word at `address` as this section sees it: with its own stores that are not yet committed. */
  read(address: number): number {
    const { i32 } = this.#region;
    for (let entry = this.#journal, n = this.#entries; n > 0; n--, entry += JOURNAL_ENTRY_WORDS) {
      if (i32[entry] === address) return i32[entry + 2] as number;
    }
    this.#region.reach(address);
    // Not atomic, which costs a call: whoever changed it under the latch had done so before the latch was taken.
    return this.#region.i32[address] as number;
  }

  /**
   * Stores `value` at `address` when the section commits. A word that others change without the latch needs `expected`, the
   * value on which the decision to write was made: if the word holds another value by the time of the commit, it is left alone.
   * Of several writes to one word in one commit, the first says what is expected.
   */
  write(address: number, value: number, expected?: number): void {
    this.#region.reach(address);
    const { i32 } = this.#region;
    let entry = this.#journal;
    for (let n = this.#entries; n > 0; n--, entry += JOURNAL_ENTRY_WORDS) {
      if (i32[entry] === address) {
        i32[entry + 2] = value;
        return;
      }
    }
    if (this.#entries === JOURNAL_ENTRIES) throw new Error("Heddle kernel: a section's journal is full");
    i32[entry] = address;
    i32[entry + 1] = expected ?? (i32[address] as number);
    i32[entry + 2] = value;
    this.#entries++;
  }

  /** Makes everything written so far happen, as one step. The section goes on. */
  commit(): void {
    if (this.#entries === 0) return;
    const { i32 } = this.#region;
    Atomics.store(i32, this.#slot + SLOT_JOURNAL_COUNT, this.#entries);
    carryOut(i32, this.#journal, this.#entries);
    Atomics.store(i32, this.#slot + SLOT_JOURNAL_COUNT, 0);
    this.#entries = 0;
  }

  /** Commits, and leaves the section. */
  leave(): void {
    this.commit();
    this.drop();
  }

  /** Leaves the section as if nothing had been written since the last commit. */
  drop(): void {
    const { i32 } = this.#region;
    const latch = this.#latch;
    this.#latch = 0;
    this.#entries = 0;
    Atomics.store(i32, latch, 0);
    Atomics.store(i32, this.#slot + SLOT_LATCH, 0);
  }

  /** Finishes or undoes the section that a worker, now dead, was in, and gives its latch back. */
  repair(dead: number): void {
    const { i32 } = this.#region;
    const slot = slotAddress(dead);
    const latch = Atomics.load(i32, slot + SLOT_LATCH);
    if (latch === 0) return;
    this.#region.reach(latch);
    const isOwner = Atomics.load(this.#region.i32, latch) === dead + 1;
    // If it is not, an heir may be about to carry the journal out: then there is one, and the heir is waited for.
    if (isOwner || Atomics.load(i32, slot + SLOT_JOURNAL_COUNT) !== 0) {
      this.enter(latch, dead);
      this.drop();
    }
    Atomics.store(i32, slot + SLOT_LATCH, 0);
  }

  /**
   * This worker does its last things: whoever kills it now need not do a thing, and some runtimes do none. So from here on, to enter
   * a section when doomed throws {@link Doomed}.
   */
  end(): void {
    this.#isEnding = true;
  }

  /** This worker is about to be killed, and would take the latch with it. */
  #awaitEnd(): never {
    Atomics.store(this.#region.i32, this.#slot + SLOT_LATCH, 0);
    if (this.#isEnding) throw new Doomed();
    this.#bell.awaitEnd();
  }

  #waitFor(latch: number, dead: number | undefined): void {
    const { i32, memory } = this.#region;
    for (let spins = 0; ; spins++) {
      const owner = Atomics.load(i32, latch);
      if (owner === 0) {
        if (Atomics.compareExchange(i32, latch, 0, this.#me) === 0) return;
        continue;
      }
      const isPatient = spins >= SPINS_BEFORE_SLEEP;
      if (owner - 1 === dead || (isPatient && memory.lives.hasDied(owner - 1))) {
        // From the dead to its heir in one step: of several who find it dead, one inherits.
        if (Atomics.compareExchange(i32, latch, owner, this.#me) !== owner) continue;
        this.#finish(latch);
        return;
      }
      if (Atomics.load(i32, this.#slot + SLOT_DOOMED) !== 0) this.#awaitEnd();
      // Its holder is a few stores from giving it back, unless the system has put it aside: then let it run.
      if (isPatient) this.#bell.pause(CONTENDED_SLEEP_MS);
    }
  }

  /**
   * As the heir of a latch: carries out what those committed who died with it. More than one may have: an heir that died before
   * it got to the end of this. No other worker has a journal of this latch, as only who holds it commits.
   */
  #finish(latch: number): void {
    for (let slot = 0; slot < MAX_WORKERS; slot++) {
      const address = slotAddress(slot);
      if (Atomics.load(this.#region.i32, address + SLOT_LATCH) !== latch || address === this.#slot) continue;
      const entries = Atomics.load(this.#region.i32, address + SLOT_JOURNAL_COUNT);
      for (let n = 0; n < entries; n++) {
        this.#region.reach(this.#region.i32[address + SLOT_JOURNAL + n * JOURNAL_ENTRY_WORDS] as number);
      }
      carryOut(this.#region.i32, address + SLOT_JOURNAL, entries);
      Atomics.store(this.#region.i32, address + SLOT_JOURNAL_COUNT, 0);
    }
  }
}

function carryOut(i32: Int32Array, journal: number, entries: number): void {
  for (let entry = journal, n = entries; n > 0; n--, entry += JOURNAL_ENTRY_WORDS) {
    Atomics.compareExchange(i32, i32[entry] as number, i32[entry + 1] as number, i32[entry + 2] as number);
  }
}
