import vm from "node:vm";

/** The constructors of one realm. */
export type Services = typeof HERE;

const NAMES = [
  "Object",
  "Array",
  "Map",
  "Set",
  "Date",
  "RegExp",
  "Number",
  "String",
  "Boolean",
  "BigInt",
  "ArrayBuffer",
  "DataView",
  "Error",
  "TypeError",
  "RangeError",
  "AggregateError",
] as const;
const HERE = Object.fromEntries(NAMES.map((name) => [name, Reflect.get(globalThis, name)])) as unknown as Pick<
  typeof globalThis,
  (typeof NAMES)[number]
> & { readonly views: readonly (typeof Float64Array)[] };

const VIEWS = [
  ...["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array"],
  ...["Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"],
];

function servicesOf(get: (name: string) => unknown): Services {
  const views = VIEWS.map(get).filter((view) => view !== undefined);
  return { ...Object.fromEntries(NAMES.map((name) => [name, get(name)])), views } as unknown as Services;
}

/** This realm, and another one, as test environments and sandboxes make them. */
export function services(): readonly Services[] {
  const context = vm.createContext({});
  return [
    servicesOf((name) => Reflect.get(globalThis, name)),
    servicesOf((name) => vm.runInContext(`globalThis.${name}`, context)),
  ];
}

/** Numbers from a seed: the same ones every time (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number below `n`. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const KEYS = [
  "a",
  "b",
  "id",
  "",
  "0",
  "17",
  "4294967294",
  "-1",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "length",
];
const ODD_KEYS = ["\ud800", "\udc00\ud800", "snow ☃", "a-b", "then", "name", "\u0000", "\u2028", "toJSON"];
const NUMBERS = [0, -0, 1, -1, 0.1, 1e21, 2 ** 53, -(2 ** 31), 5e-324, Number.NaN, Number.POSITIVE_INFINITY, -Infinity];
const TEXTS = ["", "plain", "\ud800", "a\udfffb", "🧵", "\u0000\u001f\u007f", '"\\', "é".repeat(40), "x".repeat(300)];
const LONG_TEXTS = ["x".repeat(5000), "é".repeat(5000), `${"x".repeat(5000)}\ud800`];
const CHARACTERS = ["", "g", "giu", "dgimsy"];

class Point {
  x = 1;
  #secret = 2;
  get sum(): number {
    return this.x + this.#secret;
  }
}

/** A value of what structuredClone knows, of any realm: with cycles, and with things that are met twice. */
export class Values {
  readonly #dice: Dice;
  readonly #services: readonly Services[];
  #met: object[] = [];
  #left = 0;

  constructor(dice: Dice, all: readonly Services[]) {
    this.#dice = dice;
    this.#services = all;
  }

  next(): unknown {
    this.#met = [];
    this.#left = 1 + this.#dice.below(40);
    return this.#value();
  }

  #value(): unknown {
    const dice = this.#dice;
    if (this.#left-- <= 0) return this.#primitive();
    if (this.#met.length > 0 && dice.below(12) === 0) return dice.pick(this.#met);
    return dice.below(3) === 0 ? this.#primitive() : this.#object();
  }

  #primitive(): unknown {
    const dice = this.#dice;
    switch (dice.below(8)) {
      case 0:
        return undefined;
      case 1:
        return null;
      case 2:
        return dice.below(2) === 0;
      case 3:
        return dice.pick(NUMBERS);
      case 4:
        return dice.below(2 ** 31) / 7;
      case 5:
        return BigInt(dice.below(2 ** 31) - 2 ** 30) ** BigInt(dice.below(5));
      default:
        return dice.pick(dice.below(40) === 0 ? LONG_TEXTS : TEXTS);
    }
  }

  #meet<T extends object>(made: T): T {
    this.#met.push(made);
    return made;
  }

  #object(): object {
    const dice = this.#dice;
    const services = dice.pick(this.#services);
    switch (dice.below(16)) {
      case 0:
      case 1:
      case 2:
        return this.#filled(this.#meet(new services.Object()));
      case 3:
        return this.#filled(this.#meet(dice.below(2) === 0 ? Object.create(null) : new Point()));
      case 4:
      case 5:
        return this.#list(services);
      case 6:
        return this.#numbers(services);
      case 7: {
        const map = this.#meet(new services.Map<unknown, unknown>());
        for (let n = dice.below(4); n > 0; n--) map.set(this.#value(), this.#value());
        return map;
      }
      case 8: {
        const set = this.#meet(new services.Set<unknown>());
        for (let n = dice.below(4); n > 0; n--) set.add(this.#value());
        return set;
      }
      case 9:
        return this.#meet(new services.Date(dice.pick([0, 1e12, -1, Number.NaN, 8.64e15])));
      case 10:
        return this.#meet(new services.RegExp(dice.pick(["a+", "[/]", "", "\\u2028☃"]), dice.pick(CHARACTERS)));
      case 11:
        return this.#meet(services.Object(dice.pick([5, -0, "text", true, false, 7n, ""])));
      case 12:
        return this.#meet(this.#buffer(services));
      case 13:
      case 14:
        return this.#view(services);
      default:
        return this.#error(services);
    }
  }

  #filled<T extends object>(made: T): T {
    const dice = this.#dice;
    for (let n = dice.below(5); n > 0; n--) {
      const key = dice.pick(dice.below(3) === 0 ? ODD_KEYS : KEYS);
      const value = this.#value();
      const enumerable = dice.below(12) !== 0;
      if (dice.below(12) === 0) Object.defineProperty(made, key, { get: () => value, enumerable, configurable: true });
      else Object.defineProperty(made, key, { value, writable: true, enumerable, configurable: true });
    }
    if (dice.below(8) === 0) Object.defineProperty(made, Symbol("unseen"), { value: () => 1, enumerable: true });
    return made;
  }

  #list(services: Services): unknown[] {
    const dice = this.#dice;
    const list = this.#meet(new services.Array<unknown>());
    for (let n = dice.below(6); n > 0; n--) list.push(this.#value());
    if (dice.below(4) === 0) list.length += dice.pick([1, 5, 5000, 2 ** 31]);
    if (dice.below(6) === 0) delete list[0];
    if (dice.below(6) === 0) Object.defineProperty(list, "extra", { value: this.#value(), enumerable: true });
    return list;
  }

  #numbers(services: Services): number[] {
    const dice = this.#dice;
    const list = this.#meet(new services.Array<number>());
    for (let n = dice.pick([3, 63, 64, 65, 200]); n > 0; n--)
      list.push(dice.below(9) === 0 ? dice.pick(NUMBERS) : n / 3);
    return list;
  }

  #buffer(services: Services): ArrayBuffer {
    const dice = this.#dice;
    const bytes = 8 * dice.below(12);
    const buffer =
      dice.below(4) === 0
        ? new services.ArrayBuffer(bytes, { maxByteLength: bytes * 2 })
        : new services.ArrayBuffer(bytes);
    const seen = new Uint8Array(buffer);
    for (let i = 0; i < seen.length; i++) seen[i] = dice.below(256);
    return buffer;
  }

  #view(services: Services): ArrayBufferView {
    const dice = this.#dice;
    const known = this.#met.filter((one): one is ArrayBuffer => Reflect.get(one, Symbol.toStringTag) === "ArrayBuffer");
    const buffer = known.length > 0 && dice.below(2) === 0 ? dice.pick(known) : this.#meet(this.#buffer(services));
    const start = 8 * dice.below(buffer.byteLength / 8 + 1);
    const bytes = 8 * dice.below((buffer.byteLength - start) / 8 + 1);
    if (dice.below(6) === 0) return this.#meet(new services.DataView(buffer, start, bytes));
    const View = dice.pick(services.views);
    return this.#meet(new View(buffer, start, bytes / View.BYTES_PER_ELEMENT));
  }

  #error(services: Services): Error {
    const dice = this.#dice;
    const Made = dice.pick([services.Error, services.TypeError, services.RangeError]);
    const error = this.#meet(new Made(dice.pick(TEXTS)));
    if (dice.below(2) === 0) {
      Object.defineProperty(error, "cause", { value: this.#value(), writable: true, configurable: true });
    }
    return error;
  }
}

/** Where two graphs differ first; undefined if they are the same, with the same cycles. */
export function difference(a: unknown, b: unknown): string | undefined {
  const partners = new Map<object, object>();
  const pairs: [unknown, unknown, string][] = [[a, b, "value"]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [left, right, path] = pair;
    if (typeof left !== "object" || left === null || typeof right !== "object" || right === null) {
      if (!Object.is(left, right)) return `${path}: ${shown(left)} is not ${shown(right)}`;
      continue;
    }
    const partner = partners.get(left);
    if (partner !== undefined) {
      if (partner !== right) return `${path}: another object than before`;
      continue;
    }
    partners.set(left, right);
    const wrong = shallowDifference(left, right, (l, r, step) => pairs.push([l, r, `${path}${step}`]));
    if (wrong !== undefined) return `${path}: ${wrong}`;
  }
  return undefined;
}

/** An object of a cycle, or of another realm, may have no text of its own. */
const shown = (value: unknown): string =>
  typeof value === "object" && value !== null ? `an object (${Object.prototype.toString.call(value)})` : String(value);

type Deeper = (left: unknown, right: unknown, step: string) => void;

function shallowDifference(left: object, right: object, deeper: Deeper): string | undefined {
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return "another prototype";
  if (left instanceof Error) return errorDifference(left, right as Error, deeper);
  if (left instanceof Map) {
    const entries = [...(right as Map<unknown, unknown>)].flat();
    if (left.size * 2 !== entries.length) return "another size";
    for (const [i, part] of [...left].flat().entries()) deeper(part, entries[i], `<${i}>`);
  } else if (left instanceof Set) {
    const items = [...(right as Set<unknown>)];
    if (left.size !== items.length) return "another size";
    for (const [i, item] of [...left].entries()) deeper(item, items[i], `<${i}>`);
  } else if (left instanceof RegExp || left instanceof Date) {
    const same = left instanceof Date ? Object.is(Number(left), Number(right)) : String(left) === String(right);
    if (!same) return "another text";
  } else if (left instanceof ArrayBuffer) return bufferDifference(left, right as ArrayBuffer);
  else if (ArrayBuffer.isView(left)) {
    const other = right as ArrayBufferView;
    deeper(left.buffer, other.buffer, ".buffer");
    return left.byteOffset === other.byteOffset && left.byteLength === other.byteLength ? undefined : "another part";
  } else if (/Number|String|Boolean|BigInt/.test(Object.prototype.toString.call(left))) {
    deeper(left.valueOf(), right.valueOf(), ".valueOf()");
  }
  return propertyDifference(left, right, deeper);
}

function errorDifference(left: Error, right: Error, deeper: Deeper): string | undefined {
  for (const key of ["name", "message", "stack", "cause"])
    deeper(Reflect.get(left, key), Reflect.get(right, key), `.${key}`);
  return Object.hasOwn(left, "cause") === Object.hasOwn(right, "cause") ? undefined : "a cause";
}

function bufferDifference(left: ArrayBuffer, right: ArrayBuffer): string | undefined {
  if (left.resizable !== right.resizable || left.maxByteLength !== right.maxByteLength) return "another limit";
  return Buffer.from(left).equals(Buffer.from(right)) ? undefined : "other bytes";
}

function propertyDifference(left: object, right: object, deeper: Deeper): string | undefined {
  const keys = Object.getOwnPropertyNames(left);
  if (Array.isArray(left) && left.length !== (right as unknown[]).length) return "another length";
  const others = Object.getOwnPropertyNames(right);
  if (keys.length !== others.length) return `properties ${keys} and ${others}`;
  for (const [i, key] of keys.entries()) {
    if (key !== others[i]) return `property ${key} is ${others[i]}`;
    const [l, r] = [left, right].map((one) => Object.getOwnPropertyDescriptor(one, key)) as PropertyDescriptor[];
    if (l?.enumerable !== r?.enumerable) return `property ${key} is enumerable in one`;
    if (!(ArrayBuffer.isView(left) && /^\d+$/.test(key))) deeper(l?.value, r?.value, `[${JSON.stringify(key)}]`);
  }
  return undefined;
}
