import type { Cells } from "./cells.js";
import {
  CELL_HOLDERS,
  CELL_KIND,
  CELL_REFERENCES,
  CELL_UNIT,
  EVENT_FLAG,
  Kind,
  LINE_A,
  LINE_B,
  MAX_WORKERS,
  SLOT_BLOCKED_ON,
  SLOT_BLOCKINGS,
  SLOT_CIRCLE,
  SLOT_STATUS,
  STATUS_NAME,
  STATUS_NAME_BYTES,
  slotAddress,
  WORD,
} from "./layout.js";
import type { Names } from "./names.js";
import type { Region } from "./region.js";
import { eachSlot } from "./slots.js";
import { TextDecoder } from "./web.js";

const MAIN_NAME = "the main worker";
const decoder = new TextDecoder();

/** A worker that is blocked, in a line of a cell, since its so-manieth blocking. */
interface Blocked {
  readonly slot: number;
  readonly cell: number;
  readonly line: number;
  readonly blockings: number;
}

/**
 * Finds workers that block one another in a circle. A worker that blocks without a timeout says at what, then walks from
 * what it waits for to that's owner, to what the owner is blocked at, and so on; of those that close a circle the last one to
 * say so sees all others. Only blocking waits count: a worker that waits asynchronously may still do something about it. And any worker
 * may release a Lock: a circle through one is none while somebody else lives who has a reference to it, unless a guard holds it.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SLOT_BLOCKINGS` | how often its worker has blocked or gone on, wraps | that worker, before the next word | one more |
 * | `SLOT_BLOCKED_ON` | 0; or the cell it blocks at, 1 more in its line B | that worker; 0 when its slot is taken | a cell, before it looks for a circle; 0 once it goes on |
 * | `SLOT_CIRCLE` | which circle was told of last | who finds a circle, by exchange, in its lowest slot | that circle's blockings |
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

  /** This worker is about to block in that line of `cell` for ever, as far as it is concerned. {@link unblock} must follow. */
  block(cell: number, line: number): void {
    const { i32 } = this.#region;
    const slot = slotAddress(this.#me);
    Atomics.add(i32, slot + SLOT_BLOCKINGS, 1);
    Atomics.store(i32, slot + SLOT_BLOCKED_ON, line === LINE_B ? cell + 1 : cell);
  }

  unblock(): void {
    const { i32 } = this.#region;
    const slot = slotAddress(this.#me);
    // Counted first: who still finds the old count knows that this worker has done nothing else yet.
    Atomics.add(i32, slot + SLOT_BLOCKINGS, 1);
    Atomics.store(i32, slot + SLOT_BLOCKED_ON, 0);
  }

  /** After {@link block}: the circle that this worker has closed, as workers and what each waits for, in order. */
  findCircle(): string[] | undefined {
    const circle = this.#walk();
    if (circle === undefined || this.#mayBeEnded(circle) || !this.#isStill(circle)) return undefined;
    if (!this.#isFirstToTell(circle)) return undefined;
    return circle.flatMap(({ slot, cell }) => [this.#workerName(slot), this.#cellName(cell)]);
  }

  #walk(): Blocked[] | undefined {
    const circle: Blocked[] = [];
    let slot = this.#me;
    for (;;) {
      const found = this.#blockedOf(slot);
      if (found === undefined) return undefined;
      circle.push(found);
      const owner = this.#ownerOf(found);
      if (owner === undefined) return undefined;
      if (owner === this.#me) return circle;
      // A circle that this worker is no part of is for its members to find.
      if (circle.some((member) => member.slot === owner)) return undefined;
      slot = owner;
    }
  }

  /**
   * The walk saw its links one after the other. If the owners are still the same, and after that every member is still in
   * the same blocking, then at the time of the second look all of it was so at once.
   */
  #isStill(circle: readonly Blocked[]): boolean {
    const isOwnedByNext = circle.every((member, n) => {
      const next = circle[(n + 1) % circle.length];
      return this.#ownerOf(member) === next?.slot;
    });
    return isOwnedByNext && circle.every(({ slot, blockings }) => this.#blockedOf(slot)?.blockings === blockings);
  }

  /** Two members may find the same circle at the same time: one of them is enough to break it. */
  #isFirstToTell(circle: readonly Blocked[]): boolean {
    const lowest = Math.min(...circle.map(({ slot }) => slot));
    // No two circles through a worker are of the same blockings.
    const blockings = circle.reduce((sum, member) => (sum + member.blockings) | 0, 0);
    return Atomics.exchange(this.#region.i32, slotAddress(lowest) + SLOT_CIRCLE, blockings) !== blockings;
  }

  #blockedOf(slot: number): Blocked | undefined {
    const { i32 } = this.#region;
    const blockings = Atomics.load(i32, slotAddress(slot) + SLOT_BLOCKINGS);
    const word = Atomics.load(i32, slotAddress(slot) + SLOT_BLOCKED_ON);
    if (word === 0) return undefined;
    const cell = word - (word % CELL_UNIT);
    return { slot, cell, line: word === cell ? LINE_A : LINE_B, blockings };
  }

  /** The slot of the one worker whose doing that wait is for. */
  #ownerOf({ cell, line }: Blocked): number | undefined {
    this.#region.reach(cell);
    const owner = this.#cells.operationsOf(this.#kindOf(cell))?.ownerOf?.(cell, line) ?? 0;
    // The wait may be over and its cell used otherwise: then this is any number.
    return owner > 0 && owner <= MAX_WORKERS ? owner - 1 : undefined;
  }

  /** Whether somebody who is no part of the circle, and lives, could do what one of its members waits for. */
  #mayBeEnded(circle: readonly Blocked[]): boolean {
    const free = circle.filter(({ cell }) => this.#cells.operationsOf(this.#kindOf(cell))?.isFreeToEnd?.(cell));
    if (free.length === 0) return false;
    const members = new Set(circle.map(({ slot }) => slot));
    let isAnybodyElse = false;
    eachSlot(this.#region, (slot) => {
      isAnybodyElse ||= !members.has(slot) && !this.#hasEnded(slot);
    });
    return isAnybodyElse && free.some(({ cell }) => this.#isReferredToBeside(cell, members));
  }

  /** A message under way, or a name, refers to it as a worker does: who gets the one, or asks for the other, may be anybody. */
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
