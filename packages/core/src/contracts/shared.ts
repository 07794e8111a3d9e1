import type { SharedDisposable } from "./disposable.js";
import type { Refused } from "./received.js";
import type { RLock } from "./sync.js";

/** The typed array that shows numbers of each type. */
export interface Views {
  /** Whole numbers of 8 bits, from -128. */
  i8: Int8Array;
  /** Whole numbers of 8 bits, from 0. */
  u8: Uint8Array;
  /** Whole numbers of 16 bits, from -32,768. */
  i16: Int16Array;
  /** Whole numbers of 16 bits, from 0. */
  u16: Uint16Array;
  /** Whole numbers of 32 bits, from -2^31. */
  i32: Int32Array;
  /** Whole numbers of 32 bits, from 0. */
  u32: Uint32Array;
  /** Floating-point numbers of 32 bits. */
  f32: Float32Array;
  /** Floating-point numbers of 64 bits: any JavaScript number. */
  f64: Float64Array;
  /** Whole numbers of 64 bits, from -2^63, as bigints. */
  i64: BigInt64Array;
  /** Whole numbers of 64 bits, from 0, as bigints. */
  u64: BigUint64Array;
}

/** A type of number in shared memory. */
export type ScalarType = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "f32" | "f64" | "i64" | "u64";

/** What a number of that type is in JavaScript. */
export type Scalar<K extends ScalarType> = K extends "i64" | "u64" ? bigint : number;

/**
 * One number in shared memory, as Python's `multiprocessing.Value`; every read and write is atomic. Nothing here waits.
 *
 * What a worker did before it changed the value has happened before what another one does after it has seen that change.
 * Changes to all values are seen in one order by everybody. A number of the wrong kind throws TypeError and changes
 * nothing; one that the type cannot hold wraps around, or is rounded, as in a typed array.
 *
 * @example
 * ```ts
 * import { isMain, task, Thread, Value } from "@heddle/node-threads";
 *
 * const count = task(import.meta, function count(total: Value<"i32">) {
 *   for (let i = 0; i < 1000; i++) total.add(1);
 * });
 *
 * if (isMain(import.meta)) {
 *   const total = new Value("i32");
 *   const threads = [1, 2].map(() => new Thread(count, { args: [total] }).start());
 *   for (const thread of threads) await thread.join();
 *   console.log(total.value); // 2000
 * }
 * ```
 */
export interface Value<K extends ScalarType = "f64"> extends SharedDisposable {
  /** The number at this moment. `value.value += 1` is a read and a write, between which another worker may come: use {@link add}. */
  value: Scalar<K>;
  /** Adds and returns the value before; one atomic step. Whole numbers wrap around at their type's bounds. */
  add(amount: Scalar<K>): Scalar<K>;
  /** Stores `replacement` if the value is `expected`; returns the value before; one atomic step. NaN equals itself here. */
  compareExchange(expected: Scalar<K>, replacement: Scalar<K>): Scalar<K>;
  /** For steps that need more than one access; guards only against those who take it too. The same lock in every worker. */
  readonly lock: RLock;
}

/** Makes values. */
export interface ValueConstructor {
  /** Without `initial`, 0. Throws TypeError for an unknown type, or an initial value of the wrong kind. */
  new <K extends ScalarType = "f64">(
    type:
      | K
      | Refused<"a type is i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64: for Python's i take i32, for l and q i64, for f f32, for d f64">,
    initial?: Scalar<K>,
  ): Value<K>;
  /**
   * The program's one value of that name, made by whichever worker asks first. Throws TypeError if it was made with
   * other arguments.
   */
  named<K extends ScalarType = "f64">(
    name: string,
    type:
      | K
      | Refused<"a type is i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64: for Python's i take i32, for l and q i64, for f f32, for d f64">,
    initial?: Scalar<K>,
  ): Value<K>;
  /** For `instanceof`. */
  readonly prototype: Value<ScalarType>;
}

/** Makes a {@link Value}. */
export declare const Value: ValueConstructor;

/**
 * Numbers that every worker sees, as Python's `multiprocessing.Array`: `view` is the shared memory itself, not a copy.
 *
 * Plain reads and writes of the view establish no order between workers. Either use `Atomics` on it, or do all of it
 * holding {@link lock}: what was written before a release is there for whoever acquires next. The memory lives as long
 * as some worker holds the array or a view of it: `view`, what `subarray` gives, or any other view of `view.buffer`. (Which may
 * show more than the array: stay within `view.byteOffset` and `view.byteLength`.)
 *
 * @example
 * ```ts
 * import { isMain, SharedArray, task, Thread } from "@heddle/node-threads";
 *
 * const square = task(import.meta, function square(numbers: SharedArray<"i32">) {
 *   for (let i = 0; i < numbers.length; i++) Atomics.store(numbers.view, i, i * i);
 * });
 *
 * if (isMain(import.meta)) {
 *   const numbers = new SharedArray("i32", 4);
 *   await new Thread(square, { args: [numbers] }).start().join();
 *   console.log([...numbers.view]); // [ 0, 1, 4, 9 ]
 * }
 * ```
 */
export interface SharedArray<K extends ScalarType = "f64"> extends SharedDisposable {
  /** How many numbers there are; it never changes. The array has no elements itself: `array[0]`, read or written, is a TypeError. */
  readonly length: number;
  /** The numbers. Reads and writes are as atomic as those of any shared typed array: use `Atomics`, or {@link lock}. */
  readonly view: Views[K];
  /** Guards the numbers against those who take it too. The same lock in every worker. */
  readonly lock: RLock;
}

/** Makes shared arrays. */
export interface SharedArrayConstructor {
  /**
   * A length gives as many zeros; an iterable gives its items. Throws TypeError for an unknown type or an item of the wrong
   * kind, RangeError unless the length is a whole number from 0 to 2^30, MemoryFullError when there is no room.
   */
  new <K extends ScalarType = "f64">(
    type:
      | K
      | Refused<"a type is i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64: for Python's i take i32, for l and q i64, for f f32, for d f64">,
    lengthOrItems: number | Iterable<Scalar<K>>,
  ): SharedArray<K>;
  /**
   * The program's one array of that name, made by whichever worker asks first. Throws TypeError if it was made with
   * other arguments.
   */
  named<K extends ScalarType = "f64">(
    name: string,
    type:
      | K
      | Refused<"a type is i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64: for Python's i take i32, for l and q i64, for f f32, for d f64">,
    lengthOrItems: number | Iterable<Scalar<K>>,
  ): SharedArray<K>;
  /** For `instanceof`. */
  readonly prototype: SharedArray<ScalarType>;
}

/** Makes a {@link SharedArray}. */
export declare const SharedArray: SharedArrayConstructor;
