import { SendError } from "../contracts/errors.js";
import type { SharedMap as SharedMapContract } from "../contracts/shared-map.js";
import { rangeError, typeError } from "../contracts/wrong-use.js";
import { checkOptions, describe } from "../kernel/arguments.js";
import { frameOf, unframe } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import { MAP_MAX_SIZE, MAP_TABLE, TABLE_COUNT } from "../kernel/layout-map.js";
import { Lockable } from "./lockable.js";
import { MapEntries } from "./map-entries.js";
import { decodeKey, type EncodedKey, encodeKey, type MapKey } from "./map-key.js";
import { type Condition, MapTable } from "./map-table.js";

/** Times beyond that never pass, such as Infinity: with the time that it is now, they are no whole numbers. */
const LONGEST_TTL = 2 ** 52;

/** An entry of a snapshot, as bytes of its own. */
interface Copied {
  readonly serial: number;
  readonly key: readonly [kind: number, bytes: Uint8Array];
  readonly frame: Uint8Array;
}

/** One value of one key: the cell that it was in, 0 for none, and which of all cells that is. */
interface Version {
  readonly entry: number;
  readonly generation: number;
  readonly frame: Uint8Array | undefined;
}

export interface TimeToLive {
  readonly ttl?: number | undefined;
}

export class SharedMap<K extends MapKey = string, V = unknown> extends Lockable implements SharedMapContract<K, V> {
  readonly #entries: MapEntries;
  readonly #table: MapTable;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "SharedMap");
    this.#entries = new MapEntries(kernel);
    this.#table = new MapTable(kernel, cell, this.#entries);
  }

  get size(): number {
    return this.inSection(() => this.#table.count());
  }

  get(key: K): V | undefined {
    const encoded = encodeKey(key);
    const frame = this.inSection(() => {
      const entry = this.#table.use(encoded);
      return entry === 0 ? undefined : this.#entries.frameOf(entry);
    });
    return frame === undefined ? undefined : this.#open(frame);
  }

  has(key: K): boolean {
    const encoded = encodeKey(key);
    return this.inSection(() => this.#table.find(encoded) !== 0);
  }

  set(key: K, value: V, options?: TimeToLive): this {
    this.#put(encodeKey(key), value, checkTimeToLive(options, "set") ?? this.#table.ttl);
    return this;
  }

  delete(key: K): boolean {
    return this.#remove(encodeKey(key));
  }

  clear(): void {
    clearMap(this.kernel, this.cell, this.#table);
  }

  update(key: K, change: (value: V | undefined) => V | undefined, options?: TimeToLive): V | undefined {
    const ttl = checkTimeToLive(options, "update");
    if (typeof change !== "function") {
      throw typeError(`update takes a function of the value, not ${describe(change)}: set(key, value) stores one`);
    }
    const encoded = encodeKey(key);
    for (;;) {
      const before = this.#versionOf(encoded);
      const value = change(before.frame === undefined ? undefined : this.#open(before.frame));
      const isSame: Condition = (found) =>
        found === before.entry && (found === 0 || this.#entries.generationOf(found) === before.generation);
      if (value === undefined ? this.#removeIf(encoded, isSame) : this.#put(encoded, value, ttl, isSame)) {
        return value;
      }
    }
  }

  compareAndSet(key: K, expected: V | undefined, value: V | undefined): boolean {
    const encoded = encodeKey(key);
    const frame = this.#frameOf(expected, "expected", (bytes) => bytes.slice());
    const isExpected: Condition = (found) =>
      found === 0 ? expected === undefined : this.#entries.hasFrame(found, frame);
    if (value === undefined) return this.#removeIf(encoded, isExpected);
    return this.#put(encoded, value, undefined, isExpected);
  }

  entries(): IterableIterator<[K, V]> {
    return each(this.#snapshot(), ({ key, frame }) => [decodeKey(...key) as K, this.#open(frame)]);
  }

  keys(): IterableIterator<K> {
    return each(this.#snapshot(), ({ key }) => decodeKey(...key) as K);
  }

  values(): IterableIterator<V> {
    return each(this.#snapshot(), ({ frame }) => this.#open(frame));
  }

  forEach(see: (value: V, key: K, map: this) => void): void {
    for (const [key, value] of this.entries()) see(value, key, this);
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  protected override state(): Readonly<Record<string, unknown>> {
    const { region } = this.kernel;
    const table = Atomics.load(region.i32, this.cell + MAP_TABLE);
    region.reach(table + TABLE_COUNT);
    const maxSize = region.i32[this.cell + MAP_MAX_SIZE] as number;
    return {
      size: table === 0 ? 0 : region.i32[table + TABLE_COUNT],
      ...(maxSize === 0 ? {} : { maxSize }),
      ...(this.#table.ttl === 0 ? {} : { ttl: this.#table.ttl }),
    };
  }

  /** All entries at one instant, in the order in which their keys were added. */
  #snapshot(): Copied[] {
    const copies = this.inSection(() =>
      this.#table.living().map((entry) => ({
        serial: this.#entries.serialOf(entry),
        key: this.#entries.keyOf(entry),
        frame: this.#entries.frameOf(entry),
      })),
    );
    return copies.sort((one, other) => one.serial - other.serial);
  }

  #versionOf(key: EncodedKey): Version {
    return this.inSection(() => {
      const entry = this.#table.use(key);
      if (entry === 0) return { entry, generation: 0, frame: undefined };
      return { entry, generation: this.#entries.generationOf(entry), frame: this.#entries.frameOf(entry) };
    });
  }

  #removeIf(key: EncodedKey, condition: Condition): boolean {
    let isMet = false;
    this.#remove(key, (found) => {
      isMet = condition(found);
      return isMet;
    });
    return isMet;
  }

  #remove(key: EncodedKey, condition?: Condition): boolean {
    const wasThere = this.inSection(() => this.#table.remove(key, condition));
    this.#freeRemoved();
    return wasThere;
  }

  #put(key: EncodedKey, value: V, ttl: number | undefined, condition?: Condition): boolean {
    const entry = this.#frameOf(value, "value", (frame) => this.#entries.create(key, frame));
    for (;;) {
      const outcome = this.inSection(() => this.#table.put(key, entry, ttl, condition));
      if (outcome === "put") {
        this.#freeRemoved();
        return true;
      }
      if (outcome === "refused") {
        this.#entries.free(entry);
        return false;
      }
      this.#growFor(entry);
    }
  }

  /** Where there is no room for a larger table, the entry is not put. */
  #growFor(entry: number): void {
    try {
      this.#table.grow();
    } catch (error) {
      this.#entries.free(entry);
      throw error;
    }
  }

  /** The result of `use`, of the frame of a value, which is valid only meanwhile. */
  #frameOf<R>(value: unknown, root: string, use: (frame: Uint8Array) => R): R {
    const { codec } = this.kernel;
    const packet = codec.packItem(value, root);
    if (packet.references !== undefined) {
      codec.dispose(packet);
      throw new SendError(
        `${root} cannot be kept in a SharedMap: it has one of Heddle's objects. Give that a name, and keep the name`,
        root,
      );
    }
    const made = frameOf(packet);
    try {
      return use(made.frame);
    } finally {
      made.release();
    }
  }

  #open(frame: Uint8Array): V {
    const { body, blobs } = unframe(frame);
    return this.kernel.codec.open({ body, blobs, references: undefined }) as V;
  }

  #freeRemoved(): void {
    for (let entry = this.#table.removed.pop(); entry !== undefined; entry = this.#table.removed.pop()) {
      this.#entries.free(entry);
    }
  }
}

/** Nobody refers to a map any more: frees its table, with the entries. */
export function destroyMap(kernel: Kernel, map: number): void {
  clearMap(kernel, map, new MapTable(kernel, map, new MapEntries(kernel)));
}

function clearMap(kernel: Kernel, map: number, table: MapTable): void {
  const detached = kernel.waiters.inSection(map, () => table.detach());
  if (detached !== 0) kernel.cells.letGo(detached);
}

function* each<T>(copies: readonly Copied[], open: (copy: Copied) => T): IterableIterator<T> {
  for (const copy of copies) yield open(copy);
}

/** A time to live as given by a user: milliseconds, 0 for as long as the map. */
export function checkTtl(ttl: number): number {
  if (typeof ttl !== "number") throw typeError(`A time to live is a number of milliseconds, not ${describe(ttl)}`);
  if (!(ttl > 0)) throw rangeError(`A time to live is more than 0 milliseconds, not ${ttl}`);
  return ttl > LONGEST_TTL ? 0 : Math.ceil(ttl);
}

function checkTimeToLive(options: TimeToLive | undefined, what: string): number | undefined {
  checkOptions(options, what, ["ttl"]);
  return options?.ttl === undefined ? undefined : checkTtl(options.ttl);
}
