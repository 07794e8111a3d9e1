import type { RLock } from "./sync.js";

export interface Views {
  i8: Int8Array;
  u8: Uint8Array;
  i16: Int16Array;
  u16: Uint16Array;
  i32: Int32Array;
  u32: Uint32Array;
  f32: Float32Array;
  f64: Float64Array;
  i64: BigInt64Array;
  u64: BigUint64Array;
}
export type ScalarType = keyof Views;
export type Scalar<K extends ScalarType> = K extends "i64" | "u64" ? bigint : number;

/** One number in shared memory; every read and write is atomic. */
export interface Value<K extends ScalarType = "f64"> {
  value: Scalar<K>;
  /** Adds and returns the value before; one atomic step. Whole numbers wrap around at their type's bounds. */
  add(amount: Scalar<K>): Scalar<K>;
  /** Stores `replacement` if the value is `expected`; returns the value before; one atomic step. */
  compareExchange(expected: Scalar<K>, replacement: Scalar<K>): Scalar<K>;
  /** For steps that need more than one access. */
  readonly lock: RLock;
}

export interface ValueConstructor {
  new <K extends ScalarType = "f64">(type: K, initial?: Scalar<K>): Value<K>;
  named<K extends ScalarType = "f64">(name: string, type: K, initial?: Scalar<K>): Value<K>;
  readonly prototype: Value<ScalarType>;
}

/** A typed array that every worker sees: `view` is the shared memory itself, not a copy. */
export interface SharedArray<K extends ScalarType = "f64"> {
  readonly length: number;
  /** Reads and writes are as atomic as those of any shared typed array: use `Atomics`, or {@link lock}. */
  readonly view: Views[K];
  readonly lock: RLock;
}

export interface SharedArrayConstructor {
  new <K extends ScalarType = "f64">(type: K, lengthOrItems: number | Iterable<Scalar<K>>): SharedArray<K>;
  named<K extends ScalarType = "f64">(
    name: string,
    type: K,
    lengthOrItems: number | Iterable<Scalar<K>>,
  ): SharedArray<K>;
  readonly prototype: SharedArray<ScalarType>;
}
