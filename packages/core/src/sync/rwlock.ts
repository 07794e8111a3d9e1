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
  NODE_STATE,
  NODE_WAIT_QUEUE,
  OUTCOME_ABANDONED,
  OUTCOME_GRANTED,
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
    return {
      object: this,
      cell: this.cell,
      queue: waitQueue,
      label: this.label,
      excludedBy: waitQueue === READERS ? WRITERS : READERS,
      claim,
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

  #giveBack(waitQueue: number, owner: number): void {
    if (waitQueue === READERS) this.#countReads(owner, -1);
    else this.kernel.section.write(this.cell + RW_WRITER, 0);
    this.#admit();
  }

  /** Grants the lock to the writer that has waited longest. If no writer waits, all waiting readers enter together. */
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

  #isAwaitedBy(waitQueue: Side): boolean {
    return this.kernel.waiters.first(this.cell, waitQueue) !== 0;
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
