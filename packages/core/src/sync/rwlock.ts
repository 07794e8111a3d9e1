import { AbandonedError, LockStateError } from "../contracts/errors.js";
import type { Guard, RWLock as RWLockContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import type { Guarded } from "../kernel/guards.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  LOCK_ABANDONED,
  LOCK_OVER,
  LOCK_OWNER_MASK,
  MAX_WORKERS,
  NODE_FREE,
  NODE_NEXT,
  NODE_OVERDUE,
  NODE_STATE,
  NODE_WAIT_QUEUE,
  NODE_WOKEN,
  OUTCOME_ABANDONED,
  OUTCOME_GRANTED,
  RW_FAIR,
  RW_READERS,
  RW_READS,
  RW_WRITER,
  WAIT_QUEUE_A,
  WAIT_QUEUE_B,
} from "../kernel/layout.js";
import { isTraced, trace } from "../kernel/trace.js";
import { type Gate, limitsOf, NO_TIME, syncLimitsOf, waitUntilGranted } from "../kernel/waiting.js";
import { guardOf, notFreeInTime, runHolding, runHoldingSync } from "./guard.js";
import { howAbandoned, noteLeft, takerOf } from "./mutex.js";
import { SharedObject } from "./shared-object.js";

const READERS = WAIT_QUEUE_A;
const WRITERS = WAIT_QUEUE_B;
type Side = typeof READERS | typeof WRITERS;
type RWGate = Gate<true> & { label: string };

/**
 * The writer, the count of readers, and a wait queue for each. Everything happens under the latch, and every change ends in {@link #admit},
 * which keeps the invariant. A wait lasts only while the lock is held; a reader's wait also lasts while a writer waits. Each slot's reads
 * are counted, so that a dead worker's are known.
 *
 * A release that leaves the lock to those that wait wakes them: the first writer, or all readers if no writer waits. They stay in their
 * queues, and the lock stays free. Until one has looked, workers that run read and write as if nobody waited. A writer that has looked in
 * vain holds up new readers. It is woken anew once those inside have left. In three cases the lock is handed over at once. These are a first
 * that was woken in vain for a millisecond, one that is this worker's own, and a fair lock. A reader that was woken in vain for so long goes
 * before the writers. See mutex.ts.
 *
 * The invariant: if nobody writes and writers wait, the first of them is WOKEN, or waits for readers inside. If nobody writes and no writer
 * waits, the first reader is WOKEN. So are those behind it, except one that has looked in vain while those around it have not looked.
 *
 * Each by a commit under the latch:
 *
 * | word | state | changes to | when |
 * |---|---|---|---|
 * | `RW_WRITER` | 0 | owner | a writer comes, or was woken, and nobody is inside; {@link #admit}, in the commit of its grant |
 * | `RW_WRITER` | owner | 0, ABANDONED | it gives back, or gives up its grant; it has died |
 * | `RW_WRITER` | ABANDONED | 0 | somebody recovers it |
 * | `RW_READERS`, a slot's of `RW_READS` | counts | one more | a reader comes, or was woken; {@link #admit}, in the commit of its grant |
 * | the same | counts | less, together | a read is given back, its grant is given up; all of a dead worker's |
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `RW_FAIR` | whether each release hands the lock over | the maker, before anybody else knows the cell | constant |
 */
export class RWLock extends SharedObject implements RWLockContract {
  readonly #read: RWGate;
  readonly #write: RWGate;
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
    this.inSection(() => {
      if (!this.abandoned) throw new LockStateError(`${this.label} is not abandoned: there is nothing to recover`);
      this.kernel.section.write(this.cell + RW_WRITER, 0);
      this.#admit();
    });
  }

  // ── for the kernel, under the latch ──

  passGrant(node: number): void {
    const { section, waiters } = this.kernel;
    section.write(node + NODE_STATE, NODE_FREE);
    if (waiters.outcomeOf(node) === OUTCOME_GRANTED)
      this.#giveBack(section.read(node + NODE_WAIT_QUEUE), waiters.ownerOf(node));
  }

  onCancel(): void {
    this.#admit();
  }

  // ── for the kernel ──

  /** `owner` has died, or has ended: gives back its reads. If it wrote, all waits end with an error, and so do later ones. */
  onOwnerDeath(owner: number, isOver: boolean): void {
    const { section, waiters } = this.kernel;
    this.inSection(() => {
      const reads = this.cell + RW_READS + owner - 1;
      section.write(this.cell + RW_READERS, section.read(this.cell + RW_READERS) - section.read(reads));
      section.write(reads, 0);
      if (section.read(this.cell + RW_WRITER) === owner) {
        section.write(this.cell + RW_WRITER, isOver ? LOCK_ABANDONED | LOCK_OVER : LOCK_ABANDONED);
        if (isOver) noteLeft(this.kernel, this.cell);
      }
      section.commit();
      // An earlier recovery, or a release, may have been cut short right here.
      if (!this.abandoned) return this.#admit();
      for (const waitQueue of [WRITERS, READERS]) {
        for (let node = waiters.first(this.cell, waitQueue); node !== 0; node = waiters.first(this.cell, waitQueue)) {
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

  /** The slots + 1 of the workers that must give back before a wait in that queue ends: the writer, or for another writer each reader. */
  ownersOf(waitQueue: number): number[] {
    const writer = this.#load(RW_WRITER);
    if (writer !== 0) return [writer & LOCK_OWNER_MASK];
    const owners: number[] = [];
    if (waitQueue !== WRITERS || this.readers === 0) return owners;
    for (let owner = 1; owner <= MAX_WORKERS; owner++) if (this.#load(RW_READS + owner - 1) > 0) owners.push(owner);
    return owners;
  }

  #gate(waitQueue: Side, claim: () => true | undefined): RWGate {
    const { waiters } = this.kernel;
    const look = (): (() => boolean | undefined) | undefined =>
      this.#isFair ? undefined : () => this.#look(waitQueue, claim);
    return {
      object: this,
      cell: this.cell,
      queue: waitQueue,
      label: this.label,
      excludedBy: waitQueue === READERS ? WRITERS : READERS,
      claim,
      get look() {
        return look();
      },
      claimWoken: (node, isOverdue) => this.#claimWoken(node, isOverdue),
      redeem: (node) => {
        const outcome = waiters.outcomeOf(node);
        waiters.acknowledge(node);
        if (outcome === OUTCOME_ABANDONED) throw this.#abandonedError();
        return true;
      },
    };
  }

  async #hold(gate: Gate<true>, options: WaitOptions | undefined): Promise<Guard> {
    const limits = limitsOf(options);
    const taker = takerOf(this.kernel);
    await this.kernel.parking.await(waitUntilGranted(gate, limits), (isHeld) => {
      if (!isHeld) throw notFreeInTime(this.label, limits.timeout);
    });
    return this.#guard(gate, taker);
  }

  #holdSync(gate: Gate<true>, options: SyncWaitOptions | undefined): Guard {
    const limits = syncLimitsOf(options);
    if (!this.kernel.parking.block(waitUntilGranted(gate, limits))) throw notFreeInTime(this.label, limits.timeout);
    return this.#guard(gate, takerOf(this.kernel));
  }

  #tryHold(gate: Gate<true>): Guard | undefined {
    return this.kernel.parking.block(waitUntilGranted(gate, NO_TIME))
      ? this.#guard(gate, takerOf(this.kernel))
      : undefined;
  }

  #guard({ queue: waitQueue }: Gate<true>, taker: number): Guard {
    if (isTraced) trace("hold-begin", this.label);
    const giveBack = (): void => {
      this.inSection(() => this.#giveBack(waitQueue, this.kernel.me));
      this.kernel.holds?.giveBack(giveBack);
      if (isTraced) trace("hold-end", this.label);
    };
    this.kernel.holds?.take(giveBack, this.cell, taker);
    return guardOf(giveBack, this.kernel.guards, this.#guarded);
  }

  /** Without the latch while the lock cannot be had. */
  #look(waitQueue: Side, claim: () => true | undefined): boolean | undefined {
    if (this.#load(WRITERS) !== 0 || this.#load(READERS) !== 0 || this.abandoned) return undefined;
    const isHeld = this.writing || (waitQueue === WRITERS && this.readers > 0);
    return !isHeld && this.inSection(claim) === true;
  }

  // ── under the latch ──

  #claimRead(): true | undefined {
    if (this.#writer() !== 0 || this.#isHeldUp) return undefined;
    this.#countReads(this.kernel.me, 1);
    return true;
  }

  #claimWrite(): true | undefined {
    if (this.#writer() !== 0 || this.#isRead || this.#isHeldUp) return undefined;
    this.kernel.section.write(this.cell + RW_WRITER, this.kernel.me);
    return true;
  }

  #claimWoken(node: number, isOverdue: boolean): boolean {
    const { section, waiters, me } = this.kernel;
    // Another worker has handed it the lock since, or an error.
    if (!waiters.isWoken(node)) return waiters.isGranted(node);
    const isReader = section.read(node + NODE_WAIT_QUEUE) === READERS;
    if (section.read(this.cell + RW_WRITER) !== 0 || (!isReader && this.#isRead)) {
      waiters.wokenInVain(node, isOverdue);
      return false;
    }
    if (isReader) this.#countReads(me, 1);
    else section.write(this.cell + RW_WRITER, me);
    waiters.grantHere(node, OUTCOME_GRANTED);
    this.#admit();
    return true;
  }

  #giveBack(waitQueue: number, owner: number): void {
    if (waitQueue === READERS) this.#countReads(owner, -1);
    else this.kernel.section.write(this.cell + RW_WRITER, 0);
    this.#admit();
  }

  /** Leaves the lock to the writer that has waited longest. If no writer waits, all waiting readers may enter. An overdue reader enters first. */
  #admit(): void {
    const { section, waiters } = this.kernel;
    if (section.read(this.cell + RW_WRITER) !== 0) return;
    for (let reader = this.#first(READERS); this.#is(reader, NODE_OVERDUE); reader = this.#first(READERS))
      this.#enter(reader);
    const writer = this.#first(WRITERS);
    if (writer === 0) this.#admitReaders();
    else if (!this.#isRead && this.#isHandedOver(writer)) {
      section.write(this.cell + RW_WRITER, waiters.ownerOf(writer));
      waiters.grant(writer, OUTCOME_GRANTED);
    }
  }

  /** Each read counts at once, or once its worker has looked. */
  #admitReaders(): void {
    const { section } = this.kernel;
    const last = section.read(this.cell + READERS + 1);
    // As good as all of them: a lock that is read again and again does not ask each time.
    if (this.#is(this.#first(READERS), NODE_WOKEN) && this.#is(last, NODE_WOKEN)) return;
    for (let reader = this.#first(READERS); reader !== 0; ) {
      const next = section.read(reader + NODE_NEXT);
      if (this.#isHandedOver(reader)) this.#enter(reader);
      // There may be more readers than a journal has room for.
      section.commit();
      reader = next;
    }
  }

  #enter(reader: number): void {
    const { section, waiters } = this.kernel;
    this.#countReads(waiters.ownerOf(reader), 1);
    waiters.grant(reader, OUTCOME_GRANTED);
    section.commit();
  }

  /** Whether the lock is handed to that waiter at once; if not, it is woken, or has been. */
  #isHandedOver(node: number): boolean {
    const { waiters } = this.kernel;
    if (this.#is(node, NODE_WOKEN)) return false;
    if (waiters.isHandedOver(node, this.#isFair)) return true;
    waiters.wakeFirst(node);
    return false;
  }

  #countReads(owner: number, change: number): void {
    const { section } = this.kernel;
    for (const address of [this.cell + RW_READERS, this.cell + RW_READS + owner - 1]) {
      section.write(address, section.read(address) + change);
    }
  }

  #first(waitQueue: Side): number {
    return this.kernel.waiters.first(this.cell, waitQueue);
  }

  #is(node: number, state: number): boolean {
    return node !== 0 && this.kernel.section.read(node + NODE_STATE) === state;
  }

  get #isRead(): boolean {
    return this.kernel.section.read(this.cell + RW_READERS) > 0;
  }

  /** Whether a writer waits that is not just being woken. */
  get #isHeldUp(): boolean {
    const writer = this.#first(WRITERS);
    return writer !== 0 && !this.#is(writer, NODE_WOKEN);
  }

  get #isFair(): boolean {
    return this.#load(RW_FAIR) !== 0;
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
