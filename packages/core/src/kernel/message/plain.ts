import { isTaggedObject } from "./brands.js";
import { listOf } from "./json.js";
import { isLongText } from "./long-text.js";
import { formatOfNumbers, PACKED_LENGTH } from "./numbers.js";
import type { OwnedPacket } from "./packet.js";
import { itemsOf } from "./shapes.js";
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
  if (typeof value !== "object" || value === null) {
    if (value === undefined) return bare("[]");
    if (!isPlainPrimitive(value) || isLong(value)) return undefined;
    // A number's text is its JSON; to ask JSON for it costs more than the rest.
    return bare(typeof value === "number" ? `[${value}]` : listOf(value, root));
  }
  const plain = copySafely(value);
  if (plain === undefined) return undefined;
  return bare(typeof plain === "string" ? `[${plain}]` : listOf(plain, root));
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

function copySafely(value: object): object | string | undefined {
  try {
    return copyOfPlain(value);
  } catch {
    return undefined;
  }
}

function textOfFewSafely(list: readonly unknown[]): string | undefined {
  try {
    return textOfFew(list);
  } catch {
    return undefined;
  }
}

/**
 * A copy of a value that JSON carries exactly: a tree of plain objects, dense arrays, strings, booleans and usual numbers. It has no getters.
 * JSON would read those of the value once more, and leave out in silence what they may give then. Of a few primitives, it is their JSON.
 */
function copyOfPlain(value: object): object | string | undefined {
  if (mayHaveMarks()) return undefined;
  if (Array.isArray(value) && isShort(value)) {
    const items = itemsOf(value);
    const text = items && textOfFew(items);
    if (text !== undefined) return text;
  }
  const walk = new Walk();
  const copy = walk.copy(value, 0);
  return walk.isMostlyLongText() ? undefined : copy;
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

/** A walk through a tree. It is one function: engines compile each of several once with all the others in it, in every worker. */
class Walk {
  readonly #few: object[] = [];
  #many: Set<object> | undefined;
  #longText = 0;

  /** Whether it is faster to pack each object as a node, and so the long strings as bytes, than all of it as JSON. */
  isMostlyLongText(): boolean {
    return this.#longText > MOST_TEXT_A_NODE * (this.#many?.size ?? this.#few.length);
  }

  /** A copy of the tree, for which each property was read once. Undefined if it is not plain. */
  copy(value: object, depth: number): object | undefined {
    if (depth > DEEPEST || !this.#isNew(value)) return undefined;
    const prototype: unknown = Object.getPrototypeOf(value);
    let copy: object;
    let parts: unknown[];
    if (prototype === arrayPrototype && Array.isArray(value)) {
      if (value.length >= PACKED_LENGTH && formatOfNumbers(value) !== undefined) return undefined;
      const items = itemsOf(value);
      if (items === undefined) return undefined;
      parts = items;
      copy = items;
    } else {
      if (prototype !== objectPrototype && prototype !== null) return undefined;
      // Nothing plain says that it is something.
      if (Symbol.toStringTag in value) return undefined;
      copy = { ...value };
      parts = Object.values(copy);
      // A value without properties, or one that shows its items as such, may be an object of the language that has lost its prototype.
      if (parts.length === 0) return prototype !== null && isTaggedObject(value) ? copy : undefined;
      if (prototype === null && (!isTaggedObject(value) || ArrayBuffer.isView(value))) return undefined;
    }
    let keys: readonly string[] | undefined;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (typeof part !== "object" || part === null) {
        if (!isPlainPrimitive(part)) return undefined;
        if (isLong(part)) this.#longText += (part as string).length;
        continue;
      }
      const copied = this.copy(part, depth + 1);
      if (copied === undefined) return undefined;
      if (copy === parts) parts[i] = copied;
      else {
        keys ??= Object.keys(copy);
        Reflect.set(copy, keys[i] as string, copied);
      }
    }
    return copy;
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
