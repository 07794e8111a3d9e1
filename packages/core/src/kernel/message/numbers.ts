import { copyByIndex } from "../lists.js";
import { bytesOf, type PacketBytes, type Unwritten } from "./unwritten.js";

/*
 * An array of numbers travels as raw memory: 32-bit integers if it has no others, else doubles. To write them takes less than a nanosecond
 * each, while a number's text takes some fifty (docs/adr/0067).
 */

/** Arrays of numbers from this length on are smaller and faster as bytes. */
export const PACKED_LENGTH = 64;

export const DOUBLES = 0;
export const INTEGERS = 1;
export type NumberFormat = typeof DOUBLES | typeof INTEGERS;

/** The format of an array's numbers; undefined if something in it is no number. Ends at the first hole, however long the array is. */
export function formatOfNumbers(array: readonly unknown[]): NumberFormat | undefined {
  let i = 0;
  // Object.is tells -0 from 0, and NaN from both.
  for (; i < array.length; i++) {
    const item = array[i];
    if (typeof item !== "number" || !Object.is(item | 0, item)) break;
  }
  if (i === array.length) return INTEGERS;
  for (; i < array.length; i++) if (typeof array[i] !== "number") return undefined;
  return DOUBLES;
}

type NumberArray = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Int32Array | Float64Array;

const classOf = (format: NumberFormat): NumberArray & { readonly BYTES_PER_ELEMENT: number } =>
  format === INTEGERS ? Int32Array : Float64Array;

/** Numbers of an array that nobody else has, or can change: to read it runs no code of the program's. */
export class UnwrittenNumbers implements Unwritten {
  readonly length: number;
  readonly #array: readonly number[];
  readonly #format: NumberFormat;

  constructor(array: readonly number[], format: NumberFormat) {
    this.#array = array;
    this.#format = format;
    this.length = array.length * classOf(format).BYTES_PER_ELEMENT;
  }

  writeTo(target: Uint8Array): boolean {
    const array = this.#array;
    new (classOf(this.#format))(target.buffer, target.byteOffset, array.length).set(array);
    return true;
  }

  owned(): PacketBytes {
    return bytesOf(this);
  }
}

/** The array whose numbers the bytes are; undefined if their length says that they are not. */
export function numbersIn(bytes: Uint8Array, format: NumberFormat): number[] | undefined {
  const Numbers = classOf(format);
  const length = bytes.length / Numbers.BYTES_PER_ELEMENT;
  if (!Number.isInteger(length)) return undefined;
  const { buffer, byteOffset } = bytes.byteOffset % Numbers.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return copyByIndex<number>(new Numbers(buffer, byteOffset, length));
}
