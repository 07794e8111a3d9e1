import vm from "node:vm";
import { QueueFullError, SendError, TimeoutError } from "../src/contracts/errors.js";
import { registerClass } from "../src/kernel/message/index.js";
import { type Dice, services, Values } from "./values.js";

/** In place of a part that cannot be sent: nothing arrives. */
export const LOST = Symbol("lost");

/** A value, and the value that is to arrive for it. */
export interface Pair {
  readonly given: unknown;
  readonly arrives: unknown;
}

class RowError extends RangeError {}
class NamedError extends TypeError {
  override name = "NamedError";
}
class HttpError extends RowError {
  readonly #secret = 1;
  get doubled(): number {
    return this.#secret * 2;
  }
}
class KnownError extends RangeError {}
registerClass(KnownError);
const Anonymous = (() => class extends SyntaxError {})();
/** By the name of a class that arrives as itself, which it is not. */
const Impostor = { TypeError: class extends Error {} }.TypeError;
const SubException = class Aborted extends DOMException {};
class OddlyNamed extends RangeError {
  static override readonly name = 7 as never;
}
/** As classes were written before there were any. */
function OldError(this: Error, message: string): void {
  this.message = message;
}
OldError.prototype = Object.create(TypeError.prototype, { constructor: { value: OldError } });

const foreign = vm.runInContext(
  `class Foreign extends RangeError {}
   class ForeignNamed extends RangeError { constructor(...given) { super(...given); this.name = "ForeignNamed"; } }
   class TimeoutError extends Error {}
   TimeoutError.prototype.name = "TimeoutError";
   ({ Error, TypeError, RangeError, AggregateError, Foreign, ForeignNamed, TimeoutError })`,
  vm.createContext({}),
) as Record<string, ErrorConstructor>;

/** How an error of a class is made, and the class and the name with which it arrives. */
interface Made {
  readonly make: (message: string) => Error;
  readonly as: object;
  readonly name: string;
}

const of = (Class: unknown, as: { prototype: object }, name: string): Made => ({
  make: (message) => Reflect.construct(Class as never, [message]) as Error,
  as: as.prototype,
  name,
});

const CLASSES: readonly Made[] = [
  ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, URIError, EvalError].map((one) =>
    of(one, one, one.name),
  ),
  of(RowError, RangeError, "RowError"),
  of(NamedError, TypeError, "NamedError"),
  of(HttpError, RangeError, "HttpError"),
  of(KnownError, KnownError, "RangeError"),
  of(Anonymous, SyntaxError, "SyntaxError"),
  of(Impostor, Error, "TypeError"),
  of(TimeoutError, TimeoutError, "TimeoutError"),
  of(QueueFullError, QueueFullError, "QueueFullError"),
  { ...of(SendError, SendError, "SendError"), make: (message) => new SendError(message, "value.part") },
  of(foreign.Error, Error, "Error"),
  of(foreign.TypeError, TypeError, "TypeError"),
  of(foreign.Foreign, RangeError, "Foreign"),
  of(foreign.ForeignNamed, RangeError, "ForeignNamed"),
  of(foreign.TimeoutError, Error, "TimeoutError"),
  of(OddlyNamed, RangeError, "RangeError"),
  of(OldError, TypeError, "OldError"),
  ...[AggregateError, foreign.AggregateError as unknown as AggregateErrorConstructor].map((one) => ({
    ...of(one, AggregateError, "AggregateError"),
    make: (message: string) => new one([new RangeError("one of them"), 7], message),
  })),
  { ...of(Error, Error, "Error"), make: (message) => Object.setPrototypeOf(new Error(message), null) },
  { make: (message) => new DOMException(message, "AbortError"), as: DOMException.prototype, name: "AbortError" },
  { make: (message) => new SubException(message, "DataError"), as: DOMException.prototype, name: "DataError" },
];

const TEXTS = [
  "",
  "boom",
  "two\nlines",
  "\ud800 alone",
  "🧵".repeat(30),
  "\u0000",
  "at x (y:1:1)",
  "Error: no",
  "é".repeat(5000),
];
const KEYS = [
  "code",
  "cause",
  "errors",
  "errno",
  "a",
  "0",
  "4294967295",
  "__proto__",
  "constructor",
  "toString",
  "then",
  "path",
];

const fail = (): never => {
  throw new Error("not to be read");
};

/** Errors of every kind, with anything in them and around them, and beside each the error that is to arrive. */
export class ThrownValues {
  readonly #dice: Dice;
  readonly #values: Values;
  #met: Pair[] = [];
  #left = 0;

  constructor(dice: Dice, all = services()) {
    this.#dice = dice;
    this.#values = new Values(dice, all);
  }

  next(): Pair {
    this.#met = [];
    this.#left = 1 + this.#dice.below(12);
    return this.#error();
  }

  #error(): Pair {
    const dice = this.#dice;
    const made = dice.pick(CLASSES);
    const given = made.make(dice.pick(TEXTS));
    const arrives =
      made.as === DOMException.prototype ? new DOMException(given.message, made.name) : new Error(given.message);
    if (!(arrives instanceof DOMException)) Object.setPrototypeOf(arrives, made.as);
    const pair = { given, arrives };
    this.#met.push(pair);
    const parts = this.#ownParts(given);
    const texts = this.#spoilTexts(given, made);
    for (const [key, part] of parts) {
      if (part === LOST) continue;
      const enumerable = Object.getOwnPropertyDescriptor(given, key)?.enumerable === true;
      Object.defineProperty(arrives, key, { value: part, enumerable, configurable: true, writable: true });
    }
    for (const [key, value] of Object.entries(texts)) {
      const enumerable = key !== "stack" && Object.getOwnPropertyDescriptor(given, key)?.enumerable === true;
      Object.defineProperty(arrives, key, { value, enumerable, configurable: true, writable: true });
    }
    if (dice.below(8) === 0) Object.freeze(given);
    return pair;
  }

  /** Gives an error some properties, and tells what is to arrive of them and of those that it had. */
  #ownParts(given: Error): Map<string, unknown> {
    const dice = this.#dice;
    const parts = new Map<string, unknown>();
    for (const key of Object.getOwnPropertyNames(given))
      if (!["stack", "message", "name"].includes(key)) parts.set(key, Reflect.get(given, key));
    if (dice.below(3) === 0) this.#set(given, parts, "cause", false);
    if (dice.below(6) === 0) {
      const list = Array.from({ length: dice.below(4) }, () => this.#part());
      setHidden(
        given,
        "errors",
        list.map((one) => one.given),
      );
      parts.set(
        "errors",
        list.map((one) => (one.arrives === LOST ? undefined : one.arrives)),
      );
    }
    for (let n = dice.below(4); n > 0; n--) this.#set(given, parts, dice.pick(KEYS), dice.below(4) > 0);
    if (dice.below(6) === 0) {
      Object.defineProperty(given, "thrower", { get: fail, enumerable: dice.below(2) === 0, configurable: true });
      parts.set("thrower", LOST);
    }
    if (dice.below(6) === 0) Object.defineProperty(given, Symbol("unseen"), { value: 1, enumerable: true });
    return parts;
  }

  #set(given: Error, parts: Map<string, unknown>, key: string, enumerable: boolean): void {
    const part = this.#part();
    const isRead = this.#dice.below(8) === 0;
    const how = isRead ? { get: () => part.given } : { value: part.given, writable: true };
    Object.defineProperty(given, key, { ...how, enumerable, configurable: true });
    parts.set(key, part.arrives);
  }

  /** Changes its texts as programs do; gives those that are to arrive. */
  #spoilTexts(given: Error, { name }: Made): { name?: string; message: string; stack: string } {
    const dice = this.#dice;
    const { message } = given;
    const prototype: object | null = given instanceof DOMException ? null : Object.getPrototypeOf(given);
    const inherited = prototype === null ? name : (Reflect.get(prototype, "name") as string);
    const own = given.name ?? "Error";
    const written = given.stack ?? "";
    const begins = [inherited, "Error"].find((one) => written.startsWith(one));
    const shown = own === name || begins === undefined ? written : name + written.slice(begins.length);
    const withMessage = (told: string): string => (given.stack === undefined ? `${name}: ${told}` : shown);
    const renamedFirst = `${name}: ${message}`;
    switch (dice.below(12)) {
      case 0:
        Object.defineProperty(given, "stack", { value: dice.pick([[{}], undefined, 7, null]), configurable: true });
        return { name, message, stack: renamedFirst };
      case 1:
        Object.defineProperty(given, "stack", { get: fail, configurable: true, enumerable: dice.below(2) === 0 });
        return { name, message, stack: renamedFirst };
      case 2: {
        const stack = `Wrapped\n${"    at f (file:///x.js:1:1)\n".repeat(dice.pick([1, 300]))}`;
        Object.defineProperty(given, "stack", { value: stack, configurable: true, writable: true });
        return { name, message, stack };
      }
      case 3:
        Object.defineProperty(given, "message", { get: fail, configurable: true });
        return { name, message: "", stack: withMessage("") };
      case 4: {
        const long = "x".repeat(dice.pick([1000, 70_000]));
        Object.defineProperty(given, "message", { value: long, configurable: true });
        return { name, message: long, stack: withMessage(long) };
      }
      default:
        return { name, message, stack: withMessage(message) };
    }
  }

  /** Anything that a program puts into an error. */
  #part(): Pair {
    const dice = this.#dice;
    if (this.#left-- <= 0) return both(dice.pick([1, "text", null, true]));
    switch (dice.below(10)) {
      case 0:
        return this.#met.length > 0 ? dice.pick(this.#met) : this.#error();
      case 1:
      case 2:
        return this.#error();
      case 3:
      case 4:
        return { given: this.#lost(), arrives: LOST };
      case 5:
        return this.#list();
      case 6:
        return this.#map();
      case 7:
        return this.#object();
      case 8:
        return this.#setOf();
      default: {
        return this.#value();
      }
    }
  }

  /** Before Node 22, structuredClone cannot read all that it writes. */
  #value(): Pair {
    for (;;) {
      const given = this.#values.next();
      try {
        return { given, arrives: structuredClone(given) };
      } catch {
        // Another one.
      }
    }
  }

  #lost(): unknown {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return this.#dice.pick<unknown>([
      () => 1,
      Symbol("s"),
      Promise.resolve(),
      new WeakMap(),
      new WeakRef({}),
      [].values(),
      proxy,
      new Proxy(new Map(), {}),
      new SharedArrayBuffer(8),
      new Uint8Array(new SharedArrayBuffer(8)),
    ]);
  }

  #list(): Pair {
    const items = Array.from({ length: this.#dice.below(4) }, () => this.#part());
    return {
      given: items.map((item) => item.given),
      arrives: items.map((item) => (item.arrives === LOST ? undefined : item.arrives)),
    };
  }

  #setOf(): Pair {
    const items = Array.from({ length: this.#dice.below(4) }, () => this.#part());
    return {
      given: new Set(items.map((item) => item.given)),
      arrives: new Set(items.flatMap((item) => (item.arrives === LOST ? [] : [item.arrives]))),
    };
  }

  #map(): Pair {
    const entries = Array.from({ length: this.#dice.below(4) }, () => [this.#part(), this.#part()] as const);
    const given = new Map<unknown, unknown>();
    const arrives = new Map<unknown, unknown>();
    for (const [key, value] of entries) {
      if (given.has(key.given)) continue;
      given.set(key.given, value.given);
      if (key.arrives !== LOST && value.arrives !== LOST) arrives.set(key.arrives, value.arrives);
    }
    return { given, arrives };
  }

  #object(): Pair {
    const given: Record<string, unknown> = {};
    const arrives: Record<string, unknown> = {};
    for (let n = this.#dice.below(4); n > 0; n--) {
      const [key, part] = [`key${n}`, this.#part()];
      given[key] = part.given;
      if (part.arrives !== LOST) arrives[key] = part.arrives;
    }
    return { given, arrives };
  }
}

const both = (value: unknown): Pair => ({ given: value, arrives: value });

const setHidden = (error: object, key: string, value: unknown): void =>
  void Object.defineProperty(error, key, { value, enumerable: false, configurable: true, writable: true });
