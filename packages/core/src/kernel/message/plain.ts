import { isTaggedObject } from "./brands.js";
import { listOf } from "./json.js";
import { isLongText } from "./long-text.js";
import { formatOfNumbers, PACKED_LENGTH } from "./numbers.js";
import type { OwnedPacket } from "./packet.js";
import { mayHaveMarks } from "./transfer.js";

const DEEPEST = 64;
/** Up to so many objects a list is searched faster than a set. */
const FEW = 12;

/** To pack an object as a node costs as much more as so many characters of JSON. */
const MOST_TEXT_A_NODE = 2048;

const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;

/** The packet of a value that JSON carries as it is: undefined for any other. Throws SendError for one that is too long. */
export function packPlain(value: unknown, root: string): OwnedPacket | undefined {
  if (value === undefined) return bare("[]");
  if (!seemsPlain(value)) return undefined;
  // A number's text is its JSON; to ask JSON for it costs more than the rest.
  return bare(typeof value === "number" ? `[${value}]` : listOf(value, root));
}

/** As {@link packPlain}, of a list of which its receiver sees the items alone. */
export function packList(list: readonly unknown[], root: string): OwnedPacket | undefined {
  const text = textOfFewSafely(list);
  return text === undefined ? packPlain(list, root) : bare(`[${text}]`);
}

const bare = (text: string): OwnedPacket => ({
  text,
  blobs: undefined,
  references: undefined,
  transferables: undefined,
});

// Looking at a value may throw, where there is a getter or a Proxy: the packer then tells where.

function seemsPlain(value: unknown): boolean {
  try {
    return isPlain(value);
  } catch {
    return false;
  }
}

function textOfFewSafely(list: readonly unknown[]): string | undefined {
  try {
    return textOfFew(list);
  } catch {
    return undefined;
  }
}

/** Whether JSON carries the value exactly: a tree of plain objects, dense arrays, strings, booleans and usual numbers. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isPlainPrimitive(value) && !isLong(value);
  if (mayHaveMarks()) return false;
  if (isShortList(value)) return true;
  const walk = new Walk();
  return walk.isPlainTree(value, 0) && !walk.isMostlyLongText();
}

/**
 * The JSON of a few primitives, as the arguments of most calls are: to ask JSON for it costs more than all the rest. Undefined for any
 * other list; properties that the list has beside its items are not looked at.
 */
function textOfFew(list: readonly unknown[]): string | undefined {
  if (mayHaveMarks() || !isShort(list)) return undefined;
  let text = "[";
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (!isPlainPrimitive(item) || isLong(item)) return undefined;
    if (i > 0) text += ",";
    text += typeof item === "string" ? JSON.stringify(item) : `${item}`;
  }
  return `${text}]`;
}

/** A few primitives, which need no walk. */
function isShortList(value: object): boolean {
  if (!Array.isArray(value) || !isShort(value)) return false;
  for (let i = 0; i < value.length; i++) if (!isPlainPrimitive(value[i]) || isLong(value[i])) return false;
  return hasItemsAlone(value);
}

const isShort = (list: readonly unknown[]): boolean =>
  list.length < PACKED_LENGTH && Object.getPrototypeOf(list) === arrayPrototype;

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

const isLong = (value: unknown): boolean => typeof value === "string" && isLongText(value);

/** Of an array without holes: whether it has no named properties. (Values are listed far faster than keys.) */
const hasItemsAlone = (array: readonly unknown[]): boolean => Object.values(array).length === array.length;

/** A walk through a tree. It is one function: engines compile each of several once with all the others in it, in every worker. */
class Walk {
  readonly #few: object[] = [];
  #many: Set<object> | undefined;
  #longText = 0;

  /** Whether it is faster to pack each object as a node, and so the long strings as bytes, than all of it as JSON. */
  isMostlyLongText(): boolean {
    return this.#longText > MOST_TEXT_A_NODE * (this.#many?.size ?? this.#few.length);
  }

  isPlainTree(value: object, depth: number): boolean {
    if (depth > DEEPEST || !this.#isNew(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    let parts: readonly unknown[];
    if (prototype === arrayPrototype && Array.isArray(value)) {
      if (value.length >= PACKED_LENGTH && formatOfNumbers(value) !== undefined) return false;
      if (!hasItemsAlone(value)) return false;
      parts = value;
    } else {
      if (prototype !== objectPrototype && prototype !== null) return false;
      // Nothing plain says that it is something.
      if (Symbol.toStringTag in value) return false;
      parts = Object.values(value);
      // A value without properties, or one that shows its items as such, may be an object of the language that has lost its prototype.
      if (parts.length === 0) return prototype !== null && isTaggedObject(value);
      if (prototype === null && (!isTaggedObject(value) || ArrayBuffer.isView(value))) return false;
    }
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (typeof part !== "object" || part === null) {
        if (!isPlainPrimitive(part)) return false;
        if (isLong(part)) this.#longText += (part as string).length;
      } else if (!this.isPlainTree(part, depth + 1)) return false;
    }
    return true;
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
