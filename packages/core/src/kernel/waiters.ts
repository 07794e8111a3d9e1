import type { Allocator } from "./allocator.js";
import type { Bell } from "./bell.js";
import { clock } from "./clock.js";
import {
  BLOCK_NODES,
  BLOCK_WORDS,
  CELL_LATCH,
  CELL_NEXT,
  CELL_PAYLOAD,
  Kind,
  NODE_CELL,
  NODE_FREE,
  NODE_GRANTED,
  NODE_NEXT,
  NODE_ORDINAL,
  NODE_OUTCOME,
  NODE_OVERDUE,
  NODE_OWNER,
  NODE_PREVIOUS,
  NODE_STATE,
  NODE_WAIT_QUEUE,
  NODE_WAITING,
  NODE_WOKEN,
  NODE_WORDS,
  NODES_PER_BLOCK,
  SLOT_ASLEEP,
  SLOT_BLOCKS,
  SLOT_GRANTED,
  slotAddress,
} from "./layout.js";
import type { Region } from "./region.js";
import type { Section } from "./section.js";

const SETTLED = Promise.resolve();

/**
 * Wait queues: doubly linked lists of nodes, two or three to a cell, changed under the cell's latch. A node lives in a block that belongs
 * to the worker that waits, so a dead worker's waits are found in its blocks.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `NODE_STATE` | FREE | its owner under the cell's latch, in the commit that queues it | WAITING |
 * | `NODE_STATE` | WAITING | the worker that grants it; its owner, or recovery, that takes it out; under the latch | GRANTED; FREE |
 * | `NODE_STATE` | WAITING, the first | the worker that gives back its object, under the latch | WOKEN |
 * | `NODE_STATE` | WOKEN | its owner, which looks whether it is free; the worker that takes it out; under the latch | GRANTED, WAITING, OVERDUE; FREE |
 * | `NODE_STATE` | OVERDUE | as WAITING | GRANTED; FREE |
 * | `NODE_STATE` | GRANTED | its owner, that acknowledges it; under the latch, the worker that redeems it or passes it on | FREE |
 * | `NODE_OUTCOME` | of the last grant | the worker that grants it, before GRANTED | how the wait ended |
 * | `NODE_OWNER`, `NODE_CELL`, `NODE_WAIT_QUEUE` | of the last wait | its owner, in the commit that queues it | of this wait |
 * | `WAIT_QUEUE_A`, `WAIT_QUEUE_B`: head and tail; `NODE_NEXT`, `NODE_PREVIOUS` | 0 or a node that is WAITING | the worker that enqueues or unlinks, under the latch | likewise |
 * | `NODE_ORDINAL` | which of its owner's blocks has it | its owner, as it makes the block | constant |
 * | `SLOT_BLOCKS`, `CELL_NEXT` of a block | 0 or a block | the slot's worker, the link of the new block first; recovery, last | a new block; 0 |
 * | `SLOT_GRANTED` | hints | the worker that granted, by or, after the section; recovery; its worker, by exchange, before it looks | + a bit; all; 0 |
 */
export class Waiters {
  readonly #region: Region;
  readonly #section: Section;
  readonly #allocator: Allocator;
  readonly #bell: Bell;
  readonly #slot: number;
  readonly #blocks: number[] = [];
  readonly #free: number[] = [];
  /** Whom to wake after the section: owner's slot * 32 + the hint's bit, or, of this worker itself, the node, negated. */
  readonly #granted: number[] = [];
  /** Nodes of this worker's own that it has granted or woken itself, and not yet looked at. */
  readonly #here: number[] = [];
  /** Has this worker look at its waits that were granted or woken. Called in a microtask after it has done that itself. */
  onGrantHere: () => void = () => {};
  readonly #wakeNow = (): void => this.wake();
  readonly #lookHere = (): void => this.onGrantHere();

  constructor(region: Region, section: Section, allocator: Allocator, bell: Bell, slot: number) {
    this.#region = region;
    this.#section = section;
    this.#allocator = allocator;
    this.#bell = bell;
    this.#slot = slot;
  }

  /** Runs `act` in the critical section of `cell`, then wakes the workers whose waits it granted. */
  inSection<R>(cell: number, act: () => R): R {
    this.#region.reach(cell);
    try {
      const result = this.#section.run(cell + CELL_LATCH, act);
      this.wake();
      return result;
    } catch (error) {
      // The part that was committed before it threw may have granted something, and telling may itself have thrown.
      this.wakeLater();
      throw error;
    }
  }

  /** A free node of this worker's. Not inside a section: it may have to allocate. */
  newNode(): number {
    if (this.#free.length === 0) this.#addBlock();
    return this.#free.pop() as number;
  }

  /** Frees a node that is in no wait queue: it never was, or was unlinked as {@link NODE_FREE}. */
  freeNode(node: number): void {
    this.#free.push(node);
  }

  /** Under the latch of `cell`: puts `node` at the end of a wait queue. */
  enqueue(node: number, cell: number, waitQueue: number): void {
    const section = this.#section;
    const tail = section.read(cell + waitQueue + 1);
    section.write(node + NODE_NEXT, 0);
    section.write(node + NODE_PREVIOUS, tail);
    section.write(node + NODE_STATE, NODE_WAITING);
    section.write(node + NODE_OWNER, this.#slot + 1);
    section.write(node + NODE_CELL, cell);
    section.write(node + NODE_WAIT_QUEUE, waitQueue);
    section.write(cell + waitQueue + 1, node);
    section.write(tail === 0 ? cell + waitQueue : tail + NODE_NEXT, node);
  }

  /** Under the latch: the first node of the queue, 0 if nobody waits. */
  first(cell: number, waitQueue: number): number {
    return this.#section.read(cell + waitQueue);
  }

  /** Under the latch: takes a node that waits out of its queue. */
  unlink(node: number, state: number): void {
    const section = this.#section;
    const waitQueue = section.read(node + NODE_CELL) + section.read(node + NODE_WAIT_QUEUE);
    const next = section.read(node + NODE_NEXT);
    const previous = section.read(node + NODE_PREVIOUS);
    section.write(previous === 0 ? waitQueue : previous + NODE_NEXT, next);
    section.write(next === 0 ? waitQueue + 1 : next + NODE_PREVIOUS, previous);
    section.write(node + NODE_STATE, state);
  }

  /** Under the latch: ends the wait of a node. {@link wake} must follow the section. */
  grant(node: number, outcome: number): void {
    this.grantHere(node, outcome);
    this.#tell(node);
  }

  /** As {@link grant}, of a wait of this worker's, which sees it itself. */
  grantHere(node: number, outcome: number): void {
    this.#section.write(node + NODE_OUTCOME, outcome);
    this.unlink(node, NODE_GRANTED);
  }

  /** Under the latch: has the first of a queue look for what it waits for. {@link wake} must follow the section. */
  wakeFirst(node: number): void {
    this.#section.write(node + NODE_STATE, NODE_WOKEN);
    this.#tell(node);
  }

  /** Under the latch, of a woken wait that has found nothing: it waits on, as {@link NODE_OVERDUE} if it `isOverdue`. */
  wokenInVain(node: number, isOverdue: boolean): void {
    this.#section.write(node + NODE_STATE, isOverdue ? NODE_OVERDUE : NODE_WAITING);
  }

  /**
   * Under the latch: whether what is released is handed to `node`, the first of its queue, and is never free in between. So it is if that
   * one is overdue, if it is this worker's own, and always by an object that is fair. `left` is how much there is: if there is more than one,
   * it is handed over to a worker that computes, too. Those behind it do not wait for the end of that.
   */
  isHandedOver(node: number, isFair: boolean, left = 1): boolean {
    if (this.ownerOf(node) === this.#slot + 1 || isFair) return true;
    return this.#section.read(node + NODE_STATE) === NODE_OVERDUE || (left > 1 && this.#isAwake(node));
  }

  /** Whether the worker that waits there does something else. It looks after its waits once it is done with that, however late. */
  #isAwake(node: number): boolean {
    return Atomics.load(this.#region.i32, slotAddress(this.ownerOf(node) - 1) + SLOT_ASLEEP) === 0;
  }

  #tell(node: number): void {
    if (this.ownerOf(node) === this.#slot + 1) {
      this.#granted.push(-node);
      return;
    }
    const hint = this.#section.read(node + NODE_ORDINAL) & 31;
    this.#granted.push((this.ownerOf(node) - 1) * 32 + hint);
  }

  /**
   * After the section: wakes the owners of the nodes granted in it. By now an owner may have seen the grant, even have died. So this
   * touches slots alone, where a superfluous hint or ring does no harm.
   */
  wake(): void {
    if (this.#granted.length === 0) return;
    for (const ticket of this.#granted) {
      if (ticket < 0) {
        this.#bell.note();
        // First, as this may throw where the stack overflows: then it is done again.
        if (this.#here.length === 0) clock.queueMicrotask(this.#lookHere);
        this.#here.push(-ticket);
        continue;
      }
      const slot = ticket >> 5;
      Atomics.or(this.#region.i32, slotAddress(slot) + SLOT_GRANTED, 1 << (ticket & 31));
      this.#bell.ring(slot);
    }
    this.#granted.length = 0;
  }

  /**
   * As {@link wake}, at the next opportunity: with a stack that has just overflowed. Calls nothing but a builtin, which needs none of it.
   * This worker's next section that grants something tells of it, too.
   */
  wakeLater(): void {
    if (this.#granted.length > 0) SETTLED.then(this.#wakeNow);
  }

  /** Under the latch: the owner's slot + 1. */
  ownerOf(node: number): number {
    return this.#section.read(node + NODE_OWNER);
  }

  /**
   * Whether the wait of this worker's at `node` was granted. It counts only once the section that granted it is carried out whole.
   * Otherwise this worker might wait elsewhere by the same node. The heir of a worker that died in that section would then carry out the
   * grant once more.
   */
  isGranted(node: number): boolean {
    const { i32 } = this.#region;
    if (Atomics.load(i32, node + NODE_STATE) !== NODE_GRANTED) return false;
    const latch = (i32[node + NODE_CELL] as number) + CELL_LATCH;
    // Waited for, as it may be another section that is under way. The worker that granted this one has rung already, and nobody will again.
    if (this.#section.isUnderWay(latch)) this.#section.run(latch, () => {});
    return true;
  }

  /** Whether the wait of this worker's at `node` is to look for what it waits for. Only under the latch this is certain. */
  isWoken(node: number): boolean {
    return Atomics.load(this.#region.i32, node + NODE_STATE) === NODE_WOKEN;
  }

  outcomeOf(node: number): number {
    return this.#region.i32[node + NODE_OUTCOME] as number;
  }

  /** The owner has seen its grant: frees the node. */
  acknowledge(node: number): void {
    Atomics.store(this.#region.i32, node + NODE_STATE, NODE_FREE);
    this.#free.push(node);
  }

  /** Calls `visit` with each node of this worker's that was granted or woken since the last time, and perhaps with some others. */
  eachToldOf(visit: (node: number) => void): void {
    for (const node of this.#here.splice(0)) visit(node);
    const hints = Atomics.exchange(this.#region.i32, slotAddress(this.#slot) + SLOT_GRANTED, 0);
    if (hints === 0) return;
    for (let ordinal = 0; ordinal < this.#blocks.length; ordinal++) {
      if ((hints & (1 << (ordinal & 31))) === 0) continue;
      const first = (this.#blocks[ordinal] as number) + BLOCK_NODES;
      for (let node = first; node < first + NODES_PER_BLOCK * NODE_WORDS; node += NODE_WORDS) {
        if (this.isWoken(node) || this.isGranted(node)) visit(node);
      }
    }
  }

  #addBlock(): void {
    const block = this.#allocator.allocate(Kind.WaiterBlock, BLOCK_WORDS - CELL_PAYLOAD);
    const { i32 } = this.#region;
    for (let n = NODES_PER_BLOCK - 1; n >= 0; n--) {
      const node = block + BLOCK_NODES + n * NODE_WORDS;
      i32[node + NODE_ORDINAL] = this.#blocks.length;
      this.#free.push(node);
    }
    // Only this worker changes its chain; recovery reads it after its death.
    const chain = slotAddress(this.#slot) + SLOT_BLOCKS;
    i32[block + CELL_NEXT] = i32[chain] as number;
    Atomics.store(i32, chain, block);
    this.#blocks.push(block);
  }
}

/** Calls `visit` with every node of a worker's that waits or was granted; for recovery and for `usage`. */
export function eachNode(region: Region, slot: number, visit: (node: number, state: number) => void): void {
  let block = Atomics.load(region.i32, slotAddress(slot) + SLOT_BLOCKS);
  while (block !== 0) {
    region.reach(block);
    for (let n = 0; n < NODES_PER_BLOCK; n++) {
      const node = block + BLOCK_NODES + n * NODE_WORDS;
      const state = Atomics.load(region.i32, node + NODE_STATE);
      if (state !== NODE_FREE) visit(node, state);
    }
    block = region.i32[block + CELL_NEXT] as number;
  }
}
