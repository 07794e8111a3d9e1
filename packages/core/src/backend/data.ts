import type { Scalar, ScalarType, SharedArrayConstructor, ValueConstructor } from "../contracts/shared.js";
import { typeError } from "../contracts/wrong-use.js";
import { checkInteger } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import { CELL_PAYLOAD, Kind, SHARED_DATA, SHARED_LENGTH, SHARED_TYPE, WORD } from "../kernel/layout.js";
import { destroyLock } from "../shared/lockable.js";
import { ARRAYS, checkScalar, checkType, SCALAR_TYPES, zeroOf } from "../shared/scalars.js";
import * as array from "../shared/shared-array.js";
import * as value from "../shared/value.js";
import { type Arity, refuseSurplus } from "./arity.js";
import { type Backend, exportedAs } from "./bindings.js";
import { bindClass, create, named } from "./create.js";
import { RLock } from "./locks.js";

const VALUE: Arity = { throws: ["dispose", "add", "compareExchange", "named"] };
const SHARED_ARRAY: Arity = {
  throws: ["dispose", "", "", "named"],
  instead: { view: "view.set(items) sets its elements", length: "it is given as the array is made" },
};

export const Value = (backend: Backend): ValueConstructor =>
  backend.get("Value", (own) => {
    // For its lock.
    RLock(own);
    return exportedAs("Value", bindValue(own.kernel), VALUE);
  });

export const SharedArray = (backend: Backend): SharedArrayConstructor =>
  backend.get("SharedArray", (own) => {
    RLock(own);
    return exportedAs("SharedArray", bindSharedArray(own.kernel), SHARED_ARRAY);
  });

// A name that is no type of number is refused in words of the contract's.
export const bindValue = (kernel: Kernel): ValueConstructor =>
  bindClass(kernel, "Value", value.Value, {
    kind: Kind.Value,
    most: 2,
    create: <K extends ScalarType>(type: K, initial?: Scalar<K>) =>
      createShared(kernel, Kind.Value, type, [initial ?? zeroOf(type)]),
    agreed: (type: ScalarType, initial?: number | bigint) => [type, initial],
    operations: { destroy: (cell) => destroyLock(kernel, cell) },
  }) as ValueConstructor;

export function bindSharedArray(kernel: Kernel): SharedArrayConstructor {
  const { cells } = kernel;
  array.SharedArray.prepare();

  class SharedArray<K extends ScalarType = "f64"> extends array.SharedArray<K> {
    constructor(type: K, lengthOrItems: number | Iterable<Scalar<K>>, ...surplus: []) {
      refuseSurplus(2, "new SharedArray", surplus);
      super(kernel, createShared(kernel, Kind.SharedArray, type, itemsOf(lengthOrItems)));
      cells.register(this, this.cell);
    }

    static named<K extends ScalarType = "f64">(
      name: string,
      type: K,
      lengthOrItems: number | Iterable<Scalar<K>>,
    ): SharedArray<K> {
      const items = itemsOf(lengthOrItems);
      return named(kernel, Kind.SharedArray, "SharedArray", name, [type, items], () => new SharedArray(type, items));
    }
  }
  cells.define(Kind.SharedArray, {
    proxy: (cell) => Reflect.construct(array.SharedArray, [kernel, cell], SharedArray),
    destroy: (cell) => destroyLock(kernel, cell),
  });
  return SharedArray as SharedArrayConstructor;
}

/** A length, for that many zeros, or the items themselves. */
function itemsOf<T>(lengthOrItems: number | Iterable<T>): number | T[] {
  if (typeof lengthOrItems === "number") {
    return checkInteger(lengthOrItems, "The length of a shared array", 0, 2 ** 30);
  }
  if (typeof lengthOrItems?.[Symbol.iterator] !== "function") {
    throw typeError("A shared array needs a length or an iterable of its items");
  }
  return Array.from(lengthOrItems);
}

function createShared<K extends ScalarType>(kernel: Kernel, kind: Kind, type: K, items: number | Scalar<K>[]): number {
  checkType(type);
  const length = typeof items === "number" ? items : items.length;
  const bytes = length * ARRAYS[type].BYTES_PER_ELEMENT;
  if (typeof items !== "number") for (const item of items) checkScalar(type, item);
  const cell = create(kernel, kind, SHARED_DATA - CELL_PAYLOAD + Math.ceil(bytes / WORD));
  const { i32, memory } = kernel.region;
  i32[cell + SHARED_TYPE] = SCALAR_TYPES.indexOf(type);
  i32[cell + SHARED_LENGTH] = length;
  if (typeof items !== "number") {
    const view = new ARRAYS[type](memory.buffer, (cell + SHARED_DATA) * WORD, length);
    for (const [i, item] of items.entries()) Reflect.set(view, i, item);
  }
  return cell;
}
