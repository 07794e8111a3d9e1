import type { Kernel } from "../kernel/kernel.js";
import { ENTRY_NEWER, ENTRY_OLDER, MAP_NEWEST, MAP_OLDEST } from "../kernel/layout-map.js";

/**
 * The entries of a bounded map in the order of their last use, as a doubly linked list. The first of them makes room for another. All of it changes under the map's latch, in the commit that uses an entry, puts one in or takes one out.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `MAP_OLDEST`, `MAP_NEWEST` | 0 for none; an entry | the worker that uses an entry, puts one in or takes one out | an entry; 0 |
 */
export class RecentlyUsed {
  readonly #kernel: Kernel;
  readonly #map: number;

  constructor(kernel: Kernel, map: number) {
    this.#kernel = kernel;
    this.#map = map;
  }

  /** The entry that was used least recently. */
  get oldest(): number {
    return this.#kernel.section.read(this.#map + MAP_OLDEST);
  }

  use(entry: number): void {
    if (this.#kernel.section.read(this.#map + MAP_NEWEST) === entry) return;
    this.remove(entry);
    this.add(entry);
  }

  add(entry: number): void {
    const { section } = this.#kernel;
    const newest = section.read(this.#map + MAP_NEWEST);
    section.write(entry + ENTRY_OLDER, newest);
    section.write(entry + ENTRY_NEWER, 0);
    section.write(newest === 0 ? this.#map + MAP_OLDEST : newest + ENTRY_NEWER, entry);
    section.write(this.#map + MAP_NEWEST, entry);
  }

  remove(entry: number): void {
    const { section } = this.#kernel;
    const older = section.read(entry + ENTRY_OLDER);
    const newer = section.read(entry + ENTRY_NEWER);
    section.write(older === 0 ? this.#map + MAP_OLDEST : older + ENTRY_NEWER, newer);
    section.write(newer === 0 ? this.#map + MAP_NEWEST : newer + ENTRY_OLDER, older);
  }

  clear(): void {
    const { section } = this.#kernel;
    section.write(this.#map + MAP_OLDEST, 0);
    section.write(this.#map + MAP_NEWEST, 0);
  }
}
