import type { SharedDisposable } from "./disposable.js";
import type { Refused } from "./received.js";
import type { RLock } from "./sync.js";

/** The typed array for each type of number. */
export interface Views {
  /** Integers of 8 bits, from -128 to 127. */
  i8: Int8Array;
  /** Integers of 8 bits, from 0 to 255. */
  u8: Uint8Array;
  /** Integers of 16 bits, from -32,768 to 32,767. */
  i16: Int16Array;
  /** Integers of 16 bits, from 0 to 65,535. */
  u16: Uint16Array;
  /** Integers of 32 bits, from -2^31 to 2^31 - 1. */
  i32: Int32Array;
  /** Integers of 32 bits, from 0 to 2^32 - 1. */
  u32: Uint32Array;
  /** Floating-point numbers of 32 bits. */
  f32: Float32Array;
  /** Floating-point numbers of 64 bits: any JavaScript number. */
  f64: Float64Array;
  /** Integers of 64 bits, from -2^63 to 2^63 - 1, as bigints. */
  i64: BigInt64Array;
  /** Integers of 64 bits, from 0 to 2^64 - 1, as bigints. */
  u64: BigUint64Array;
}

/**
 * A type of number in shared memory.
 *
 * @example
 * ```ts
 * import { type ScalarType, SharedArray } from "@heddle/node-threads";
 *
 * export const zeros = <K extends ScalarType>(type: K, length: number): SharedArray<K> => new SharedArray(type, length);
 * ```
 */
export type ScalarType = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "f32" | "f64" | "i64" | "u64";

/** The JavaScript type of a number of that type. */
export type Scalar<K extends ScalarType> = K extends "i64" | "u64" ? bigint : number;

/**
 * One number in shared memory, as Python's `multiprocessing.Value`. Every read and write is atomic; nothing waits. A number of the wrong
 * kind throws TypeError and changes nothing. A number that the type cannot hold wraps around, or is rounded, as in a typed array.
 *
 * Memory order: all that a worker did before it changed the value happens before all that another worker does after it has read that
 * change. All workers see the changes of all values in one order.
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
  /** The number now. `value.value += 1` is a read and a write, between which another worker may change it: use {@link add}. */
  value: Scalar<K>;
  /**
   * Adds in one atomic step. Integers wrap around at the bounds of their type.
   *
   * @returns The number before.
   */
  add(amount: Scalar<K>): Scalar<K>;
  /**
   * Stores `replacement` if the number is `expected`, in one atomic step. NaN equals itself here.
   *
   * @returns The number before.
   */
  compareExchange(expected: Scalar<K>, replacement: Scalar<K>): Scalar<K>;
  /**
   * A lock for steps that need more than one access. It guards only against workers that take it too. It is the same lock in every worker.
   */
  readonly lock: RLock;
}

/** The constructor of values. */
export interface ValueConstructor {
  /**
   * Makes a value; `initial` is 0 by default.
   *
   * @throws TypeError for an unknown type, or an initial value of the wrong kind.
   */
  new <K extends ScalarType = "f64">(
    type:
      | K
      | Refused<"a type is i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64. For Python's i take i32, for l and q i64, for f f32, for d f64">,
    initial?: Scalar<K>,
  ): Value<K>;
  /**
   * Returns the program's value of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with other arguments.
   */
  named<K extends ScalarType = "f64">(
    name: string,
    type:
      | K
      | Refused<"a type is i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64. For Python's i take i32, for l and q i64, for f f32, for d f64">,
    initial?: Scalar<K>,
  ): Value<K>;
  /** For `instanceof`. */
  readonly prototype: Value<ScalarType>;
}

/** Makes a {@link Value}. */
export declare const Value: ValueConstructor;

/**
 * An array of numbers in shared memory, as Python's `multiprocessing.Array`. `view` is the shared memory itself, not a copy.
 *
 * The memory lives as long as a worker has the array or a view of it. Views are `view`, the results of `subarray`, and any other view of
 * `view.buffer`. That buffer may hold more than the array: stay within `view.byteOffset` and `view.byteLength`.
 *
 * Memory order: plain reads and writes of the view establish no order between workers. Use `Atomics` on it, or hold {@link lock} for all of
 * them: writes before a release are visible to the next holder.
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
  /** How many numbers there are. It never changes. The array has no elements itself: to read or write `array[0]` is a TypeError. */
  readonly length: number;
  /** The numbers, as a typed array over the shared memory. Use `Atomics`, or {@link lock}. */
  readonly view: Views[K];
  /** A lock that guards the numbers against workers that take it too. It is the same lock in every worker. */
  readonly lock: RLock;
}

/** The constructor of shared arrays. */
export interface SharedArrayConstructor {
  /**
   * Makes an array: of as many zeros as a number says, or of the items of an iterable.
   *
   * @throws TypeError for an unknown type, or an item of the wrong kind.
   * @throws RangeError if the length is not an integer from 0 to 2^30.
   * @throws MemoryFullError if there is no room.
   */
  new <K extends ScalarType = "f64">(
    type:
      | K
      | Refused<"a type is i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64. For Python's i take i32, for l and q i64, for f f32, for d f64">,
    lengthOrItems: number | Iterable<Scalar<K>>,
  ): SharedArray<K>;
  /**
   * Returns the program's array of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with other arguments.
   */
  named<K extends ScalarType = "f64">(
    name: string,
    type:
      | K
      | Refused<"a type is i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64. For Python's i take i32, for l and q i64, for f f32, for d f64">,
    lengthOrItems: number | Iterable<Scalar<K>>,
  ): SharedArray<K>;
  /** For `instanceof`. */
  readonly prototype: SharedArray<ScalarType>;
}

/** Makes a {@link SharedArray}. */
export declare const SharedArray: SharedArrayConstructor;
