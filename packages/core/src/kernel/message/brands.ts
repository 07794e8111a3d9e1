/*
 * The kind of a value, told by its internal slots. They are the one thing that neither another realm (a vm context, a test environment) nor
 * a program's own classes change. A built-in getter reads a slot, whichever realm the object comes from, and throws where there is none.
 * Throwing costs some 10 µs, so a getter is only asked about the kind that the value seems to be. `Object.prototype.toString` reads the
 * slots of a few kinds without throwing, for a value without `Symbol.toStringTag`.
 */

type Read<T> = (value: object) => T;

const { bind, call } = Function.prototype;
/** A built-in function whose `this` is its first argument: `call` bound to it, which engines call as they would the function itself. */
const uncurried = <T>(fn: unknown): ((value: unknown, ...args: unknown[]) => T) => Reflect.apply(bind, call, [fn]);

function getterOf(prototype: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(prototype, key)?.get;
}

/** The replacement for a getter that older runtimes do not have. */
function optional<T>(prototype: object, key: PropertyKey, otherwise: Read<T>): Read<T> {
  const get = getterOf(prototype, key);
  return get === undefined ? otherwise : uncurried<T>(get);
}

const { getPrototypeOf } = Object;
const typedArray = getPrototypeOf(Uint8Array.prototype) as object;
const grandparentOf = (value: object): object => getPrototypeOf(getPrototypeOf(value));
const iterator = grandparentOf([].values());
const asyncIterator = grandparentOf(async function* () {}.prototype);

const asText = uncurried<string>(Object.prototype.toString);
export const builtInTag: Read<string> = (value) => asText(value).slice(8, -1);
/** Whether {@link builtInTag} is `Object`, without the text that it would take. */
export const isTaggedObject: Read<boolean> = (value) => asText(value) === "[object Object]";

const isAbove = uncurried<boolean>(Object.prototype.isPrototypeOf);
export const inherits = (value: object, prototype: unknown): boolean => isAbove(prototype, value);

// ── what is in the slots ──

export const eachInMap = uncurried<void>(Map.prototype.forEach);
export const eachInSet = uncurried<void>(Set.prototype.forEach);
export const timeOf = uncurried<number>(Date.prototype.getTime);
export const sourceOf = uncurried<string>(getterOf(RegExp.prototype, "source"));
export const flagsOf = uncurried<string>(getterOf(RegExp.prototype, "flags"));
export const bytesOfBuffer = uncurried<number>(getterOf(ArrayBuffer.prototype, "byteLength"));
export const isResizable = optional<boolean>(ArrayBuffer.prototype, "resizable", () => false);
export const isGrowable = optional<boolean>(SharedArrayBuffer.prototype, "growable", () => false);
export const mostBytesOf = optional<number>(ArrayBuffer.prototype, "maxByteLength", (buffer) => bytesOfBuffer(buffer));
const isDetachedNow = optional<boolean>(ArrayBuffer.prototype, "detached", refusesToBeSliced);
export const bytesOfShared = uncurried<number>(getterOf(SharedArrayBuffer.prototype, "byteLength"));
const typedArrayName = uncurried<string | undefined>(getterOf(typedArray, Symbol.toStringTag));

/** `ArrayBuffer.detached` is not in Node 20; a detached buffer refuses to be sliced. */
function refusesToBeSliced(buffer: object): boolean {
  try {
    Reflect.apply(ArrayBuffer.prototype.slice, buffer, [0, 0]);
    return false;
  } catch {
    return true;
  }
}

/** Of a buffer that is no SharedArrayBuffer. */
export function bytesOfUnshared(buffer: object): number | undefined {
  try {
    return bytesOfBuffer(buffer);
  } catch {
    return undefined;
  }
}

export const isDetached: Read<boolean> = (buffer) => bytesOfBuffer(buffer) === 0 && isDetachedNow(buffer);

/** A view's measures, even if the program gave it properties of the same names. */
export interface Measures {
  readonly type: string;
  readonly buffer: object;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** In elements. */
  readonly length: number;
}

const MEASURES = (["buffer", "byteOffset", "byteLength", "length"] as const).map((key) => ({
  ofArray: uncurried(getterOf(typedArray, key)),
  ofData: uncurried(getterOf(DataView.prototype, key === "length" ? "byteLength" : key)),
}));
const itemsOf = uncurried<unknown>(Reflect.get(typedArray, "values"));

/** Throws TypeError for a view that reaches beyond its buffer, which has shrunk or was moved away. */
export function measure(view: ArrayBufferView): Measures {
  const type = typedArrayName(view) ?? "DataView";
  const isData = type === "DataView";
  // A typed array that reaches beyond its buffer measures 0, and says so only to those who ask for its items.
  if (!isData) itemsOf(view);
  const [buffer, byteOffset, byteLength, length] = MEASURES.map(({ ofArray, ofData }) =>
    isData ? ofData(view) : ofArray(view),
  ) as [object, number, number, number];
  return { type, buffer, byteOffset, byteLength, length };
}

export const viewType: Read<string> = (view) => typedArrayName(view) ?? "DataView";

// ── which kind it is ──

/** Reads a slot, for each kind that has one: it throws where there is none. */
const SLOTS: { readonly [brand: string]: Read<unknown> } = {
  Map: uncurried(getterOf(Map.prototype, "size")),
  Set: uncurried(getterOf(Set.prototype, "size")),
  ArrayBuffer: bytesOfBuffer,
  SharedArrayBuffer: bytesOfShared,
  Date: timeOf,
  Number: uncurried(Number.prototype.valueOf),
  String: uncurried(String.prototype.valueOf),
  Boolean: uncurried(Boolean.prototype.valueOf),
  BigInt: uncurried(BigInt.prototype.valueOf),
  Symbol: uncurried(Symbol.prototype.valueOf),
  RegExp: (value) => {
    // The getter of `source` makes an exception of the prototype itself.
    if (value === RegExp.prototype) throw new TypeError("no RegExp");
    return sourceOf(value);
  },
};

/** The value in a boxed primitive. */
export const unboxed = (brand: string, value: object): unknown => SLOTS[brand]?.(value);

/** The kinds of this realm, by what their instances inherit from. */
const KINDS: ReadonlyMap<object, string> = new Map<object, string>([
  ...[Map, Set, ArrayBuffer, SharedArrayBuffer, Date, RegExp, Number, String, Boolean, BigInt, Symbol, Error].map(
    ({ name, prototype }) => [prototype, name] as const,
  ),
  ...[Promise, WeakMap, WeakSet, WeakRef, FinalizationRegistry].map(
    ({ name, prototype }) => [prototype, name] as const,
  ),
  [typedArray, "TypedArray"],
  [DataView.prototype, "DataView"],
  [iterator, "Iterator"],
  [asyncIterator, "AsyncIterator"],
]);

/** Kinds of which nothing can be asked, or nothing without doing something to it: a value that inherits from their prototype is one. */
const WITHOUT_SLOTS = new Set([
  "Error",
  "Promise",
  "WeakMap",
  "WeakSet",
  "WeakRef",
  "FinalizationRegistry",
  "Iterator",
  "AsyncIterator",
]);

/** Something that claims to be of a kind and is not: a Proxy of one, or made with `Object.create`. */
export const IMPOSTOR = "Impostor";

/** The name of the kind of a value that is no view and no array: `Object` for whatever the language knows no more of. */
export function brandOf(value: object): string {
  const isTagged = Symbol.toStringTag in value;
  if (!isTagged) {
    const tag = builtInTag(value);
    if (tag !== "Object") return tag;
  }
  let root = value;
  for (let at = getPrototypeOf(value) as object | null; at !== null; at = getPrototypeOf(at) as object | null) {
    const kind = KINDS.get(at);
    if (kind !== undefined) return WITHOUT_SLOTS.has(kind) || hasSlotOf(kind, value) ? kind : IMPOSTOR;
    root = at;
  }
  return isTagged && root !== Object.prototype ? foreignBrand(value) : "Object";
}

/** Of another realm: its own word for its kind may be true. */
function foreignBrand(value: object): string {
  const said = String(Reflect.get(value, Symbol.toStringTag));
  if (Object.hasOwn(SLOTS, said) && hasSlotOf(said, value)) return said;
  return Object.keys(SLOTS).find((kind) => hasSlotOf(kind, value)) ?? "Object";
}

const SLOTTED: ReadonlyMap<unknown, string> = new Map(
  [Map, Set, Date, RegExp, ArrayBuffer].map(({ name, prototype }) => [prototype, name] as const),
);

/**
 * The answer of {@link brandOf} for most values that are no plain objects, sooner: for those of this realm, and of no class of the
 * program's.
 */
export function usualBrandOf(value: object): string | undefined {
  const kind = SLOTTED.get(getPrototypeOf(value));
  return kind !== undefined && hasSlotOf(kind, value) ? kind : undefined;
}

function hasSlotOf(kind: string, value: object): boolean {
  try {
    const read = SLOTS[kind];
    read?.(value);
    return read !== undefined;
  } catch {
    return false;
  }
}

const isErrorByBrand: Read<boolean> = Reflect.get(Error, "isError") ?? (() => false);

/** Whether it is an error, of whichever realm; or a Proxy of one, or made as errors were before classes. Never throws. */
export function isError(value: object): value is Error {
  try {
    return isErrorByBrand(value) || value instanceof Error || builtInTag(value) === "Error";
  } catch {
    return false;
  }
}
