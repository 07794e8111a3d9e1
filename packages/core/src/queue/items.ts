/** An item on its way in or out: a frame, or the cell that the frame is in. */
export type Entry = Uint8Array | number;

declare const isOwned: unique symbol;
/** An entry that is valid as long as its putter waits. Only {@link Items.toOwned} makes one, and a wait takes nothing else. */
export type OwnedEntry<E extends Entry = Entry> = E & { readonly [isOwned]: true };

/**
 * How a queue keeps its items, and which of them comes out first. `count` is how many there are. A method makes its changes in the section
 * that it is called in, as one step with the queue's own changes.
 */
export interface Items<E extends Entry = Entry> {
  // ── under the queue's latch ──

  hasRoomFor(entry: E): boolean;
  /** Puts in an entry for which there is room. */
  add(entry: E, count: number): void;
  /** Takes out the entry whose turn it is; there is one. Only {@link frameOf} may follow, once the latch is given back. */
  removeFirst(count: number): E;

  /** Ends a lease, and records what was taken by it. Returns whether the next lease would go to the same worker. */
  endLease(): boolean;
  /** Leases some of the `count` items that come out next to this worker, if items of this kind can be leased. */
  lease(count: number): void;
  /** How many items were taken by a lease and are still in the count. */
  readonly uncounted: number;

  // ── outside the latch ──

  /** An entry of this worker's lease; undefined if there is none, and the latch is needed. */
  takeLeased(): E | undefined;

  /** A frame as an entry. It may be the frame itself, which is valid only until it is released. */
  entryOf(frame: Uint8Array, priority: number): E;
  /** The same entry, valid for as long as its putter waits. */
  toOwned(entry: E): OwnedEntry<E>;
  /** An entry that was not put, and will not be. */
  drop(entry: E): void;
  /** The frame of an entry that was taken, as bytes of its own: the end of the entry. */
  frameOf(entry: E): Uint8Array;
  /** Makes room for an entry. */
  grow(entry: E): void;
  /** Frees memory that an empty queue does not need. */
  shrink(): void;
  /** The reference set of an entry, 0 if it has none. The queue holds it while the entry is in it. */
  referencesOf(entry: E): number;
  /** For a queue to which nothing refers any more: which word of the next entry names its reference set, if it has one. */
  referencesWordOfNext(count: number): number | undefined;
  /** Nobody refers to the queue any more, and it is empty. */
  free(): void;
}
