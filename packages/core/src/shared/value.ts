import type { Scalar, ScalarType, Value as ValueContract } from "../contracts/shared.js";
import { typeError } from "../contracts/wrong-use.js";
import type { Kernel } from "../kernel/kernel.js";
import { SHARED_DATA, SHARED_TYPE, WORD } from "../kernel/layout.js";
import { Lockable } from "./lockable.js";
import { ARRAYS, checkScalar, SCALAR_TYPES } from "./scalars.js";

/** How a type of number is read and changed in one atomic step each. */
interface Cell<N> {
  load(): N;
  store(value: N): void;
  add(amount: N): N;
  compareExchange(expected: N, replacement: N): N;
}

/**
 * A number. Each operation is one atomic step on it. Numbers without an atomic operation of their own (a float, an integer of fewer bits
 * than a word) are changed by compare-and-exchange, in a loop.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SHARED_DATA` | the number; the elements of an array | anybody, without the latch, by one atomic step; an array's users as they like | any |
 * | `SHARED_TYPE`, `SHARED_LENGTH` | the type; how many numbers | the maker, before anybody else knows the cell | constant |
 */
export class Value<K extends ScalarType = "f64"> extends Lockable implements ValueContract<K> {
  readonly #type: K;
  readonly #number: Cell<Scalar<K>>;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "Value");
    this.#type = SCALAR_TYPES[kernel.region.i32[cell + SHARED_TYPE] as number] as K;
    const { buffer } = kernel.region.memory;
    const at = (cell + SHARED_DATA) * WORD;
    this.#number = numberAt(this.#type, buffer, at) as Cell<Scalar<K>>;
  }

  protected override state(): Readonly<Record<string, unknown>> {
    return { type: this.#type, value: this.value };
  }

  /** As of Temporal's objects: arithmetic and comparisons, which would go on with NaN, are refused. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return Object.prototype.toString.call(this);
    throw typeError("A Value is no number itself: its number is value.value");
  }

  get value(): Scalar<K> {
    return this.#number.load();
  }

  set value(value: Scalar<K>) {
    this.#number.store(checkScalar(this.#type, value));
  }

  add(amount: Scalar<K>): Scalar<K> {
    return this.#number.add(checkScalar(this.#type, amount));
  }

  compareExchange(expected: Scalar<K>, replacement: Scalar<K>): Scalar<K> {
    return this.#number.compareExchange(checkScalar(this.#type, expected), checkScalar(this.#type, replacement));
  }
}

function numberAt(type: ScalarType, buffer: ArrayBufferLike, at: number): Cell<number> | Cell<bigint> {
  switch (type) {
    case "f32": {
      const bits = new Int32Array(buffer, at, 1);
      const [float, floatBits] = overlaid(Float32Array, Int32Array);
      return floatCell({
        load: () => Atomics.load(bits, 0),
        exchange: (expected, replacement) => Atomics.compareExchange(bits, 0, expected, replacement),
        toBits: (value) => {
          float[0] = value;
          return floatBits[0] as number;
        },
        toFloat: (value) => {
          floatBits[0] = value;
          return float[0] as number;
        },
      });
    }
    case "f64": {
      const bits = new BigInt64Array(buffer, at, 1);
      const [float, floatBits] = overlaid(Float64Array, BigInt64Array);
      return floatCell({
        load: () => Atomics.load(bits, 0),
        exchange: (expected, replacement) => Atomics.compareExchange(bits, 0, expected, replacement),
        toBits: (value) => {
          float[0] = value;
          return floatBits[0] as bigint;
        },
        toFloat: (value) => {
          floatBits[0] = value;
          return float[0] as number;
        },
      });
    }
    case "i64":
    case "u64":
      return bigCell(new ARRAYS[type](buffer, at, 1));
    default:
      return integerCell(new ARRAYS[type](buffer, at, 1));
  }
}

function integerCell(view: Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array): Cell<number> {
  return {
    load: () => Atomics.load(view, 0),
    store: (value) => void Atomics.store(view, 0, value),
    add: (amount) => Atomics.add(view, 0, amount),
    compareExchange: (expected, replacement) => Atomics.compareExchange(view, 0, expected, replacement),
  };
}

function bigCell(view: BigInt64Array | BigUint64Array): Cell<bigint> {
  return {
    load: () => Atomics.load(view, 0),
    store: (value) => void Atomics.store(view, 0, value),
    add: (amount) => Atomics.add(view, 0, amount),
    compareExchange: (expected, replacement) => Atomics.compareExchange(view, 0, expected, replacement),
  };
}

/** One number's bytes, seen in two ways. */
function overlaid<F, B>(
  FloatArray: new (buffer: ArrayBuffer) => F,
  BitsArray: new (buffer: ArrayBuffer) => B,
): readonly [F, B] {
  const buffer = new ArrayBuffer(8);
  return [new FloatArray(buffer), new BitsArray(buffer)];
}

interface FloatBits<B> {
  load(): B;
  exchange(expected: B, replacement: B): B;
  toBits(value: number): B;
  toFloat(bits: B): number;
}

/** Atomics know no floats: their bits, as integers, are exchanged instead, by trying until nobody came between. */
function floatCell<B>({ load, exchange, toBits, toFloat }: FloatBits<B>): Cell<number> {
  /** Replaces the number by `next` of it, unless that is undefined; gives the number before. */
  const update = (next: (now: number) => number | undefined): number => {
    for (;;) {
      const bits = load();
      const now = toFloat(bits);
      const value = next(now);
      if (value === undefined || exchange(bits, toBits(value)) === bits) return now;
    }
  };
  return {
    load: () => toFloat(load()),
    store: (value) => void update(() => value),
    add: (amount) => update((now) => now + amount),
    compareExchange(expected, replacement) {
      // As the shared number would hold it: a 32-bit float rounds. NaN equals itself here, and 0 equals -0.
      const wanted = toFloat(toBits(expected));
      return update((now) => (now === wanted || Object.is(now, wanted) ? replacement : undefined));
    },
  };
}
