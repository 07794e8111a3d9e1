import type { Allocator } from "./allocator.js";
import type { Cells } from "./cells.js";
import {
  CELL_NEXT,
  CELL_PAYLOAD,
  type Kind as CellKind,
  Kind,
  NAME_ARGUMENTS,
  NAME_BYTES,
  NAME_OBJECT,
  NAME_OBJECT_KIND,
  NAME_TEXT,
  NAMES,
  NAMES_LATCH,
  WORD,
} from "./layout.js";
import type { Region } from "./region.js";
import type { Section } from "./section.js";

/**
 * The program's named objects: a list of cells, each with a name, what it names, and a fingerprint of the arguments that
 * it was made with. A named object lives as long as the program.
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
    if (typeof name !== "string") throw new TypeError(`${className}.named needs a name, a string, not ${typeof name}`);
    const text = new TextEncoder().encode(name);
    const print = fingerprint(args);
    const known = this.#lookUp(kind, text);
    if (known !== undefined) return this.#open(known, className, name, print);

    // Made before the latch is taken, as making it takes latches too; given up if somebody was faster.
    const object = make();
    const cell = this.#allocator.allocate(Kind.Name, NAME_TEXT - CELL_PAYLOAD + Math.ceil(text.length / WORD));
    this.#cells.referTo(cell + NAME_OBJECT, object);
    const { i32, u8 } = this.#region;
    i32[cell + NAME_OBJECT_KIND] = kind;
    i32[cell + NAME_ARGUMENTS] = print[0];
    i32[cell + NAME_ARGUMENTS + 1] = print[1];
    i32[cell + NAME_BYTES] = text.length;
    u8.set(text, (cell + NAME_TEXT) * WORD);
    const section = this.#section;
    section.enter(NAMES_LATCH);
    const faster = this.#find(kind, text);
    if (faster === undefined) {
      section.write(cell + CELL_NEXT, section.read(NAMES));
      section.write(NAMES, cell);
      // The list is now its holder: it stays when this worker ends.
      this.#allocator.disown(cell);
    }
    section.leave();
    if (faster === undefined) return object;
    this.#cells.letGo(cell);
    return this.#open(faster, className, name, print);
  }

  /** Under which name an object is known, if it is. Names are only ever added, so this needs no latch. */
  nameOf(object: number): string | undefined {
    const { i32 } = this.#region;
    for (let cell = Atomics.load(i32, NAMES); cell !== 0; cell = this.#region.i32[cell + CELL_NEXT] as number) {
      this.#region.reach(cell + NAME_TEXT);
      if (this.#region.i32[cell + NAME_OBJECT] !== object) continue;
      const bytes = this.#region.i32[cell + NAME_BYTES] as number;
      this.#region.reach(cell + NAME_TEXT + bytes / WORD);
      const start = (cell + NAME_TEXT) * WORD;
      return new TextDecoder().decode(this.#region.u8.slice(start, start + bytes));
    }
    return undefined;
  }

  #lookUp(kind: CellKind, text: Uint8Array): number | undefined {
    this.#section.enter(NAMES_LATCH);
    const found = this.#find(kind, text);
    this.#section.leave();
    return found;
  }

  /** Under the names' latch. */
  #find(kind: CellKind, text: Uint8Array): number | undefined {
    const section = this.#section;
    for (let cell = section.read(NAMES); cell !== 0; cell = section.read(cell + CELL_NEXT)) {
      if (section.read(cell + NAME_OBJECT_KIND) !== kind || section.read(cell + NAME_BYTES) !== text.length) continue;
      this.#region.reach(cell + NAME_TEXT + text.length);
      const start = (cell + NAME_TEXT) * WORD;
      if (text.every((byte, i) => this.#region.u8[start + i] === byte)) return cell;
    }
    return undefined;
  }

  #open(cell: number, className: string, name: string, print: readonly [number, number]): object {
    const { i32 } = this.#region;
    if (i32[cell + NAME_ARGUMENTS] !== print[0] || i32[cell + NAME_ARGUMENTS + 1] !== print[1]) {
      throw new TypeError(
        `${className}.named(${JSON.stringify(name)}) was made with other arguments: every call needs the same`,
      );
    }
    return this.#cells.hold(i32[cell + NAME_OBJECT] as number);
  }
}

/** Two 32-bit FNV-1a hashes, with different bases, of the arguments' text. */
function fingerprint(args: readonly unknown[]): readonly [number, number] {
  const text = JSON.stringify(args, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  let a = 0x811c9dc5 | 0;
  let b = 0x01000193 | 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x01000193) ^ (b >>> 15);
  }
  return [a, b];
}
