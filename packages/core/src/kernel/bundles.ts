import type { Allocator } from "./allocator.js";
import type { Cells, Handle } from "./cells.js";
import { BLOB_FROM, BUNDLE_COUNT, BUNDLE_FROM, BUNDLE_PLACES, CELL_PAYLOAD, Kind } from "./layout.js";
import type { Region } from "./region.js";

/** One of the objects that a message refers to. */
export interface Bundled {
  readonly object: object;
  readonly address: number;
}

/**
 * What a message refers to, tied up in one cell, which holds each of the objects. So a message under way has one owner at any
 * instant, by one word: whoever packed it, the queue that it is in, or whoever it was handed to. Wherever somebody
 * dies, the bundle is either with the living or swept up with the dead, and what is in it is let go once.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `BUNDLE_FROM` | 0, its maker's or a queue's | who hands it over, in the commit that makes it the receiver's | its slot + 1 |
 * | `BUNDLE_COUNT`, `BUNDLE_PLACES` | what it refers to | its maker, before anybody else knows it; whoever unties it, one after another | a cell; 0 |
 */
export class Bundles {
  readonly #region: Region;
  readonly #allocator: Allocator;
  readonly #cells: Cells;

  constructor(region: Region, allocator: Allocator, cells: Cells) {
    this.#region = region;
    this.#allocator = allocator;
    this.#cells = cells;
    cells.define(Kind.Bundle, { destroy: (bundle) => this.#untie(bundle) });
  }

  /** Ties up objects, all of them Heddle's own. The bundle is this worker's. */
  tie(objects: readonly object[]): Handle {
    const bundle = this.#cells.create(Kind.Bundle, BUNDLE_PLACES - CELL_PAYLOAD + objects.length);
    this.#region.i32[bundle + BUNDLE_COUNT] = objects.length;
    for (const [n, object] of objects.entries()) this.#cells.referTo(bundle + BUNDLE_PLACES + n, object);
    return this.#cells.handleOfCell(bundle);
  }

  /** This worker's objects for those in a bundle, which somebody keeps meanwhile. */
  open(bundle: Handle): Bundled[] {
    this.#cells.check(bundle);
    return this.#placesOf(bundle.address).map((place) => {
      const address = this.#region.i32[place] as number;
      return { object: this.#cells.hold(address), address };
    });
  }

  /** Ends a bundle of this worker's. */
  drop(bundle: Handle): void {
    this.#cells.check(bundle);
    this.#cells.letGo(bundle.address);
  }

  /** Whoever was sent a message with this bundle, which is still this worker's, has crashed. */
  abandon(bundle: Handle): void {
    this.#cells.check(bundle);
    for (const place of this.#placesOf(bundle.address)) this.#cells.abandon(this.#region.i32[place] as number);
  }

  /** Makes a bundle of this worker's that of the worker in `slot`, to whom its message is about to be sent. */
  handOver(bundle: Handle, slot: number): void {
    this.#cells.handOver(bundle, slot, bundle.address + BUNDLE_FROM);
  }

  /** Drops the bundles and blobs that the worker in `slot`, of which nothing more will be heard, has handed over and never sent. */
  dropUnsentOf(slot: number): void {
    const unsent: number[] = [];
    this.#allocator.walk((cell, kind) => {
      const from = kind === Kind.Bundle ? BUNDLE_FROM : kind === Kind.Blob ? BLOB_FROM : undefined;
      if (from !== undefined && this.#region.i32[cell + from] === slot + 1) unsent.push(cell);
    });
    // Those that it handed to others are not this worker's to let go, and stay.
    for (const cell of unsent) this.#cells.letGo(cell);
  }

  #untie(bundle: number): void {
    for (const place of this.#placesOf(bundle)) this.#cells.referNoMore(place);
  }

  #placesOf(bundle: number): number[] {
    const length = this.#region.i32[bundle + BUNDLE_COUNT] as number;
    this.#region.reach(bundle + BUNDLE_PLACES + length);
    return Array.from({ length }, (_, n) => bundle + BUNDLE_PLACES + n);
  }
}
