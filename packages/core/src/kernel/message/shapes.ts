import { bytesOfUnshared, isResizable, isTaggedObject } from "./brands.js";

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

/** Of an array whose values are as many as it is long. */
export function hasHole(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i++) if (array[i] === undefined && !(i in array)) return true;
  return false;
}

/** Whether a view of so many bytes shows only a part of its buffer, which nobody shares with other workers. */
export function isPart(buffer: object, byteLength: number): boolean {
  const bytes = bytesOfUnshared(buffer);
  return bytes !== undefined && bytes !== byteLength;
}

/** Whether a view's length follows that of its resizable buffer: it then reaches exactly to the end. */
export const isTracking = (buffer: object, end: number): boolean =>
  bytesOfUnshared(buffer) === end && isResizable(buffer);
