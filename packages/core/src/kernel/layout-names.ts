/** The words of names of objects, and of the table that finds them. */

import { CELL_PAYLOAD } from "./layout.js";

// ── name ──
export const NAME_OBJECT = CELL_PAYLOAD;
export const NAME_OBJECT_KIND = CELL_PAYLOAD + 1;
export const NAME_ARGUMENTS = CELL_PAYLOAD + 2; // two words that fingerprint the constructor's arguments
export const NAME_BYTES = CELL_PAYLOAD + 4;
export const NAME_HASH = CELL_PAYLOAD + 5; // the hash by which the table of names finds it
export const NAME_TEXT = CELL_PAYLOAD + 6;

// ── table of names: how many entries it has room for, a power of two; how many there are; then each, a name's cell and its hash ──
export const NAMES_ROOM = CELL_PAYLOAD;
export const NAMES_COUNT = CELL_PAYLOAD + 1;
export const NAMES_ENTRIES = CELL_PAYLOAD + 2;
export const NAMES_ENTRY_WORDS = 2;
