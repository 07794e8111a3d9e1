import { typeError } from "../contracts/wrong-use.js";
import type { Allocator } from "./allocator.js";
import { describe } from "./arguments.js";
import type { Cells } from "./cells.js";
import { CELL_KIND, CELL_NAME, CELL_PAYLOAD, type Kind as CellKind, Kind, NAMES, NAMES_LATCH, WORD } from "./layout.js";
import {
  NAME_ARGUMENTS,
  NAME_BYTES,
  NAME_HASH,
  NAME_OBJECT,
  NAME_OBJECT_KIND,
  NAME_TEXT,
  NAMES_COUNT,
  NAMES_ENTRIES,
  NAMES_ENTRY_WORDS,
  NAMES_ROOM,
} from "./layout-names.js";
import type { Region } from "./region.js";
import type { Section } from "./section.js";
import { hashBytes, hashText } from "./text-hash.js";
import { TextDecoder, TextEncoder } from "./web.js";

const FIRST_ROOM = 16;

/** Names are kept as JSON texts: UTF-8 alone has the same bytes for all lone surrogates, and so for names that differ. */
const encode = (name: string): Uint8Array => new TextEncoder().encode(JSON.stringify(name));
const decode = (bytes: Uint8Array): string => JSON.parse(new TextDecoder().decode(bytes)) as string;

/**
 * The program's named objects. Each has a cell with its name, the named object, and a fingerprint of the arguments that it was made with.
 * A table finds the cell by a hash of the name, by open addressing with linear probing (Knuth, vol. 3, 6.4). Names are only ever added,
 * so no entry is ever taken out of a chain. A named object lives as long as the program.
 *
 * All of it changes under the names' latch, by what a section commits:
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `NAMES` | 0, no name yet; the table's cell | the worker that finds the table three quarters full | a table twice as large |
 * | `NAMES_ROOM` | how many entries a table has | its maker, before the commit that publishes it | constant |
 * | `NAMES_ENTRIES`: an entry, its hash | 0, free | the worker that adds a name | the name's cell, hash |
 * | `NAMES_COUNT` | entries in use | the same, in that commit | one more |
 * | `CELL_NAME` of an object | 0, not named | the same, in that commit | the name's cell |
 * | `NAME_OBJECT` of a name | the object's cell, which it refers to | its maker, before that commit; the worker that frees it | the cell; 0 |
 * | `NAME_OBJECT_KIND`, `NAME_ARGUMENTS`, `NAME_HASH`, `NAME_BYTES`, `NAME_TEXT` | all else of a name | its maker, before that commit | constant |
 *
 * The maker of a name's cell or of a table holds it until the commit that publishes it. The worker that replaces a table holds the old one
 * from that commit on, until it is free. So a worker that dies in between leaves nothing behind.
 */
export class Names {
  readonly #region: Region;
  readonly #section: Section;
  readonly #allocator: Allocator;
  readonly #cells: Cells;

  constructor(region: Region, section: Section, allocator: Allocator, cells: Cells) {
    this.#region = region;
    this.#section = section;
    this.#allocator = allocator;
    this.#cells = cells;
    cells.define(Kind.Name, { destroy: (cell) => cells.referNoMore(cell + NAME_OBJECT) });
  }

  /** The object of that kind and name, made by `make` if there is none. Throws TypeError if its arguments were others. */
  get(kind: CellKind, className: string, name: string, args: readonly unknown[], make: () => object): object {
    if (typeof name !== "string") throw typeError(`${className}.named needs a name, a string, not ${describe(name)}`);
    const text = encode(name);
    const print = fingerprint(args);
    const hash = hashBytes(text, kind);
    const known = this.#section.run(NAMES_LATCH, () => this.#find(kind, text, hash));
    if (known !== 0) return this.#open(known, className, name, print);

    // Made before the latch is taken, as making it takes latches too; given up if somebody was faster.
    const object = make();
    const cell = this.#allocator.allocate(Kind.Name, NAME_TEXT - CELL_PAYLOAD + Math.ceil(text.length / WORD));
    this.#cells.referTo(cell + NAME_OBJECT, object);
    const { i32, u8 } = this.#region;
    i32[cell + NAME_OBJECT_KIND] = kind;
    i32[cell + NAME_ARGUMENTS] = print[0];
    i32[cell + NAME_ARGUMENTS + 1] = print[1];
    i32[cell + NAME_BYTES] = text.length;
    i32[cell + NAME_HASH] = hash;
    u8.set(text, (cell + NAME_TEXT) * WORD);
    for (;;) {
      const added = this.#section.run(NAMES_LATCH, () => this.#find(kind, text, hash) || this.#add(cell, hash));
      if (added === cell) return object;
      if (added !== 0) {
        this.#cells.letGo(cell);
        return this.#open(added, className, name, print);
      }
      this.#grow();
    }
  }

  /** Under which name an object is known, if it is. A name is never taken away, so this needs no latch. */
  nameOf(object: number): string | undefined {
    this.#region.reach(object);
    const cell = Atomics.load(this.#region.i32, object + CELL_NAME);
    if (cell === 0) return undefined;
    this.#region.reach(cell + NAME_TEXT);
    const bytes = this.#region.i32[cell + NAME_BYTES] as number;
    this.#region.reach(cell + NAME_TEXT + Math.ceil(bytes / WORD));
    const start = (cell + NAME_TEXT) * WORD;
    return decode(this.#region.u8.slice(start, start + bytes));
  }

  /** How errors call an object: `Lock stdout`, or by its address where it has no name. */
  labelOf(object: number): string {
    const kind = this.#region.i32[object + CELL_KIND];
    const className = Object.entries(Kind).find(([, value]) => value === kind)?.[0] ?? "object";
    return `${className} ${this.nameOf(object) ?? `#${object}`}`;
  }

  /** Under the latch: the name's cell, 0 if there is none such. */
  #find(kind: CellKind, text: Uint8Array, hash: number): number {
    const table = this.#table();
    if (table === 0) return 0;
    const { i32 } = this.#region;
    for (let entry = this.#entryOf(table, hash); i32[entry] !== 0; entry = this.#after(table, entry)) {
      if (i32[entry + 1] === hash && this.#isNamed(i32[entry] as number, kind, text)) return i32[entry] as number;
    }
    return 0;
  }

  #isNamed(cell: number, kind: CellKind, text: Uint8Array): boolean {
    this.#region.reach(cell + NAME_TEXT);
    const { i32 } = this.#region;
    if (i32[cell + NAME_OBJECT_KIND] !== kind || i32[cell + NAME_BYTES] !== text.length) return false;
    this.#region.reach(cell + NAME_TEXT + Math.ceil(text.length / WORD));
    const start = (cell + NAME_TEXT) * WORD;
    return text.every((byte, i) => this.#region.u8[start + i] === byte);
  }

  /** Under the latch: adds a name that is not there yet, and gives its cell; 0 if there is no room for it. */
  #add(cell: number, hash: number): number {
    const section = this.#section;
    const table = this.#table();
    if (table === 0) return 0;
    const { i32 } = this.#region;
    const count = section.read(table + NAMES_COUNT) + 1;
    if (this.#isFull()) return 0;
    let entry = this.#entryOf(table, hash);
    while (i32[entry] !== 0) entry = this.#after(table, entry);
    section.write(table + NAMES_COUNT, count);
    section.write(entry, cell);
    section.write(entry + 1, hash);
    section.write((i32[cell + NAME_OBJECT] as number) + CELL_NAME, cell);
    // The table is now its holder: it stays when this worker ends.
    this.#allocator.disown(cell);
    return cell;
  }

  /** Replaces the table by one twice as large, unless somebody else has done so meanwhile. */
  #grow(): void {
    const section = this.#section;
    const room = section.run(NAMES_LATCH, () => (this.#isFull() ? this.#room() * 2 || FIRST_ROOM : 0));
    if (room === 0) return;
    const larger = this.#allocator.allocate(Kind.Bytes, NAMES_ENTRIES - CELL_PAYLOAD + room * NAMES_ENTRY_WORDS);
    this.#region.i32[larger + NAMES_ROOM] = room;
    const superfluous = section.run(NAMES_LATCH, () => {
      // Somebody else was faster.
      if (this.#room() >= room) return larger;
      const table = this.#table();
      if (table !== 0) {
        this.#copy(table, larger);
        this.#allocator.own(table);
      }
      this.#allocator.disown(larger);
      section.write(NAMES, larger);
      return table;
    });
    if (superfluous !== 0) this.#cells.letGo(superfluous);
  }

  /** Under the latch, into a table that nobody else knows yet: if this worker dies, its entries are freed with it. */
  #copy(table: number, larger: number): void {
    const { i32 } = this.#region;
    const end = table + NAMES_ENTRIES + this.#room() * NAMES_ENTRY_WORDS;
    i32[larger + NAMES_COUNT] = i32[table + NAMES_COUNT] as number;
    for (let entry = table + NAMES_ENTRIES; entry < end; entry += NAMES_ENTRY_WORDS) {
      const hash = i32[entry + 1] as number;
      if (i32[entry] === 0) continue;
      let place = this.#entryOf(larger, hash);
      while (i32[place] !== 0) place = this.#after(larger, place);
      i32[place] = i32[entry] as number;
      i32[place + 1] = hash;
    }
  }

  /** Under the latch: the table, with all of it in reach; 0 while there is none. */
  #table(): number {
    const table = this.#section.read(NAMES);
    if (table !== 0) {
      this.#region.reach(table + NAMES_ROOM);
      const room = this.#region.i32[table + NAMES_ROOM] as number;
      this.#region.reach(table + NAMES_ENTRIES + room * NAMES_ENTRY_WORDS);
    }
    return table;
  }

  /** Under the latch: whether the table has no room for another name, or there is none. */
  #isFull(): boolean {
    const table = this.#table();
    if (table === 0) return true;
    return this.#section.read(table + NAMES_COUNT) + 1 > (this.#room() / 4) * 3;
  }

  #room(): number {
    const table = this.#table();
    return table === 0 ? 0 : (this.#region.i32[table + NAMES_ROOM] as number);
  }

  #entryOf(table: number, hash: number): number {
    const room = this.#region.i32[table + NAMES_ROOM] as number;
    return table + NAMES_ENTRIES + (hash & (room - 1)) * NAMES_ENTRY_WORDS;
  }

  /** The entry to look at next. */
  #after(table: number, entry: number): number {
    const room = this.#region.i32[table + NAMES_ROOM] as number;
    const next = entry + NAMES_ENTRY_WORDS;
    return next === table + NAMES_ENTRIES + room * NAMES_ENTRY_WORDS ? table + NAMES_ENTRIES : next;
  }

  #open(cell: number, className: string, name: string, print: readonly [number, number]): object {
    const { i32 } = this.#region;
    if (i32[cell + NAME_ARGUMENTS] !== print[0] || i32[cell + NAME_ARGUMENTS + 1] !== print[1]) {
      throw typeError(
        `${className}.named(${JSON.stringify(name)}) was made with other arguments: every call needs the same`,
      );
    }
    return this.#cells.hold(i32[cell + NAME_OBJECT] as number);
  }
}

/** Two 32-bit hashes of the arguments' text. */
function fingerprint(args: readonly unknown[]): readonly [number, number] {
  const text = JSON.stringify(args, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  return hashText(text);
}
