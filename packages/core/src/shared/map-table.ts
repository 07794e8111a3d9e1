import type { Kernel } from "../kernel/kernel.js";
import { CELL_LATCH, CELL_PAYLOAD, Kind } from "../kernel/layout.js";
import {
  MAP_EXPIRES,
  MAP_HAND,
  MAP_MAX_SIZE,
  MAP_NEWEST,
  MAP_SERIAL,
  MAP_TABLE,
  MAP_TTL,
  SLOT_DELETED,
  TABLE_COUNT,
  TABLE_OWNS,
  TABLE_ROOM,
  TABLE_SLOT_WORDS,
  TABLE_SLOTS,
  TABLE_USED,
} from "../kernel/layout-map.js";
import { type MapEntries, timeNow } from "./map-entries.js";
import type { EncodedKey } from "./map-key.js";
import { RecentlyUsed } from "./recently-used.js";
import { highWord, readTwo } from "./two-words.js";

const FIRST_ROOM = 16;
/** How many slots each put of a map with times to live looks at, for entries whose time has passed. */
const SLOTS_A_PUT = 8;
/** How many of these it takes out: more than it adds, and few enough for one commit. */
const MOST_A_PUT = 2;

/** How a put goes: `grow` if the table has no room, which takes steps of their own; `refused` if the entry found is another. */
export type PutOutcome = "put" | "grow" | "refused";

/** Decides, under the latch, whether the entry of a key is replaced or taken out. 0 stands for none. */
export type Condition = (found: number) => boolean;

/**
 * The hash table of a shared map: open addressing with linear probing (Knuth, vol. 3, 6.4), deleted slots marked. Each change is one
 * commit under the map's latch, wherever its worker dies. The entries that it takes out of the map are this worker's then, in {@link removed}.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `MAP_TABLE` | 0; the table's cell | the worker that finds it full, in the commit that publishes a new one; a clear, and the end of the map | another table; 0 |
 * | `TABLE_ROOM` | how many slots it has | its maker, before that commit | constant |
 * | `TABLE_OWNS` | 0 while its maker fills it | the commits that make it the map's, and no longer the map's | 1; 0, as its entries are another table's then |
 * | `TABLE_SLOTS`: a slot, its hash | 0, never used; deleted; an entry | the worker that puts or takes out an entry, in that commit | an entry; deleted |
 * | `TABLE_COUNT`, `TABLE_USED` | entries; slots that are not 0 | the same, in that commit | one more, one less |
 * | `MAP_MAX_SIZE`, `MAP_TTL` | the options | the map's maker, before anybody else knows it | constant |
 * | `MAP_SERIAL` | keys ever added | the worker that adds one, in that commit | one more |
 * | `MAP_EXPIRES` | 0; 1 | the worker that puts the first entry with a time to live | 1 |
 * | `MAP_HAND` | a slot | a put, which looks at some slots from there on | behind them |
 */
export class MapTable {
  /** The entries that the last change took out of the map: to be freed outside of the section. */
  readonly removed: number[] = [];
  readonly #kernel: Kernel;
  readonly #map: number;
  readonly #entries: MapEntries;
  readonly #recent: RecentlyUsed;
  /** Milliseconds that an entry lives unless its put says otherwise, 0 for as long as the map. */
  readonly ttl: number;
  readonly #maxSize: number;
  /** Where the last search that found nothing would put the key. */
  #vacant = 0;

  constructor(kernel: Kernel, map: number, entries: MapEntries) {
    this.#kernel = kernel;
    this.#map = map;
    this.#entries = entries;
    this.#recent = new RecentlyUsed(kernel, map);
    kernel.region.reach(map + MAP_NEWEST);
    this.ttl = readTwo(kernel.region.i32, map + MAP_TTL);
    this.#maxSize = kernel.region.i32[map + MAP_MAX_SIZE] as number;
  }

  // ── under the latch of the map ──

  /** The entry of a key, 0 if there is none or its time has passed. */
  find(key: EncodedKey): number {
    return this.#livingAt(this.#slotOf(key));
  }

  /** As {@link find}, for a read: of a bounded map, the entry is the one that was used last. */
  use(key: EncodedKey): number {
    const entry = this.find(key);
    if (entry !== 0 && this.#maxSize > 0) this.#recent.use(entry);
    return entry;
  }

  /**
   * Puts in an entry of this worker's. It takes the place of the one with that key, if `condition` says so. It lives for `ttl` milliseconds,
   * 0 for as long as the map. Undefined stands for what is left to the one before it, or else for the map's.
   */
  put(key: EncodedKey, entry: number, ttl: number | undefined, condition?: Condition): PutOutcome {
    const slot = this.#slotOf(key);
    const living = this.#livingAt(slot);
    if (condition !== undefined && !condition(living)) return "refused";
    if (slot === 0 && this.isFull()) return "grow";
    const { section, allocator } = this.#kernel;
    const isRest = ttl === undefined && living !== 0;
    const expiry = isRest ? this.#entries.expiryOf(living) : expiryOf(ttl ?? this.ttl);
    if (expiry !== 0 && section.read(this.#map + MAP_EXPIRES) === 0) section.write(this.#map + MAP_EXPIRES, 1);
    this.#entries.date(entry, living === 0 ? this.#nextSerial() : this.#entries.serialOf(living), expiry);
    if (slot !== 0) this.#takeOut(slot, entry);
    else this.#add(this.#vacant, entry, key.hash);
    allocator.disown(entry);
    if (this.#maxSize > 0) {
      this.#recent.add(entry);
      if (this.#countAll() > this.#maxSize) this.#removeOldest();
    }
    if (this.#expires) this.#sweep();
    return "put";
  }

  /** Takes out the entry of a key, if there is one and `condition` says so. */
  remove(key: EncodedKey, condition?: Condition): boolean {
    const slot = this.#slotOf(key);
    const living = this.#livingAt(slot);
    if (condition !== undefined && !condition(living)) return false;
    if (slot !== 0) this.#takeOut(slot);
    return living !== 0;
  }

  /** How many entries there are whose time has not passed. */
  count(): number {
    return this.#expires ? this.living().length : this.#countAll();
  }

  /** The entries whose time has not passed. */
  living(): number[] {
    const living: number[] = [];
    this.#forEach((entry) => {
      if (this.#living(entry) !== 0) living.push(entry);
    });
    return living;
  }

  /** Takes the table away from the map, which has no entries then; 0 if it has none. The table is this worker's, with all that is in it. */
  detach(): number {
    const { section, allocator } = this.#kernel;
    const table = this.#table();
    if (table === 0) return 0;
    section.write(this.#map + MAP_TABLE, 0);
    this.#recent.clear();
    allocator.own(table);
    return table;
  }

  /** Whether no slot is left for another key: three quarters are in use, or there is no table. */
  isFull(): boolean {
    return this.#table() === 0 || this.#read(TABLE_USED) + 1 > (this.#room() / 4) * 3;
  }

  // ── outside the latch ──

  /** Replaces a full table by one with room for twice its entries, unless somebody else has done so meanwhile. */
  grow(): void {
    const { allocator, cells, region, section, waiters } = this.#kernel;
    const inSection = <R>(act: () => R): R => waiters.inSection(this.#map, act);
    const room = inSection(() => (this.isFull() ? this.#roomNeeded() : 0));
    if (room === 0) return;
    const words = TABLE_SLOTS - CELL_PAYLOAD + room * TABLE_SLOT_WORDS;
    const table = allocator.allocate(Kind.MapTable, words);
    region.i32[table + TABLE_ROOM] = room;
    const superfluous = inSection(() => {
      const before = this.#table();
      // Somebody else was faster, or so many keys came that this table is too small.
      if (!this.isFull() || this.#roomNeeded() > room) return table;
      if (before !== 0) {
        this.#copyTo(table, room);
        section.write(before + TABLE_OWNS, 0);
        allocator.own(before);
      }
      section.write(table + TABLE_OWNS, 1);
      section.write(this.#map + MAP_TABLE, table);
      section.write(this.#map + MAP_HAND, 0);
      allocator.disown(table);
      return before;
    });
    if (superfluous !== 0) cells.letGo(superfluous);
  }

  /** Under the latch, into a table that nobody else knows yet. */
  #copyTo(table: number, room: number): void {
    const { i32 } = this.#kernel.region;
    let count = 0;
    this.#forEach((entry, hash) => {
      let slot = hash & (room - 1);
      while (i32[table + TABLE_SLOTS + slot * TABLE_SLOT_WORDS] !== 0) slot = (slot + 1) & (room - 1);
      i32[table + TABLE_SLOTS + slot * TABLE_SLOT_WORDS] = entry;
      i32[table + TABLE_SLOTS + slot * TABLE_SLOT_WORDS + 1] = hash;
      count++;
    });
    i32[table + TABLE_COUNT] = count;
    i32[table + TABLE_USED] = count;
  }

  // ── under the latch ──

  /** Slots for twice the entries that there are, and one more. */
  #roomNeeded(): number {
    const count = this.#countAll() + 1;
    let room = FIRST_ROOM;
    while (room < count * 2) room *= 2;
    return room;
  }

  /** How many entries there are, those included whose time has passed. */
  #countAll(): number {
    return this.#table() === 0 ? 0 : this.#read(TABLE_COUNT);
  }

  /** The address of the slot with that key; 0 if there is none. */
  #slotOf(key: EncodedKey): number {
    this.removed.length = 0;
    this.#vacant = 0;
    const table = this.#table();
    if (table === 0) return 0;
    const { i32 } = this.#kernel.region;
    const room = this.#room();
    for (let n = key.hash & (room - 1); ; n = (n + 1) & (room - 1)) {
      const slot = table + TABLE_SLOTS + n * TABLE_SLOT_WORDS;
      const entry = i32[slot] as number;
      if (entry === SLOT_DELETED) {
        if (this.#vacant === 0) this.#vacant = slot;
      } else if (entry === 0) {
        if (this.#vacant === 0) this.#vacant = slot;
        return 0;
      } else if (i32[slot + 1] === key.hash && this.#entries.hasKey(entry, key)) return slot;
    }
  }

  #add(slot: number, entry: number, hash: number): void {
    const { section } = this.#kernel;
    if (this.#word(slot) === 0) this.#change(TABLE_USED, 1);
    this.#change(TABLE_COUNT, 1);
    section.write(slot, entry);
    section.write(slot + 1, hash);
  }

  /** Has `instead` in the place of an entry that is this worker's from now on; or nothing. */
  #takeOut(slot: number, instead: number = SLOT_DELETED): void {
    const { section, allocator } = this.#kernel;
    const entry = section.read(slot);
    section.write(slot, instead);
    if (instead === SLOT_DELETED) this.#change(TABLE_COUNT, -1);
    if (this.#maxSize > 0) this.#recent.remove(entry);
    allocator.own(entry);
    this.removed.push(entry);
  }

  #removeOldest(): void {
    const { oldest } = this.#recent;
    const last = this.#room() - 1;
    let n = this.#entries.hashOf(oldest) & last;
    while (this.#wordNow(n) !== oldest) n = (n + 1) & last;
    this.#takeOut(this.#slotAt(n));
  }

  /** Takes out entries whose time has passed, if there are any in the next slots: so those that nobody asks for go too. */
  #sweep(): void {
    const { section } = this.#kernel;
    const room = this.#room();
    let n = section.read(this.#map + MAP_HAND);
    let taken = 0;
    for (let looks = 0; looks < SLOTS_A_PUT && taken < MOST_A_PUT; looks++, n = (n + 1) & (room - 1)) {
      const entry = this.#wordNow(n);
      if (entry <= 0 || this.#living(entry) !== 0) continue;
      this.#takeOut(this.#slotAt(n));
      taken++;
    }
    section.write(this.#map + MAP_HAND, n);
  }

  /** Calls `see` with each entry and its hash, before this section changes any. */
  #forEach(see: (entry: number, hash: number) => void): void {
    const table = this.#table();
    if (table === 0) return;
    const { region } = this.#kernel;
    const end = table + TABLE_SLOTS + this.#room() * TABLE_SLOT_WORDS;
    for (let slot = table + TABLE_SLOTS; slot < end; slot += TABLE_SLOT_WORDS) {
      const entry = region.i32[slot] as number;
      if (entry > 0) see(entry, region.i32[slot + 1] as number);
    }
  }

  /** The entry in a slot that this section has not changed; 0 if its time has passed, or the slot is 0, for none. */
  #livingAt(slot: number): number {
    return slot === 0 ? 0 : this.#living(this.#word(slot));
  }

  /** The entry itself; 0 if its time has passed. */
  #living(entry: number): number {
    if (!this.#expires) return entry;
    const expiry = this.#entries.expiryOf(entry);
    return expiry === 0 || expiry > timeNow() ? entry : 0;
  }

  /** Whether an entry ever had a time to live. */
  get #expires(): boolean {
    return this.#kernel.section.read(this.#map + MAP_EXPIRES) !== 0;
  }

  /** The table, with all of it in reach; 0 if there is none. */
  #table(): number {
    const { section, region } = this.#kernel;
    const table = section.read(this.#map + MAP_TABLE);
    if (table !== 0) {
      region.reach(table + TABLE_SLOTS);
      region.reach(table + TABLE_SLOTS + this.#room(table) * TABLE_SLOT_WORDS - 1);
    }
    return table;
  }

  #room(table: number = this.#kernel.section.read(this.#map + MAP_TABLE)): number {
    return this.#kernel.region.i32[table + TABLE_ROOM] as number;
  }

  #slotAt(n: number): number {
    return this.#kernel.section.read(this.#map + MAP_TABLE) + TABLE_SLOTS + n * TABLE_SLOT_WORDS;
  }

  /** The entry in the slot of that number, as this section sees it. */
  #wordNow(n: number): number {
    return this.#kernel.section.read(this.#slotAt(n));
  }

  /** A word of the table or of a slot, which this section has not written yet. */
  #word(address: number): number {
    return this.#kernel.region.i32[address] as number;
  }

  #read(word: number): number {
    return this.#kernel.section.read(this.#table() + word);
  }

  #change(word: number, by: number): void {
    this.#kernel.section.write(this.#table() + word, this.#read(word) + by);
  }

  #nextSerial(): number {
    const { section, region } = this.#kernel;
    const at = this.#map + MAP_SERIAL;
    const serial = readTwo(region.i32, at);
    section.write(at, (serial + 1) | 0);
    section.write(at + 1, highWord(serial + 1));
    return serial;
  }
}

const expiryOf = (ttl: number): number => (ttl === 0 ? 0 : timeNow() + ttl);

/**
 * Nothing refers to a table any more: frees its entries, unless they are another table's. One at a time: to do it again finishes what a
 * death has cut short.
 */
export function destroyTable({ allocator, region, section }: Kernel, table: number): void {
  region.reach(table + TABLE_SLOTS);
  if (region.i32[table + TABLE_OWNS] === 0) return;
  const end = table + TABLE_SLOTS + (region.i32[table + TABLE_ROOM] as number) * TABLE_SLOT_WORDS;
  region.reach(end - 1);
  for (let slot = table + TABLE_SLOTS; slot < end; slot += TABLE_SLOT_WORDS) {
    const entry = region.i32[slot] as number;
    if (entry <= 0) continue;
    section.run(table + CELL_LATCH, () => {
      section.write(slot, 0);
      allocator.own(entry);
    });
    allocator.free(entry);
  }
}
