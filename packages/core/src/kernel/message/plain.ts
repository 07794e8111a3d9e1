import { isTaggedObject } from "./brands.js";
import { mayHaveMarks } from "./transfer.js";

const DEEPEST = 64;
/** Up to so many objects a list is searched faster than a set. */
const FEW = 12;
/** Arrays of numbers from this length on are smaller and faster as bytes. */
export const PACKED_LENGTH = 64;

const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;

/** Whether JSON carries the value exactly: a tree of plain objects, dense arrays, strings, booleans and usual numbers. */
export function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isPlainPrimitive(value);
  return !mayHaveMarks() && (isShortList(value) || new Walk().isPlainObject(value, 0));
}

/** The arguments of most calls: a few primitives, which need no walk. */
function isShortList(value: object): boolean {
  if (!Array.isArray(value) || value.length >= PACKED_LENGTH) return false;
  if (Object.getPrototypeOf(value) !== arrayPrototype) return false;
  for (let i = 0; i < value.length; i++) if (!isPlainPrimitive(value[i])) return false;
  return hasItemsAlone(value);
}

function isPlainPrimitive(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && (value !== 0 || 1 / value > 0);
    default:
      return value === null;
  }
}

/** Whether all items are numbers. Ends at the first hole: `every` would ask for each of the 2^31 that an array may have. */
export function areNumbers(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i++) if (typeof array[i] !== "number") return false;
  return true;
}

/** Of an array without holes: whether it has no named properties. (Values are listed far faster than keys.) */
const hasItemsAlone = (array: readonly unknown[]): boolean => Object.values(array).length === array.length;

class Walk {
  readonly #few: object[] = [];
  #many: Set<object> | undefined;

  isPlainObject(value: object, depth: number): boolean {
    if (depth > DEEPEST || !this.#isNew(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === arrayPrototype && Array.isArray(value)) return this.#isPlainArray(value, depth);
    if (prototype !== objectPrototype && prototype !== null) return false;
    // Nothing plain says that it is something.
    if (Symbol.toStringTag in value) return false;
    const record = value as Record<string, unknown>;
    const keys = Object.keys(record);
    // What has no properties may be something of the language that has lost its prototype.
    if (keys.length === 0) return prototype !== null && isTaggedObject(value);
    for (const key of keys) if (!this.#isPlainPart(record[key], depth)) return false;
    return true;
  }

  #isPlainArray(array: readonly unknown[], depth: number): boolean {
    const { length } = array;
    if (length >= PACKED_LENGTH && areNumbers(array)) return false;
    for (let i = 0; i < length; i++) if (!this.#isPlainPart(array[i], depth)) return false;
    return hasItemsAlone(array);
  }

  #isPlainPart(value: unknown, depth: number): boolean {
    return typeof value === "object" && value !== null ? this.isPlainObject(value, depth + 1) : isPlainPrimitive(value);
  }

  /** Whether the object was not met before: one that is met twice must arrive as one. */
  #isNew(value: object): boolean {
    if (this.#many !== undefined) {
      if (this.#many.has(value)) return false;
      this.#many.add(value);
      return true;
    }
    if (this.#few.includes(value)) return false;
    this.#few.push(value);
    if (this.#few.length > FEW) this.#many = new Set(this.#few);
    return true;
  }
}
