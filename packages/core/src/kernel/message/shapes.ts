import { bytesOfShared, bytesOfUnshared, isGrowable, isResizable, isTaggedObject } from "./brands.js";

/** Most objects: made by a literal, and nothing else that has got the same prototype. */
export function isSurelyObject(value: object): boolean {
  try {
    return Object.getPrototypeOf(value) === Object.prototype && !(Symbol.toStringTag in value) && isTaggedObject(value);
  } catch {
    return false;
  }
}

/** Of a Proxy that was revoked, nothing can be asked; that is told later. */
export function isArray(value: object): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * The items of an array that has nothing but items, and no hole; else undefined. Each was read once, as a getter may give another the next
 * time. (Values are listed far faster than keys.)
 */
export function itemsOf(array: readonly unknown[]): unknown[] | undefined {
  const items = Object.values(array);
  if (items.length !== array.length) return undefined;
  for (let i = 0; i < items.length; i++) if (!(i in array)) return undefined;
  return items;
}

/** Whether an array can be so long, as a Proxy may say of itself. */
export const isLength = (length: unknown): boolean => typeof length === "number" && length >>> 0 === length;

/** Whether a view of so many bytes shows only a part of its buffer, which nobody shares with other workers. */
export function isPart(buffer: object, byteLength: number): boolean {
  const bytes = bytesOfUnshared(buffer);
  return bytes !== undefined && bytes !== byteLength;
}

/** Whether a view's length follows that of its resizable or growable buffer: it then reaches exactly to the end. */
export const isTracking = (buffer: object, end: number): boolean => {
  const bytes = bytesOfUnshared(buffer);
  return bytes === undefined
    ? isGrowable(buffer) && bytesOfShared(buffer) === end
    : bytes === end && isResizable(buffer);
};

/** An array of holes. A long one is made in the way in which the engine keeps no memory for them. */
export function sparse(length: number): unknown[] {
  const made: unknown[] = [];
  if (length > 4096) {
    made[length - 1] = undefined;
    delete made[length - 1];
  }
  made.length = length;
  return made;
}

/** An own property, without the setters of the prototype. */
export const define = (object: object, key: string, value: unknown): void => {
  Object.defineProperty(object, key, { value, writable: true, configurable: true, enumerable: true });
};
