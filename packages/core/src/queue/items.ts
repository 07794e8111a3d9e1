/** An item on its way in or out: a frame, or the cell that the frame is in. */
export type Entry = Uint8Array | number;

declare const isKept: unique symbol;
/** An entry that is valid as long as its putter waits. {@link Items.keep} alone makes them, and a wait takes nothing else. */
export type Kept<E extends Entry = Entry> = E & { readonly [isKept]: true };

/**
 * How a queue keeps its items, and which of them comes out first. `count` is how many there are. What a method changes, it
 * changes in the section that it is called in, as one step with what the queue itself changes.
 */
export interface Items<E extends Entry = Entry> {
  // ── under the queue's latch ──

  hasRoomFor(entry: E): boolean;
  /** Puts in an entry for which there is room. */
  add(entry: E, count: number): void;
  /** Takes out the entry whose turn it is; there is one. Only {@link frameOf} may follow, once the latch is given back. */
  take(count: number): E;

  /** Ends what was lent and books it; whether what is lent next would go to the same worker again. */
  settle(): boolean;
  /** Lends this worker some of the `count` items that come out next, if items of this kind can be lent. */
  lend(count: number): void;
  /** How many items have been taken without being booked. */
  readonly unbooked: number;

  // ── outside the latch ──

  /** An entry of those that were lent to this worker; undefined if there is none, and the latch is needed. */
  takeLent(): E | undefined;

  /** A frame as an entry. It may be the frame itself, which is valid only while `framed` lasts. */
  entryOf(frame: Uint8Array, priority: number): E;
  /** The same entry, valid for as long as its putter waits. */
  keep(entry: E): Kept<E>;
  /** An entry that was not put, and will not be. */
  drop(entry: E): void;
  /** The frame of an entry that was taken, as bytes of its own: the end of the entry. */
  frameOf(entry: E): Uint8Array;
  /** Makes room for an entry. */
  grow(entry: E): void;
  /** Frees memory that an empty queue does not need. */
  shrink(): void;
  /** The bundle of an entry, 0 if it has none: the queue's while the entry is in it. */
  bundleOf(entry: E): number;
  /** Nobody refers to the queue any more: which word of the entry that comes out next has its bundle, if it has one. */
  bundlePlaceOfNext(count: number): number | undefined;
  /** Nobody refers to the queue any more, and it is empty. */
  free(): void;
}
