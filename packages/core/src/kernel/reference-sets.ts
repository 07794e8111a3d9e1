import type { Allocator } from "./allocator.js";
import type { Cells, Handle } from "./cells.js";
import { BLOB_FROM, CELL_PAYLOAD, Kind, REFERENCES_COUNT, REFERENCES_FROM, REFERENCES_PLACES } from "./layout.js";
import type { Region } from "./region.js";

/** One of the objects that a message refers to. */
export interface Referenced {
  readonly object: object;
  readonly address: number;
}

/**
 * The objects that a message refers to, held together by one cell. One word names the owner of a message under way at any instant. That is
 * the worker that packed it, the queue that it is in, or the worker that it was handed to. So if a worker dies, another one has the
 * reference set, or recovery frees it, and each object in it is released once.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `REFERENCES_FROM` | 0, its maker's or a queue's | the worker that hands it over, in the commit that makes it the receiver's | its slot + 1 |
 * | `REFERENCES_COUNT`, `REFERENCES_PLACES` | the addresses of its objects | its maker, before anybody else knows it; the worker that frees it, one after another | a cell; 0 |
 */
export class ReferenceSets {
  readonly #region: Region;
  readonly #allocator: Allocator;
  readonly #cells: Cells;

  constructor(region: Region, allocator: Allocator, cells: Cells) {
    this.#region = region;
    this.#allocator = allocator;
    this.#cells = cells;
    cells.define(Kind.References, { destroy: (references) => this.#releaseAll(references) });
  }

  /** A reference set of objects, all of them Heddle's own. This worker holds it. */
  create(objects: readonly object[]): Handle {
    const references = this.#cells.create(Kind.References, REFERENCES_PLACES - CELL_PAYLOAD + objects.length);
    this.#region.i32[references + REFERENCES_COUNT] = objects.length;
    for (const [n, object] of objects.entries()) this.#cells.referTo(references + REFERENCES_PLACES + n, object);
    return this.#cells.handleOfCell(references);
  }

  /** This worker's objects for those in a reference set, which another worker holds meanwhile. */
  open(references: Handle): Referenced[] {
    this.#cells.check(references);
    return this.#wordsOf(references.address).map((place) => {
      const address = this.#region.i32[place] as number;
      return { object: this.#cells.hold(address), address };
    });
  }

  /** Frees a reference set that this worker holds. */
  drop(references: Handle): void {
    this.#cells.check(references);
    this.#cells.letGo(references.address);
  }

  /** The receiver of a message with this reference set, which this worker still holds, has crashed. */
  onReceiverCrash(references: Handle): void {
    this.#cells.check(references);
    for (const place of this.#wordsOf(references.address)) this.#cells.abandon(this.#region.i32[place] as number);
  }

  /** Hands a reference set over to the worker in `slot`, before its message is sent there. */
  handOver(references: Handle, slot: number): void {
    this.#cells.handOver(references, slot, references.address + REFERENCES_FROM);
  }

  /** Frees the reference sets and blobs that the worker in `slot` handed over and never sent. Called once nothing more comes from it. */
  dropUnsentOf(slot: number): void {
    const unsent: number[] = [];
    this.#allocator.walk((cell, kind) => {
      const from = kind === Kind.References ? REFERENCES_FROM : kind === Kind.Blob ? BLOB_FROM : undefined;
      if (from !== undefined && this.#region.i32[cell + from] === slot + 1) unsent.push(cell);
    });
    // Those that it handed to others are not this worker's to let go, and stay.
    for (const cell of unsent) this.#cells.letGo(cell);
  }

  #releaseAll(references: number): void {
    for (const place of this.#wordsOf(references)) this.#cells.referNoMore(place);
  }

  #wordsOf(references: number): number[] {
    const length = this.#region.i32[references + REFERENCES_COUNT] as number;
    this.#region.reach(references + REFERENCES_PLACES + length);
    return Array.from({ length }, (_, n) => references + REFERENCES_PLACES + n);
  }
}
