import { typeError } from "../contracts/wrong-use.js";
import { describe } from "../kernel/arguments.js";
import { hashBytes } from "../kernel/text-hash.js";

export type MapKey = string | number;

/** A key as an entry has it: equal keys have equal bytes and the same kind. */
export interface EncodedKey {
  readonly bytes: Uint8Array;
  readonly kind: number;
  readonly hash: number;
}

/** A number, as the eight bytes of a double. */
const NUMBER = 0;
/** A string of UTF-16 units up to 0xff, of a byte each. */
const NARROW = 1;
/** Any other string, of two bytes a unit: UTF-8 would have the same bytes for all lone surrogates. */
const WIDE = 2;
const UNITS_AT_ONCE = 4096;

/** Throws TypeError for what is no key. As in a Map, NaN equals itself and 0 equals -0. */
export function encodeKey(key: MapKey): EncodedKey {
  if (typeof key === "number") {
    // NaN has many forms, and zero has two.
    const one = Number.isNaN(key) ? Number.NaN : key + 0;
    return encoded(NUMBER, new Uint8Array(new Float64Array([one]).buffer));
  }
  if (typeof key !== "string") {
    throw typeError(`The key of a SharedMap is a string or a number, not ${describe(key)}`);
  }
  const narrow = new Uint8Array(key.length);
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (unit > 0xff) return encoded(WIDE, wideBytes(key));
    narrow[i] = unit;
  }
  return encoded(NARROW, narrow);
}

const encoded = (kind: number, bytes: Uint8Array): EncodedKey => ({ bytes, kind, hash: hashBytes(bytes, kind) });

function wideBytes(key: string): Uint8Array {
  const units = new Uint16Array(key.length);
  for (let i = 0; i < key.length; i++) units[i] = key.charCodeAt(i);
  return new Uint8Array(units.buffer);
}

/** The key of which these are all bytes, and no part of a larger buffer. */
export function decodeKey(kind: number, bytes: Uint8Array): MapKey {
  if (kind === NUMBER) return new Float64Array(bytes.buffer)[0] as number;
  const units = kind === WIDE ? new Uint16Array(bytes.buffer) : bytes;
  let key = "";
  for (let i = 0; i < units.length; i += UNITS_AT_ONCE) {
    key += String.fromCharCode(...units.subarray(i, i + UNITS_AT_ONCE));
  }
  return key;
}
