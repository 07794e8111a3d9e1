import type { Cells } from "./cells.js";
import {
  CELL_HOLDERS,
  CELL_KIND,
  CELL_REFERENCES,
  CELL_UNIT,
  EVENT_FLAG,
  Kind,
  MAX_WORKERS,
  SLOT_BLOCKED_ON,
  SLOT_BLOCKINGS,
  SLOT_CYCLE,
  SLOT_STATUS,
  STATUS_NAME,
  STATUS_NAME_BYTES,
  slotAddress,
  WAIT_QUEUE_A,
  WAIT_QUEUE_B,
  WORD,
} from "./layout.js";
import type { Names } from "./names.js";
import type { Region } from "./region.js";
import { TextDecoder } from "./web.js";
import { isTaken } from "./worker-table.js";

const MAIN_NAME = "the main worker";
const decoder = new TextDecoder();

/** A worker that is blocked in a wait queue of a cell, and the count of its blockings then. */
interface Blocked {
  readonly slot: number;
  readonly cell: number;
  readonly queue: number;
  readonly blockings: number;
}

/**
 * Finds workers that block one another in a cycle, by a wait-for graph (Holt, "Some deadlock properties of computer systems", 1972). A
 * worker that blocks without a timeout publishes what it waits for. Then it follows the chains: from what it waits for to each owner, to what
 * the owner is blocked at, and so on. The last worker that closes a cycle sees all others. Only blocking waits count, as a worker that
 * waits asynchronously may still act. Any worker may release a Lock that no guard holds. So a cycle through one is no deadlock while
 * another living worker has a reference to the lock.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SLOT_BLOCKINGS` | how often its worker has blocked or gone on, wraps | that worker, before the next word | one more |
 * | `SLOT_BLOCKED_ON` | 0; or the cell it blocks at, 1 more in its wait queue B | that worker; 0 when its slot is taken | a cell, before it looks for a cycle; 0 once it goes on |
 * | `SLOT_CYCLE` | which cycle was told of last | the worker that finds a cycle, by exchange, in its lowest slot | a hash of that cycle's workers and their blockings |
 */
export class Deadlocks {
  readonly #region: Region;
  readonly #cells: Cells;
  readonly #names: Names;
  readonly #me: number;

  constructor(region: Region, cells: Cells, names: Names, slot: number) {
    this.#region = region;
    this.#cells = cells;
    this.#names = names;
    this.#me = slot;
  }

  /** Publishes that this worker is about to block in that wait queue of `cell`, without a timeout. {@link unblock} must follow. */
  block(cell: number, waitQueue: number): void {
    const { i32 } = this.#region;
    const slot = slotAddress(this.#me);
    Atomics.add(i32, slot + SLOT_BLOCKINGS, 1);
    Atomics.store(i32, slot + SLOT_BLOCKED_ON, waitQueue === WAIT_QUEUE_B ? cell + 1 : cell);
  }

  unblock(): void {
    const { i32 } = this.#region;
    const slot = slotAddress(this.#me);
    // Counted first: a worker that still finds the old count knows that this one has done nothing else yet.
    Atomics.add(i32, slot + SLOT_BLOCKINGS, 1);
    Atomics.store(i32, slot + SLOT_BLOCKED_ON, 0);
  }

  /** After {@link block}: the cycle that this worker has closed, as workers and what each waits for, in order. */
  findCycle(): string[] | undefined {
    const cycle = this.#walk();
    if (cycle === undefined || this.#mayBeEnded(cycle) || !this.#isStill(cycle)) return undefined;
    if (!this.#isFirstToTell(cycle)) return undefined;
    return cycle.flatMap(({ slot, cell }) => [this.#workerName(slot), this.#cellName(cell)]);
  }

  /** Whether another living worker has the object in `cell`, or may come by it. */
  mayOthersEnd(cell: number): boolean {
    const me = new Set([this.#me]);
    return this.#isReferredToBeside(cell, me) && this.#isAnybodyBeside(me);
  }

  get ownName(): string {
    return this.#workerName(this.#me);
  }

  /** A wait lasts until all of its owners have acted. So one of them that waits for this worker is enough. */
  #walk(): Blocked[] | undefined {
    const cycle: Blocked[] = [];
    // A cycle that this worker is no part of is for its members to find.
    const seen = new Set<number>();
    const leadsBack = (slot: number): boolean => {
      const found = seen.has(slot) ? undefined : this.#blockedOf(slot);
      if (found === undefined) return false;
      seen.add(slot);
      const isInCycle = this.#ownersOf(found).some((owner) => owner === this.#me || leadsBack(owner));
      if (isInCycle) cycle.unshift(found);
      return isInCycle;
    };
    return leadsBack(this.#me) ? cycle : undefined;
  }

  /**
   * The walk saw its links one after the other. Assume that the owners are still the same, and after that every member is still in the same
   * blocking. Then at the time of the second look all of it was so at once.
   */
  #isStill(cycle: readonly Blocked[]): boolean {
    const isOwnedByNext = cycle.every((member, n) =>
      this.#ownersOf(member).includes((cycle[(n + 1) % cycle.length] as Blocked).slot),
    );
    return isOwnedByNext && cycle.every(({ slot, blockings }) => this.#blockedOf(slot)?.blockings === blockings);
  }

  /** Two members may find the same cycle at the same time: one of them is enough to break it. */
  #isFirstToTell(cycle: readonly Blocked[]): boolean {
    const lowest = Math.min(...cycle.map(({ slot }) => slot));
    // Each member begins the walk at itself, so the order does not count. A worker may be in several cycles by one blocking.
    const mark = cycle.reduce((sum, { slot, blockings }) => {
      const member = blockings * MAX_WORKERS + slot;
      return (sum + Math.imul(member, member)) | 0;
    }, 0);
    return Atomics.exchange(this.#region.i32, slotAddress(lowest) + SLOT_CYCLE, mark) !== mark;
  }

  #blockedOf(slot: number): Blocked | undefined {
    const { i32 } = this.#region;
    const blockings = Atomics.load(i32, slotAddress(slot) + SLOT_BLOCKINGS);
    const word = Atomics.load(i32, slotAddress(slot) + SLOT_BLOCKED_ON);
    if (word === 0) return undefined;
    const cell = word - (word % CELL_UNIT);
    return { slot, cell, queue: word === cell ? WAIT_QUEUE_A : WAIT_QUEUE_B, blockings };
  }

  /** The slots of the workers that must act before that wait ends. */
  #ownersOf({ cell, queue: waitQueue }: Blocked): number[] {
    this.#region.reach(cell);
    const owners = this.#cells.operationsOf(cell)?.ownersOf?.(cell, waitQueue) ?? [];
    // The wait may be over and its cell used otherwise: then these are any numbers.
    return owners.filter((owner) => owner > 0 && owner <= MAX_WORKERS).map((owner) => owner - 1);
  }

  /** Whether a living worker outside the cycle could end a wait of one of its members. */
  #mayBeEnded(cycle: readonly Blocked[]): boolean {
    const free = cycle.filter(({ cell }) => this.#cells.operationsOf(cell)?.mayAnyoneEnd?.(cell));
    if (free.length === 0) return false;
    const members = new Set(cycle.map(({ slot }) => slot));
    return this.#isAnybodyBeside(members) && free.some(({ cell }) => this.#isReferredToBeside(cell, members));
  }

  #isAnybodyBeside(members: ReadonlySet<number>): boolean {
    for (let slot = 0; slot < MAX_WORKERS; slot++)
      if (isTaken(this.#region, slot) && !members.has(slot) && !this.#hasEnded(slot)) return true;
    return false;
  }

  /** A message under way, or a name, refers to it as a worker does: any worker may get the message, or ask for the name. */
  #isReferredToBeside(cell: number, members: ReadonlySet<number>): boolean {
    const { i32 } = this.#region;
    let own = 0;
    for (const slot of members) own += (Atomics.load(i32, cell + CELL_HOLDERS + (slot >> 5)) >>> (slot & 31)) & 1;
    return Atomics.load(i32, cell + CELL_REFERENCES) > own;
  }

  #hasEnded(slot: number): boolean {
    const status = Atomics.load(this.#region.i32, slotAddress(slot) + SLOT_STATUS);
    if (status === 0) return false;
    this.#region.reach(status + EVENT_FLAG);
    return Atomics.load(this.#region.i32, status + EVENT_FLAG) !== 0;
  }

  #kindOf(cell: number): number {
    return this.#region.i32[cell + CELL_KIND] as number;
  }

  #workerName(slot: number): string {
    const status = Atomics.load(this.#region.i32, slotAddress(slot) + SLOT_STATUS);
    return status === 0 ? MAIN_NAME : this.#nameIn(status);
  }

  #nameIn(status: number): string {
    const { i32, u8 } = this.#region;
    const start = (status + STATUS_NAME) * WORD;
    // A copy: a decoder takes no shared memory.
    return decoder.decode(u8.slice(start, start + (i32[status + STATUS_NAME_BYTES] as number)));
  }

  #cellName(cell: number): string {
    const kind = this.#kindOf(cell);
    if (kind === Kind.Status) return `the end of ${this.#nameIn(cell)}`;
    return this.#names.labelOf(cell);
  }
}
