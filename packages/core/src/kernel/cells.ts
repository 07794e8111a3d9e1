import { DisposedError, HeddleError } from "../contracts/errors.js";
import { type Allocator, sizeOf } from "./allocator.js";
import {
  CELL_GENERATION,
  CELL_HOLDERS,
  CELL_KIND,
  CELL_LATCH,
  CELL_REFERENCES,
  type Kind,
  MAX_WORKERS,
  WORD,
} from "./layout.js";
import type { Region } from "./region.js";
import type { Section } from "./section.js";

/** How a message names an object of the region: its address, its kind, and which life of the cell it is. */
export interface Handle {
  readonly kind: number;
  readonly address: number;
  readonly generation: number;
}

/** The kernel's view of a kind of object. */
export interface KindOperations {
  /** This worker's object for a cell. Left out by kinds of which users have none. */
  proxy?(cell: number): object;
  /** Nothing refers to the object any more: frees what it owns besides its cell. */
  destroy?(cell: number): void;
  /**
   * A worker that held a reference has died, or if `isOver`, has ended by itself; `owner` is its slot + 1. Its waits have left the wait queues
   * already.
   */
  onOwnerDeath?(cell: number, owner: number, isOver: boolean): void;
  /** A worker that was sent the object has crashed, and nobody but this worker, which sent it, has it now. */
  onCrash?(cell: number): void;
  /** The slots + 1 of the workers that must all act before a wait in that queue ends. None, or 0, if others could end it. */
  ownersOf?(cell: number, waitQueue: number): readonly number[];
  /** Whether any worker may end the wait, not just its owner. */
  mayAnyoneEnd?(cell: number): boolean;
  /** Whether the worker that `owner` (its slot + 1) stands for has something of it to give back, such as a lock. */
  isHeldBy?(cell: number, owner: number): boolean;
  /** Under the latch: the owner of `node` died, or gave up, with a grant that it never redeemed. */
  passGrant?(cell: number, node: number): void;
  /** Under the latch: a wait that was not granted has left its queue, as it was cancelled or its owner died. */
  onCancel?(cell: number, waitQueue: number, node: number): void;
  /** Under the latch: the wait at `node` is certain to be granted now, so a timeout that passes does not end it. */
  outlastsTimeout?(cell: number, node: number): boolean;
  /** This worker's object has just been put into a message. */
  onSent?(object: object): void;
  /** Somebody is about to let go of it. The result is called afterwards, if others refer to it yet. */
  onRelease?(cell: number): (() => void) | undefined;
  /** The other cells at which waits on this object park, if it has any. */
  parksAt?(cell: number): readonly number[];
}

interface Holding {
  readonly handle: Handle;
  /** Proxies made and not yet finalized: the last one's end ends the holding. */
  proxies: number;
  proxy: Pick<WeakRef<object>, "deref">;
  /** One of the proxies was disposed of, and may have left something by which users see the memory: its finalizer tells when not. */
  isDisposed: boolean;
}

/** A proxy that is given to nobody any more. */
const GONE = { deref: () => undefined };
/** The handle of a proxy that was disposed of. */
const DISPOSED: Handle = { kind: 0, address: 0, generation: 0 };

/**
 * The objects of the region that this worker holds. A worker counts once for each object, however many proxies it has had. Each cell that
 * refers to the object counts once (see ReferenceSets for messages). The last to let go frees the cell.
 *
 * All under the cell's own latch, but while only its maker knows it:
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `CELL_REFERENCES` | holders, and cells that refer to it | the worker that begins to hold it or lets go, in the commit that says so | one more, one less |
 * | `CELL_REFERENCES` | 1 | the last that lets go, which then frees the cell | 0 |
 * | `CELL_HOLDERS`, a bit | whether that slot's worker holds it | that worker; a worker that hands it over to that worker; the worker that recovers its slot | 1; 0 |
 */
export class Cells {
  readonly #region: Region;
  readonly #section: Section;
  readonly #allocator: Allocator;
  readonly #slot: number;
  readonly #kinds = new Map<number, KindOperations>();
  readonly #held = new Map<number, Holding>();
  readonly #handles = new WeakMap<object, Handle>();
  /** Cells to which nothing refers any more, and which are not free yet. */
  readonly #ended: number[] = [];
  #isEnding = false;
  readonly #finalizers = new FinalizationRegistry<Holding>((holding) => this.#finalize(holding));

  constructor(region: Region, section: Section, allocator: Allocator, slot: number) {
    this.#region = region;
    this.#section = section;
    this.#allocator = allocator;
    this.#slot = slot;
  }

  define(kind: Kind, operations: KindOperations): void {
    this.#kinds.set(kind, operations);
  }

  /** Of the kind of a cell in use. */
  operationsOf(cell: number): KindOperations | undefined {
    return this.#kinds.get(this.#region.i32[cell + CELL_KIND] as number);
  }

  /** A new cell of this worker's. {@link register} its proxy next, or {@link letGo} of it. */
  create(kind: Kind, payloadWords: number): number {
    return this.#allocator.allocate(kind, payloadWords);
  }

  /** As {@link create}, with whatever was in its payload before. For kinds that own nothing, and say so by having no `destroy`. */
  createUnzeroed(kind: Kind, payloadWords: number): number {
    return this.#allocator.allocate(kind, payloadWords, false);
  }

  /**
   * Makes a cell that only this worker holds a cell of the worker in `slot`, in one step, before that worker is told of it. If either of
   * them dies, the cell is freed. The word at `from` says who handed it over, for {@link dropUnsentOf}.
   */
  handOver({ address }: Handle, slot: number, from: number): void {
    const section = this.#section;
    section.run(address + CELL_LATCH, () => {
      section.write(address + CELL_HOLDERS + (this.#slot >> 5), 0);
      section.write(address + CELL_HOLDERS + (slot >> 5), 1 << (slot & 31));
      section.write(from, this.#slot + 1);
    });
  }

  /** Registers `proxy`, just made, for its cell: this worker holds the cell while the proxy lives. */
  register(proxy: object, cell: number): void {
    const handle = this.handleOfCell(cell);
    const holding = this.#held.get(cell) ?? { handle, proxies: 0, proxy: GONE, isDisposed: false };
    holding.proxies++;
    holding.proxy = new WeakRef(proxy);
    this.#held.set(cell, holding);
    this.#handles.set(proxy, handle);
    this.#finalizers.register(proxy, holding);
  }

  /** The handle of one of this worker's proxies. */
  handleOf(proxy: object): Handle | undefined {
    const handle = this.#handles.get(proxy);
    if (handle === DISPOSED) throw new DisposedError(`${proxy} was disposed of in this worker`);
    return handle;
  }

  /** Whether it is one of this worker's proxies, and not disposed of. */
  isLive(object: object): boolean {
    const handle = this.#handles.get(object);
    return handle !== undefined && handle !== DISPOSED;
  }

  /** `proxy` is not to be used any more, and lets go of its cell: now, or if `isInUse`, as garbage. */
  dispose(proxy: object, isInUse: boolean): void {
    const handle = this.#handles.get(proxy);
    if (handle === undefined || handle === DISPOSED) return;
    this.#handles.set(proxy, DISPOSED);
    const holding = this.#held.get(handle.address);
    if (holding === undefined || holding.proxy.deref() !== proxy) return;
    holding.proxy = GONE;
    holding.isDisposed = true;
    // Also what this worker has locked, and nobody else sees: a guard may give it back yet.
    if (!isInUse && !this.operationsOf(handle.address)?.isHeldBy?.(handle.address, this.#slot + 1))
      this.#endHolding(holding);
  }

  /** Lets go of what only garbage of this worker's holds, once that was collected; how many, and how many bytes are held by what lives. */
  letGoOfGarbage(): { freed: number; held: number } {
    let freed = 0;
    let held = 0;
    for (const holding of this.#held.values()) {
      const { address } = holding.handle;
      if (holding.isDisposed || holding.proxy.deref() !== undefined) held += sizeOf(this.#region, address) * WORD;
      else if (this.#endHolding(holding)) freed++;
    }
    return { freed, held };
  }

  /** The handle of a cell in use. */
  handleOfCell(cell: number): Handle {
    this.#region.reach(cell);
    // To its end: the caller goes on to use it.
    this.#region.reach(cell + sizeOf(this.#region, cell) - 1);
    const { i32 } = this.#region;
    return {
      kind: i32[cell + CELL_KIND] as number,
      address: cell,
      generation: i32[cell + CELL_GENERATION] as number,
    };
  }

  /** The first proxy for a cell that this worker has just created. */
  proxy(cell: number): object {
    const proxy = this.operationsOf(cell)?.proxy?.(cell);
    if (proxy === undefined)
      throw new Error(`Heddle kernel: no proxies for cells of kind ${this.#region.i32[cell + CELL_KIND]}`);
    this.register(proxy, cell);
    return proxy;
  }

  /** This worker's proxy for a cell that another one refers to meanwhile. */
  hold(cell: number): object {
    const holding = this.#held.get(cell);
    const proxy = holding?.proxy.deref();
    if (proxy !== undefined) return proxy;
    if (holding === undefined) this.#becomeHolder(cell);
    return this.proxy(cell);
  }

  /** Under the latch, as all that changes holders: or one who lets go of the cell meanwhile might be its holder for good. */
  #becomeHolder(cell: number): void {
    const section = this.#section;
    this.#region.reach(cell);
    section.run(cell + CELL_LATCH, () => {
      const holders = cell + CELL_HOLDERS + (this.#slot >> 5);
      section.write(holders, section.read(holders) | (1 << (this.#slot & 31)));
      section.write(cell + CELL_REFERENCES, section.read(cell + CELL_REFERENCES) + 1);
    });
  }

  /** Has the word at `place`, of a cell of this worker's alone, refer to what `proxy` stands for: retained in the same step. */
  referTo(place: number, proxy: object): void {
    const handle = this.#handles.get(proxy);
    if (handle === undefined) return;
    this.#addReference(handle, place);
    this.operationsOf(handle.address)?.onSent?.(proxy);
  }

  /** As {@link referTo}, for a cell that this worker holds and users have no proxies of. */
  referToCell(place: number, cell: number): void {
    this.#addReference(this.handleOfCell(cell), place);
  }

  /** The opposite of {@link referTo}. A word of 0 refers to nothing: to say this twice does what once does. */
  referNoMore(place: number): void {
    const cell = Atomics.load(this.#region.i32, place);
    if (cell !== 0) this.#drop(cell, undefined, place);
  }

  /** Ends the holding of a cell without a proxy: one that was created and not used, or one of a dead worker. */
  letGo(cell: number, slot: number = this.#slot): void {
    this.#drop(cell, slot);
  }

  /** Tells the kind of a cell that the receiver of this worker's message about it has crashed, if nobody else has the cell. */
  abandon(cell: number): void {
    const { onCrash: abandon } = this.operationsOf(cell) ?? {};
    if (abandon === undefined) return;
    const isAlone = this.#section.run(cell + CELL_LATCH, () => {
      let holders = 0;
      for (let slot = 0; slot < MAX_WORKERS; slot++) {
        if ((this.#section.read(cell + CELL_HOLDERS + (slot >> 5)) & (1 << (slot & 31))) === 0) continue;
        if (slot !== this.#slot) return false;
        holders++;
      }
      // The message's own reference, and none of another message.
      return this.#section.read(cell + CELL_REFERENCES) === holders + 1;
    });
    if (isAlone) abandon(cell);
  }

  #addReference(handle: Handle, place: number): void {
    const section = this.#section;
    section.run(handle.address + CELL_LATCH, () => {
      const address = handle.address + CELL_REFERENCES;
      section.write(address, section.read(address) + 1);
      section.write(place, handle.address);
    });
  }

  #drop(cell: number, holder: number | undefined, place = 0): void {
    const section = this.#section;
    this.#region.reach(cell);
    // Asked before: afterwards the cell may be another's.
    const tell = this.operationsOf(cell)?.onRelease?.(cell);
    const isLast = section.run(cell + CELL_LATCH, () => {
      if (holder !== undefined) {
        const word = cell + CELL_HOLDERS + (holder >> 5);
        const bit = 1 << (holder & 31);
        if ((section.read(word) & bit) === 0) return false;
        section.write(word, section.read(word) & ~bit);
      }
      if (place !== 0) section.write(place, 0);
      const references = Math.max(0, section.read(cell + CELL_REFERENCES) - 1);
      section.write(cell + CELL_REFERENCES, references);
      // The last to let go holds the cell until it is free: if this worker dies before that, recovery frees the cell.
      if (references === 0) this.#allocator.own(cell);
      return references === 0;
    });
    if (isLast) this.#end(cell);
    else tell?.();
  }

  /**
   * Destroys and frees a cell to which nothing refers any more, and then those that only it referred to. It takes one after the other: a
   * call within a call for each would overflow the stack on a long list of queues. All of them are this worker's meanwhile.
   */
  #end(cell: number): void {
    this.#ended.push(cell);
    if (this.#isEnding) return;
    this.#isEnding = true;
    try {
      for (let next = this.#ended.pop(); next !== undefined; next = this.#ended.pop()) {
        this.operationsOf(next)?.destroy?.(next);
        this.#allocator.free(next);
      }
    } finally {
      this.#isEnding = false;
    }
  }

  #finalize(holding: Holding): void {
    if (this.#region.hasLeft) return;
    // 0 if it has ended before its finalizers came.
    if (holding.proxies === 0 || --holding.proxies > 0) return;
    this.#endHolding(holding);
  }

  /** The last proxy is garbage, or disposed of. Whether the cell was let go of. */
  #endHolding(holding: Holding): boolean {
    const { address } = holding.handle;
    // A lock that this worker holds and has lost sight of, while others see it, must be found in its hands when it dies.
    const isSharedWithOthers = Atomics.load(this.#region.i32, address + CELL_REFERENCES) > 1;
    if (isSharedWithOthers && this.operationsOf(address)?.isHeldBy?.(address, this.#slot + 1)) return false;
    holding.proxies = 0;
    this.#held.delete(address);
    this.letGo(address);
    return true;
  }

  /** Catches the use of a cell after it was freed, which would otherwise be some other object's. */
  check(handle: Handle): void {
    const { address, kind, generation } = handle;
    if (this.#allocator.isCell(address)) {
      const { i32 } = this.#region;
      // A generation that came in a frame is unsigned.
      if (i32[address + CELL_KIND] === kind && i32[address + CELL_GENERATION] === (generation | 0)) return;
    }
    throw new HeddleError(
      "HEDDLE_STALE_HANDLE",
      `A message arrived whose objects (#${address}) had been freed, or are another program's`,
    );
  }
}
