import type { SharedDisposable } from "./disposable.js";
import type { Received } from "./received.js";
import type { RLock } from "./sync.js";

/** Options of a shared map. */
export interface SharedMapOptions {
  /** The most entries, an integer. A new key beyond takes the place of the entry that was used least recently. Default: no bound. */
  maxSize?: number | undefined;
  /** Milliseconds for which an entry lives, unless its {@link SharedMap.set} says otherwise. Default: Infinity. */
  ttl?: number | undefined;
}

/** Options of a write. */
export interface EntryOptions {
  /** Milliseconds for which the entry lives from now on. Default: the time of the map, or of `update`, the rest of the entry's. */
  ttl?: number | undefined;
}

/**
 * A map in shared memory, with strings or numbers as keys: a cache or a table that all workers see. Nothing waits: each call is one step, and
 * other workers see it whole or not at all, also if its worker dies.
 *
 * Values are copied in and out, as in a call to another worker (SendError tells which can be). So a change of an object that was got is not
 * seen by others: set it again. Heddle's own objects are refused as values; give them a name instead. Keys are told apart as in a Map: `1`
 * is not `"1"`, and NaN is itself.
 *
 * An entry whose time to live has passed is not there any more. Its memory is freed by later writes.
 *
 * Memory order: all that a worker did before it wrote an entry happens before all that another worker does after it has read that entry.
 *
 * @example
 * ```ts
 * import { isMain, SharedMap, task, Thread } from "@heddle/node-threads";
 *
 * export const count = task(import.meta, function count(words: SharedMap<string, number>, text: string) {
 *   for (const word of text.split(" ")) words.update(word, (n = 0) => n + 1);
 * });
 *
 * if (isMain(import.meta)) {
 *   const words = new SharedMap<string, number>();
 *   const texts = ["to be or not", "to be"];
 *   const threads = texts.map((text) => new Thread(count, { args: [words, text] }).start());
 *   for (const thread of threads) await thread.join();
 *   console.log(words.get("to"), words.get("not"), words.get("never"), words.size); // 2 1 undefined 4
 *
 *   const cache = new SharedMap<string, string>({ maxSize: 2, ttl: 60_000 });
 *   cache.set("a", "one").set("b", "two");
 *   cache.get("a");
 *   cache.set("c", "three");
 *   console.log([...cache.keys()]); // [ 'a', 'c' ]
 * }
 * ```
 */
export interface SharedMap<K extends string | number = string, V = unknown> extends Iterable<[K, V]>, SharedDisposable {
  /** How many entries there are. With times to live, they are counted one by one. */
  readonly size: number;
  /**
   * Returns a copy of the value, undefined if there is none.
   *
   * @throws TypeError if the key is neither a string nor a number; as do all others.
   */
  get(key: K): V | undefined;
  /** Whether there is an entry. It does not count as a use of it. */
  has(key: K): boolean;
  /**
   * Stores a value under a key.
   *
   * @returns The map.
   * @throws SendError if the value cannot be sent, or has one of Heddle's objects.
   * @throws MemoryFullError if there is no room.
   */
  set(key: K, value: V, options?: EntryOptions): this;
  /** Takes an entry out. Returns whether there was one. */
  delete(key: K): boolean;
  /** Takes all entries out, in one step. */
  clear(): void;
  /**
   * Stores what `change` makes of the value, or takes the entry out if that is undefined. The value is undefined if there is no entry. If
   * another worker changes the entry meanwhile, `change` is called again with the new value. So it should do nothing else.
   *
   * Fairness: of workers that update one key at once, one succeeds each time. None waits for another.
   *
   * @returns The new value, undefined if the entry was taken out.
   */
  update(key: K, change: (value: V | undefined) => V | undefined, options?: EntryOptions): V | undefined;
  /**
   * Stores `value` if the value is `expected`, in one step. Undefined stands for no entry, on either side. Objects are equal if they have the
   * same content, with properties in the same order. The entry keeps what is left of its time, and a new one has the map's.
   *
   * @returns Whether it was stored.
   */
  compareAndSet(key: K, expected: V | undefined, value: V | undefined): boolean;
  /** The entries at this moment, in the order in which their keys were added. Later changes do not matter. */
  entries(): IterableIterator<[K, V]>;
  /** The keys, as {@link entries}. */
  keys(): IterableIterator<K>;
  /** The values, as {@link entries}. */
  values(): IterableIterator<V>;
  /** Calls `see` with each entry, as {@link entries}. */
  forEach(see: (value: V, key: K, map: this) => void): void;
  /** As {@link entries}. */
  [Symbol.iterator](): IterableIterator<[K, V]>;
  /** A lock for steps that need several calls. It guards only against workers that take it too. It is the same lock in every worker. */
  readonly lock: RLock;
}

/** The constructor of shared maps. */
export interface SharedMapConstructor {
  /**
   * Makes an empty map.
   *
   * @throws RangeError if `maxSize` is not an integer from 1 on, or `ttl` is not more than 0.
   * @throws TypeError unless they are numbers, and for an unknown option.
   */
  new <K extends string | number = string, V = unknown>(options?: SharedMapOptions): SharedMap<K, Received<V>>;
  /**
   * Returns the program's map of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with other options.
   */
  named<K extends string | number = string, V = unknown>(
    name: string,
    options?: SharedMapOptions,
  ): SharedMap<K, Received<V>>;
  /** For `instanceof`. */
  readonly prototype: SharedMap;
}

/** Makes a {@link SharedMap}. */
export declare const SharedMap: SharedMapConstructor;
