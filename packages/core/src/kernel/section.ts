import type { Bell } from "./bell.js";
import {
  JOURNAL_ENTRIES,
  JOURNAL_ENTRY_WORDS,
  LATCH_COMMITTED,
  LATCH_HOLDER,
  LATCH_INHERITED,
  LATCH_UNDER_WAY,
  latchWord,
  SLOT_ID,
  SLOT_INHERITED,
  SLOT_JOURNAL,
  SLOT_JOURNAL_COUNT,
  SLOT_LATCH,
  SLOT_QUIESCED,
  slotAddress,
} from "./layout.js";
import type { Region } from "./region.js";

const SPINS_BEFORE_SLEEP = 1000;
const CONTENDED_SLEEP_MS = 0.05;
/** Asking whether a worker lives costs a system call: one look in so many asks, once the waiter sleeps between looks. */
const LOOKS_A_QUESTION = 8;

const QUIESCED = "Heddle kernel: this worker has been killed";

/** Thrown where a worker that is about to be killed would enter a section. The worker that kills it recovers its slot. */
export class QuiescedError extends Error {
  constructor() {
    super(QUIESCED);
  }

  /** Told by its text: the kernel may be of another copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return (value as Partial<Error> | undefined)?.message === QUIESCED;
  }
}

/**
 * The kernel's critical sections. A worker may be killed at any instruction, inside one too, and then the words that the section guards
 * must be whole. So a section first writes the stores that it is going to do into a journal in its worker's slot. One store into the
 * latch is the atomic step that commits them. Only then are the words themselves changed. (A redo log, as databases write one ahead:
 * Mohan et al, ARIES, 1992. A latch that its holder's death does not block is what POSIX calls robust. Linux's robust futexes are found
 * by a list that their holder keeps, as `SLOT_LATCH` is here.) The worker that takes over the latch of a dead one carries out its
 * committed journal again. That is recovery ({@link Section.repair}), or a worker that waits for the latch and finds its holder dead. A
 * journal that was not committed never happened.
 *
 * The latch words (`me` is the holder's slot + 1 and its id, so no two workers ever show the same):
 *
 * | `CELL_LATCH`, `ALLOCATOR_LATCH`, `NAMES_LATCH` | meaning | changed by | to |
 * |---|---|---|---|
 * | 0 | free | anybody, by CAS | `me` |
 * | `me` | held; nothing is under way | the holder | `me`+COMMITTED; 0 |
 * | | | an heir, by CAS | `heir` |
 * | `me`+COMMITTED | the holder's journal is carried out | the holder | `me`; 0 |
 * | | | an heir, by CAS | `heir`+INHERITED |
 * | `me`+INHERITED | the journal of the dead worker's slot in `SLOT_INHERITED` is carried out | the holder | `me`; the word it found, if it fails |
 * | | | an heir, by CAS | `heir`+INHERITED, of that slot |
 *
 * An heir is a worker that knows that the holder is dead. So only another heir can change the word that it found. The id in the word keeps
 * a late heir from taking the latch of a worker that got the dead one's slot. The journal's length and its entries are plain stores: the
 * store of COMMITTED publishes them, and nobody else reads them before.
 *
 * The words of a slot, which `quiesce`, recovery and heirs read:
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SLOT_LATCH` | 0, in no section | the slot's worker, before it takes a latch | `latch` |
 * | `SLOT_LATCH` | `latch`: about to take it, holds it, or gave it back | the slot's worker, last; recovery | 0 |
 * | `SLOT_JOURNAL`, `SLOT_JOURNAL_COUNT` | the entries of the last commit | the slot's worker, before the store of COMMITTED | those of the next |
 * | `SLOT_INHERITED` | the last slot inherited from | the slot's worker, before the CAS to INHERITED | the slot that the dead holder's word stands for |
 *
 * Entries are compare-and-exchange: carrying one out twice does what once does. Nobody can take the latch in between, so the words that it
 * guards cannot have come back to what they were. Words that others change without the latch must not either. So a grant is seen only once
 * its section is carried out whole ({@link isUnderWay}). The tables of the kinds' own words have the rest.
 *
 * A worker is in one section at a time and never takes two latches: so latches cannot deadlock.
 */
export class Section {
  readonly #region: Region;
  readonly #bell: Bell;
  readonly #me: number;
  readonly #slot: number;
  readonly #journal: number;
  /** The latch of the section that this worker is in, 0 for none. Outside a section it is 0, unless an exception left one behind. */
  #latch = 0;
  #entries = 0;
  #isEnding = false;

  constructor(region: Region, bell: Bell, slot: number) {
    this.#region = region;
    this.#bell = bell;
    this.#slot = slotAddress(slot);
    this.#me = latchWord(slot, Atomics.load(region.i32, this.#slot + SLOT_ID));
    this.#journal = this.#slot + SLOT_JOURNAL;
  }

  /**
   * Runs `act` in the section that the latch at `latch` guards: its writes happen as one step, or not at all if it throws.
   *
   * If anything throws, the latch is given back. A stack that overflows throws where a function is called. So all code here that follows
   * the taking of the latch, except `act`, calls none: typed arrays and `Atomics` are builtins, which do not overflow.
   */
  run<R>(latch: number, act: () => R): R {
    if (this.#latch !== 0) this.#closeInterrupted();
    const { i32 } = this.#region;
    const me = this.#me;
    const slot = this.#slot;
    let found = 0;
    try {
      this.#latch = latch;
      this.#entries = 0;
      // The latch's address is on record before it is taken, so that recovery always finds the latch of a dead worker.
      Atomics.store(i32, slot + SLOT_LATCH, latch);
      // Asked after that: of a killer that looks at the record and this worker, one sees the other (see quiesce.ts).
      if (Atomics.load(i32, slot + SLOT_QUIESCED) !== 0) this.#parkForever();
      if (Atomics.compareExchange(i32, latch, 0, me) !== 0) {
        found = this.#waitFor(latch, 0);
        if (found !== 0) this.#finish(latch);
      }
      const result = act();
      if (this.#latch !== latch) throw nested();
      if (this.#entries !== 0) {
        i32[slot + SLOT_JOURNAL_COUNT] = this.#entries;
        Atomics.store(i32, latch, me | LATCH_COMMITTED);
      }
      return result;
    } finally {
      const word = Atomics.load(i32, latch);
      if ((word & ~LATCH_UNDER_WAY) === me) {
        if ((word & LATCH_COMMITTED) !== 0) {
          // Also if `act` was interrupted in a commit of its own: a committed journal has happened.
          const words = this.#region.i32;
          for (let n = words[slot + SLOT_JOURNAL_COUNT] as number, entry = this.#journal; n > 0; n--) {
            Atomics.compareExchange(
              words,
              words[entry] as number,
              words[entry + 1] as number,
              words[entry + 2] as number,
            );
            entry += JOURNAL_ENTRY_WORDS;
          }
        }
        // An heir that did not get to the end of its inheritance leaves it to the next.
        Atomics.store(i32, latch, (word & LATCH_INHERITED) !== 0 ? found : 0);
      }
      Atomics.store(i32, slot + SLOT_LATCH, 0);
      this.#latch = 0;
      // Outside a section, a word is read as it is: the journal's entries are of the past.
      this.#entries = 0;
    }
  }

  /** Enters a section. The caller makes sure that nothing throws before {@link leave} or {@link drop}. */
  enter(latch: number): void {
    this.#enter(latch, 0);
  }

  /** The word at `address` as this section sees it: with its own stores that are not yet committed. Outside a section, a guess. */
  read(address: number): number {
    const { i32 } = this.#region;
    for (let entry = this.#journal, n = this.#entries; n > 0; n--, entry += JOURNAL_ENTRY_WORDS) {
      if (i32[entry] === address) return i32[entry + 2] as number;
    }
    this.#region.reach(address);
    // Not atomic, which costs a call: all changes under the latch came before the latch was taken.
    return this.#region.i32[address] as number;
  }

  /**
   * Stores `value` at `address` when the section commits. A word that others change without the latch needs `expected`, the value on which
   * the decision to write was made. If the word holds another value by the time of the commit, it is left alone. Of several writes to one
   * word in one commit, the first says what is expected.
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

  /** Takes back everything written since the last commit. The section goes on. */
  undo(): void {
    this.#entries = 0;
  }

  /** Makes everything written so far happen, as one step. The section goes on. */
  commit(): void {
    if (this.#latch === 0) throw nested();
    if (this.#entries === 0) return;
    const { i32 } = this.#region;
    i32[this.#slot + SLOT_JOURNAL_COUNT] = this.#entries;
    this.#entries = 0;
    Atomics.store(i32, this.#latch, this.#me | LATCH_COMMITTED);
    this.#carryOut(this.#slot);
    Atomics.store(i32, this.#latch, this.#me);
  }

  /** Commits, and leaves the section. */
  leave(): void {
    this.commit();
    this.drop();
  }

  /** Leaves the section as if nothing had been written since the last commit. */
  drop(): void {
    const { i32 } = this.#region;
    Atomics.store(i32, this.#latch, 0);
    Atomics.store(i32, this.#slot + SLOT_LATCH, 0);
    this.#latch = 0;
    this.#entries = 0;
  }

  /** Whether a section's journal is being carried out under the latch at `latch`, or was when its holder died. */
  isUnderWay(latch: number): boolean {
    return (Atomics.load(this.#region.i32, latch) & LATCH_UNDER_WAY) !== 0;
  }

  /**
   * Finishes or undoes the section that a worker, now dead, was in, and gives its latch back. Its slot may be given away once all that it
   * had committed has been carried out, by this worker or by another heir. Then this worker waits for that heir.
   */
  repair(dead: number): void {
    const slot = slotAddress(dead);
    const latch = Atomics.load(this.#region.i32, slot + SLOT_LATCH);
    if (latch === 0) return;
    this.#region.reach(latch);
    const { i32 } = this.#region;
    const word = Atomics.load(i32, latch);
    const its = latchWord(dead, Atomics.load(i32, slot + SLOT_ID));
    if ((word & ~LATCH_UNDER_WAY) === its || (word & LATCH_INHERITED) !== 0) {
      this.#enter(latch, its);
      this.drop();
    }
    Atomics.store(i32, slot + SLOT_LATCH, 0);
  }

  /**
   * Marks that this worker runs its exit hooks. A creator that kills it now may do nothing more, and some runtimes do nothing. So from
   * here on, entering a section when quiesced throws {@link QuiescedError}.
   */
  end(): void {
    this.#isEnding = true;
  }

  #enter(latch: number, dead: number): void {
    if (this.#latch !== 0) this.#closeInterrupted();
    const { i32 } = this.#region;
    this.#latch = latch;
    this.#entries = 0;
    Atomics.store(i32, this.#slot + SLOT_LATCH, latch);
    if (Atomics.load(i32, this.#slot + SLOT_QUIESCED) !== 0) this.#parkForever();
    if (Atomics.compareExchange(i32, latch, 0, this.#me) === 0) return;
    if (this.#waitFor(latch, dead) !== 0) this.#finish(latch);
  }

  /**
   * Closes a section of this worker's that was interrupted without running `finally`, as by a timeout of `node:vm`. May itself be
   * interrupted anywhere, and is then done again.
   */
  #closeInterrupted(): void {
    const { i32 } = this.#region;
    const latch = this.#latch;
    const word = Atomics.load(i32, latch);
    if ((word & ~LATCH_UNDER_WAY) === this.#me) {
      if ((word & LATCH_INHERITED) !== 0) this.#finish(latch);
      if ((word & LATCH_COMMITTED) !== 0) this.#carryOut(this.#slot);
      Atomics.store(i32, latch, 0);
    }
    Atomics.store(i32, this.#slot + SLOT_LATCH, 0);
    this.#latch = 0;
  }

  /** This worker is about to be killed, and would take the latch with it. */
  #parkForever(): never {
    Atomics.store(this.#region.i32, this.#slot + SLOT_LATCH, 0);
    this.#latch = 0;
    if (this.#isEnding) throw new QuiescedError();
    this.#bell.parkForever();
  }

  /**
   * Takes the latch once it is free: gives 0. Or takes it over from a dead worker, `dead` (its word) or another: gives the word that it
   * showed then, and {@link #finish} must follow.
   */
  #waitFor(latch: number, dead: number): number {
    const { i32, memory } = this.#region;
    for (let spins = 0; ; spins++) {
      const word = Atomics.load(i32, latch);
      if (word === 0) {
        if (Atomics.compareExchange(i32, latch, 0, this.#me) === 0) return 0;
        continue;
      }
      const looks = spins - SPINS_BEFORE_SLEEP;
      const holder = word & ~LATCH_UNDER_WAY;
      if (holder === dead || (looks >= 0 && looks % LOOKS_A_QUESTION === 0 && memory.liveness.hasDied(slotOf(word)))) {
        // From the dead to its heir in one step: of several who find it dead, one inherits.
        if (Atomics.compareExchange(i32, latch, word, this.#inherit(word)) === word) return word;
        continue;
      }
      if (Atomics.load(i32, this.#slot + SLOT_QUIESCED) !== 0) this.#parkForever();
      // Its holder is a few stores from giving it back, unless the system has put it aside: then let it run.
      if (looks >= 0) this.#bell.pause(CONTENDED_SLEEP_MS);
    }
  }

  /** The word of the latch once it is this worker's, with the journal that its dead holder had not yet carried out. */
  #inherit(word: number): number {
    if ((word & LATCH_UNDER_WAY) === 0) return this.#me;
    const { i32 } = this.#region;
    const dead = slotOf(word);
    const isHeir = (word & LATCH_INHERITED) !== 0;
    // Should another be faster, the slot may be somebody else's by now: then the value read here does no harm.
    Atomics.store(
      i32,
      this.#slot + SLOT_INHERITED,
      isHeir ? (i32[slotAddress(dead) + SLOT_INHERITED] as number) : dead,
    );
    return this.#me | LATCH_INHERITED;
  }

  /** As the heir of a latch: carries out what was committed under it, if anything was. */
  #finish(latch: number): void {
    const { i32 } = this.#region;
    if ((Atomics.load(i32, latch) & LATCH_INHERITED) === 0) return;
    this.#carryOut(slotAddress(i32[this.#slot + SLOT_INHERITED] as number));
    Atomics.store(i32, latch, this.#me);
  }

  /** Carries out the journal in the slot at `slot`: again, if it has been before. */
  #carryOut(slot: number): void {
    const journal = slot + SLOT_JOURNAL;
    const end = journal + (this.#region.i32[slot + SLOT_JOURNAL_COUNT] as number) * JOURNAL_ENTRY_WORDS;
    for (let entry = journal; entry < end; entry += JOURNAL_ENTRY_WORDS) {
      this.#region.reach(this.#region.i32[entry] as number);
      const { i32 } = this.#region;
      Atomics.compareExchange(i32, i32[entry] as number, i32[entry + 1] as number, i32[entry + 2] as number);
    }
  }
}

const slotOf = (word: number): number => (word & LATCH_HOLDER) - 1;

const nested = (): Error => new Error("Heddle kernel: a section was entered from within another");
