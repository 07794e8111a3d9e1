import { CELL_PAYLOAD } from "./layout.js";

/*
 * The words of shared maps, of their tables and of their entries, beside those in layout.ts.
 */

// ── shared map; its lock is at SHARED_LOCK ──
/** The cell of its table, 0 before the first entry. */
export const MAP_TABLE = CELL_PAYLOAD;
/** The most entries, 0 for no bound. Constant. */
export const MAP_MAX_SIZE = CELL_PAYLOAD + 2;
/** Milliseconds that an entry lives, 0 for as long as the map: two words, the low one first. Constant. */
export const MAP_TTL = CELL_PAYLOAD + 4;
/** Keys that were ever added: two words, the low one first. */
export const MAP_SERIAL = CELL_PAYLOAD + 6;
/** 1 once an entry had a time to live. */
export const MAP_EXPIRES = CELL_PAYLOAD + 8;
/** The slot from which the next search for entries whose time has passed goes on. */
export const MAP_HAND = CELL_PAYLOAD + 9;
/** Of a bounded map: the entries that were used least and most recently; 0 if there is none. */
export const MAP_OLDEST = CELL_PAYLOAD + 10;
export const MAP_NEWEST = CELL_PAYLOAD + 11;
export const MAP_WORDS = 12;

// ── table of a shared map: how many slots it has, a power of two; entries; slots in use; whether it is the map's; then the slots ──
export const TABLE_ROOM = CELL_PAYLOAD;
export const TABLE_COUNT = CELL_PAYLOAD + 1;
/** Slots with an entry, or with {@link SLOT_DELETED}. */
export const TABLE_USED = CELL_PAYLOAD + 2;
/** 1 if the entries are its own, and end with it. */
export const TABLE_OWNS = CELL_PAYLOAD + 3;
/** Each is an entry's cell and its key's hash. */
export const TABLE_SLOTS = CELL_PAYLOAD + 4;
export const TABLE_SLOT_WORDS = 2;
/** In place of an entry's cell: it was deleted, and a search goes on behind it. */
export const SLOT_DELETED = -1;

// ── entry of a shared map, in a cell of bytes: its key, padded to a word, and a frame follow ──
/** How many keys were added before: two words, the low one first. */
export const ENTRY_SERIAL = CELL_PAYLOAD;
/** When its time has passed, in milliseconds since the epoch: two words, the low one first; 0 for never. */
export const ENTRY_EXPIRES = CELL_PAYLOAD + 2;
/** Of a bounded map: the entries that were used just before and just after it. */
export const ENTRY_OLDER = CELL_PAYLOAD + 4;
export const ENTRY_NEWER = CELL_PAYLOAD + 5;
/** How many bytes the key takes, and in the lowest two bits its kind. */
export const ENTRY_KEY_BYTES = CELL_PAYLOAD + 6;
export const ENTRY_HASH = CELL_PAYLOAD + 7;
export const ENTRY_KEY = CELL_PAYLOAD + 8;
