import { AbandonedError, LockStateError } from "../contracts/errors.js";
import type { Guard, RWLock as RWLockContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import type { Guarded } from "../kernel/guards.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  LINE_A,
  LINE_B,
  LOCK_ABANDONED,
  LOCK_OVER,
  LOCK_OWNER_MASK,
  MAX_WORKERS,
  NODE_FREE,
  NODE_LINE,
  NODE_STATE,
  OUTCOME_ABANDONED,
  OUTCOME_GRANTED,
  RW_READERS,
  RW_READS,
  RW_WRITER,
} from "../kernel/layout.js";
import { isTraced, trace } from "../kernel/trace.js";
import { type Gate, hasCome, NO_TIME, patienceOf, syncPatienceOf } from "../kernel/waiting.js";
import { guardOf, notFreeInTime, runHolding, runHoldingSync } from "./guard.js";
import { howAbandoned, noteLeft, takerOf } from "./mutex.js";
import { SharedObject } from "./shared-object.js";

const READERS = LINE_A;
const WRITERS = LINE_B;
type Line = typeof READERS | typeof WRITERS;
type Door = Gate<true> & { label: string };

/**
 * Who writes, how many read, and two lines of those who wait to. Everything happens under the latch, and whatever
 * changes ends in {@link #admit}, which keeps the invariant: somebody waits only for somebody who is inside, and a reader
 * also for a writer who waits. Each slot's reads are counted, so that a dead worker's are known.
 *
 * Each by a commit under the latch:
 *
 * | word | state | changes to | when |
 * |---|---|---|---|
 * | `RW_WRITER` | 0 | owner | a writer comes and nobody is inside; {@link #admit}, in the commit of its grant |
 * | `RW_WRITER` | owner | 0, ABANDONED | it gives back, or gives up its grant; it has died |
 * | `RW_WRITER` | ABANDONED | 0 | somebody recovers it |
 * | `RW_READERS`, a slot's of `RW_READS` | counts | one more | a reader comes; {@link #admit}, in the commit of its grant |
 * | the same | counts | less, together | a read is given back, its grant is given up; all of a dead worker's |
 */
export class RWLock extends SharedObject implements RWLockContract {
  readonly #read: Door;
  readonly #write: Door;
  readonly #guarded: Guarded;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "RWLock");
    this.#read = this.#gate(READERS, () => this.#claimRead());
    this.#write = this.#gate(WRITERS, () => this.#claimWrite());
    const label = (): string => this.label;
    this.#guarded = {
      get label() {
        return label();
      },
      isGuardedHere: () => this.isHeldBy(kernel.me),
    };
  }

  protected override state(): Readonly<Record<string, unknown>> {
    const { readers, writing, abandoned, waits: waiting } = this;
    return { readers, writing, waiting, ...(abandoned ? { abandoned } : {}) };
  }

  override nameIt(label: string): void {
    super.nameIt(label);
    this.#read.label = label;
    this.#write.label = label;
  }

  holdRead(options?: WaitOptions): Promise<Guard> {
    return this.#hold(this.#read, options);
  }

  holdWrite(options?: WaitOptions): Promise<Guard> {
    return this.#hold(this.#write, options);
  }

  holdReadSync(options?: SyncWaitOptions): Guard {
    return this.#holdSync(this.#read, options);
  }

  holdWriteSync(options?: SyncWaitOptions): Guard {
    return this.#holdSync(this.#write, options);
  }

  tryHoldRead(): Guard | undefined {
    return this.#tryHold(this.#read);
  }

  tryHoldWrite(): Guard | undefined {
    return this.#tryHold(this.#write);
  }

  runRead<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return runHolding(() => this.holdRead(options), fn);
  }

  runWrite<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return runHolding(() => this.holdWrite(options), fn);
  }

  runReadSync<T>(fn: () => T, options?: SyncWaitOptions): T {
    return runHoldingSync(() => this.holdReadSync(options), fn);
  }

  runWriteSync<T>(fn: () => T, options?: SyncWaitOptions): T {
    return runHoldingSync(() => this.holdWriteSync(options), fn);
  }

  get readers(): number {
    return this.#load(RW_READERS);
  }

  get writing(): boolean {
    return this.#load(RW_WRITER) !== 0 && !this.abandoned;
  }

  get abandoned(): boolean {
    return (this.#load(RW_WRITER) & LOCK_ABANDONED) !== 0;
  }

  recover(): void {
    this.inside(() => {
      if (!this.abandoned) throw new LockStateError(`${this.label} is not abandoned: there is nothing to recover`);
      this.kernel.section.write(this.cell + RW_WRITER, 0);
      this.#admit();
    });
  }

  // ── for the kernel, under the latch ──

  handOn(node: number): void {
    const { section, waiters } = this.kernel;
    section.write(node + NODE_STATE, NODE_FREE);
    if (waiters.outcomeOf(node) === OUTCOME_GRANTED)
      this.#giveBack(section.read(node + NODE_LINE), waiters.ownerOf(node));
  }

  left(): void {
    this.#admit();
  }

  // ── for the kernel ──

  /** `owner` has died, or has ended: its reads are given back, and if it wrote, who waits gets an error, and so does who comes. */
  bury(owner: number, isOver: boolean): void {
    const { section, waiters } = this.kernel;
    this.inside(() => {
      const reads = this.cell + RW_READS + owner - 1;
      section.write(this.cell + RW_READERS, section.read(this.cell + RW_READERS) - section.read(reads));
      section.write(reads, 0);
      if (section.read(this.cell + RW_WRITER) === owner) {
        section.write(this.cell + RW_WRITER, isOver ? LOCK_ABANDONED | LOCK_OVER : LOCK_ABANDONED);
        if (isOver) noteLeft(this.kernel, this.cell);
      }
      section.commit();
      // An earlier sweep, or a release, may have been cut short right here.
      if (!this.abandoned) return this.#admit();
      for (const line of [WRITERS, READERS]) {
        for (let node = waiters.first(this.cell, line); node !== 0; node = waiters.first(this.cell, line)) {
          waiters.grant(node, OUTCOME_ABANDONED);
          section.commit();
        }
      }
    });
  }

  /** Whether `owner` reads or writes. */
  isHeldBy(owner: number): boolean {
    const { i32 } = this.kernel.region;
    return (
      Atomics.load(i32, this.cell + RW_WRITER) === owner || Atomics.load(i32, this.cell + RW_READS + owner - 1) > 0
    );
  }

  /** The slot + 1 of the one worker that a wait in `line` is for: the writer, or for another writer the only one who reads. */
  ownerOf(line: number): number {
    const writer = this.#load(RW_WRITER);
    if (writer !== 0) return writer & LOCK_OWNER_MASK;
    const readers = this.readers;
    if (line !== WRITERS || readers === 0) return 0;
    for (let owner = 1; owner <= MAX_WORKERS; owner++) {
      const reads = this.#load(RW_READS + owner - 1);
      if (reads > 0) return reads === readers ? owner : 0;
    }
    return 0;
  }

  #gate(line: Line, claim: () => true | undefined): Door {
    const { waiters } = this.kernel;
    return {
      object: this,
      cell: this.cell,
      line,
      label: this.label,
      barredBy: line === READERS ? WRITERS : READERS,
      claim,
      collect: (node) => {
        const outcome = waiters.outcomeOf(node);
        waiters.collect(node);
        if (outcome === OUTCOME_ABANDONED) throw this.#abandonedError();
        return true;
      },
    };
  }

  async #hold(gate: Gate<true>, options: WaitOptions | undefined): Promise<Guard> {
    const patience = patienceOf(options);
    const taker = takerOf(this.kernel);
    if (!(await this.kernel.parking.await(hasCome(gate, patience)))) throw notFreeInTime(this.label, patience.timeout);
    return this.#guard(gate, taker);
  }

  #holdSync(gate: Gate<true>, options: SyncWaitOptions | undefined): Guard {
    const patience = syncPatienceOf(options);
    if (!this.kernel.parking.block(hasCome(gate, patience))) throw notFreeInTime(this.label, patience.timeout);
    return this.#guard(gate, takerOf(this.kernel));
  }

  #tryHold(gate: Gate<true>): Guard | undefined {
    return this.kernel.parking.block(hasCome(gate, NO_TIME)) ? this.#guard(gate, takerOf(this.kernel)) : undefined;
  }

  #guard({ line }: Gate<true>, taker: number): Guard {
    if (isTraced) trace("hold-begin", this.label);
    const giveBack = (): void => {
      this.inside(() => this.#giveBack(line, this.kernel.me));
      this.kernel.holds?.giveBack(giveBack);
      if (isTraced) trace("hold-end", this.label);
    };
    this.kernel.holds?.take(giveBack, this.cell, taker);
    return guardOf(giveBack, this.kernel.guards, this.#guarded);
  }

  // ── under the latch ──

  #claimRead(): true | undefined {
    if (this.#writer() !== 0 || this.#isAwaitedBy(WRITERS)) return undefined;
    this.#countReads(this.kernel.me, 1);
    return true;
  }

  #claimWrite(): true | undefined {
    const { section } = this.kernel;
    if (this.#writer() !== 0 || section.read(this.cell + RW_READERS) > 0 || this.#isAwaitedBy(WRITERS))
      return undefined;
    section.write(this.cell + RW_WRITER, this.kernel.me);
    return true;
  }

  #giveBack(line: number, owner: number): void {
    if (line === READERS) this.#countReads(owner, -1);
    else this.kernel.section.write(this.cell + RW_WRITER, 0);
    this.#admit();
  }

  /** Lets in whoever may come in now: the writer who waits longest, or if none waits all readers. */
  #admit(): void {
    const { section, waiters } = this.kernel;
    if (section.read(this.cell + RW_WRITER) !== 0) return;
    const writer = waiters.first(this.cell, WRITERS);
    if (writer !== 0) {
      if (section.read(this.cell + RW_READERS) > 0) return;
      section.write(this.cell + RW_WRITER, waiters.ownerOf(writer));
      waiters.grant(writer, OUTCOME_GRANTED);
      return;
    }
    for (let reader = waiters.first(this.cell, READERS); reader !== 0; reader = waiters.first(this.cell, READERS)) {
      this.#countReads(waiters.ownerOf(reader), 1);
      waiters.grant(reader, OUTCOME_GRANTED);
      section.commit();
    }
  }

  #countReads(owner: number, change: number): void {
    const { section } = this.kernel;
    for (const address of [this.cell + RW_READERS, this.cell + RW_READS + owner - 1]) {
      section.write(address, section.read(address) + change);
    }
  }

  #isAwaitedBy(line: Line): boolean {
    return this.kernel.waiters.first(this.cell, line) !== 0;
  }

  /** The writer's slot + 1, or 0. Throws AbandonedError if it died. */
  #writer(): number {
    const writer = this.kernel.section.read(this.cell + RW_WRITER);
    if ((writer & LOCK_ABANDONED) !== 0) throw this.#abandonedError();
    return writer;
  }

  #load(word: number): number {
    return Atomics.load(this.kernel.region.i32, this.cell + word);
  }

  #abandonedError(): AbandonedError {
    return new AbandonedError(
      `${this.label} is abandoned: ${howAbandoned(this.#load(RW_WRITER))}. Check what it guards, then call recover()`,
    );
  }
}
