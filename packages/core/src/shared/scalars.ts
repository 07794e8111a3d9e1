import type { Scalar, ScalarType, Views } from "../contracts/shared.js";
import { typeError } from "../contracts/wrong-use.js";
import { describe } from "../kernel/arguments.js";

/** The types of numbers in shared memory. A type's place in this list is its code in the region. */
export const SCALAR_TYPES = ["i8", "u8", "i16", "u16", "i32", "u32", "f32", "f64", "i64", "u64"] as const;

interface ArrayType<K extends ScalarType> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Views[K];
}

/** The typed array of each type of number. */
export const ARRAYS: { readonly [K in ScalarType]: ArrayType<K> } = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
};

/** The type, as given by a user. Throws TypeError for another. */
export function checkType<K extends ScalarType>(type: K): K {
  if (typeof type === "string" && Object.hasOwn(ARRAYS, type)) return type;
  throw typeError(`The type of shared numbers is one of ${SCALAR_TYPES.join(", ")}, not ${String(type)}`);
}

/** Whether numbers of that type are bigints. */
export const isBig = (type: ScalarType): type is "i64" | "u64" => type === "i64" || type === "u64";

/** A number, as given by a user. Throws TypeError for the wrong kind. */
export function checkScalar<K extends ScalarType>(type: K, value: Scalar<K>): Scalar<K> {
  const wanted = isBig(type) ? "bigint" : "number";
  if (typeof value !== wanted) throw typeError(`A shared ${type} holds a ${wanted}, not ${describe(value)}`);
  return value;
}

/** Zero, as a number of that type. */
export const zeroOf = <K extends ScalarType>(type: K): Scalar<K> => (isBig(type) ? 0n : 0) as Scalar<K>;
