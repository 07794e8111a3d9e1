import { typeError } from "../contracts/wrong-use.js";
import { describe } from "../kernel/arguments.js";
import { SharedObject } from "../sync/shared-object.js";

/**
 * How many arguments public methods take: names with spaces between. Methods without arguments come first, then those that take one, and so
 * on up to three ([ADR 0055](docs/adr/0055-surplus-arguments.md)).
 */
export interface Arity {
  /** Of methods that throw what is wrong. */
  readonly throws: readonly string[];
  /** Of methods that give promises, which reject with it. */
  readonly rejects?: readonly string[];
  /** Those of them, with spaces between, that need their first argument, if only as `undefined`. */
  readonly items?: string;
  /** The advice in place of setting a property that can only be read. */
  readonly instead?: Readonly<Record<string, string>>;
}

const STATIC = /^(named|use)$/;

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Has the methods of a class, and those of the class itself, refuse arguments beyond those that they take. Has properties that can only be
 * read refuse to be set, in sloppy mode too.
 */
export function restrict<T extends { readonly prototype: object }>(bound: T, name: string, arity: Arity): T {
  const { prototype } = bound;
  const withItems = arity.items?.split(" ") ?? [];
  for (const [names, isAsync] of [
    [arity.throws, false],
    [arity.rejects ?? [], true],
  ] as const) {
    for (const [most, some] of names.entries()) {
      for (const key of some.match(/\w+/g) ?? []) {
        const owner = key in prototype ? prototype : bound;
        const method = Reflect.get(owner, key) as Method;
        const value = taking(most, `${name}.${key}`, method, isAsync, withItems.includes(key));
        Object.defineProperty(owner, key, { value, writable: true, configurable: true });
      }
    }
  }
  refuseToSet(prototype, name, arity.instead ?? {});
  return bound;
}

/**
 * `given`, which takes `most` arguments, and refuses a further one that is not undefined. With `needsItem`, it refuses a call without any,
 * too. The variables that the wrapper closes over are constant, so that V8 inlines it, and `given` into it: a call costs what it did.
 */
export function taking<F>(most: number, name: string, given: F, isAsync = false, needsItem = false): F {
  const method = given as Method;
  const [ownName = name, owner] = name.split(".").reverse();
  const refuse = (error: TypeError): unknown => {
    if (isAsync) return Promise.reject(error);
    throw error;
  };
  const refuseMore = (surplus: unknown, last: unknown): unknown => {
    const callee = owner === undefined || STATIC.test(ownName) ? name : `${owner.toLowerCase()}.${ownName}`;
    const isPythons = typeof last === "boolean" && typeof surplus === "number";
    const advice = isPythons
      ? "a wait takes an object, such as { timeout: 5_000 }, in milliseconds"
      : `leave it out, or for a callback write () => ${callee}(…)`;
    return refuse(surplusError(most, name, surplus, advice));
  };
  const checked: Method = needsItem
    ? function (...args) {
        if (args.length === 0) {
          return refuse(typeError(`${name} needs an item: write ${ownName}(undefined) if undefined is to be one`));
        }
        const surplus = args.length > most ? args[most] : undefined;
        return surplus === undefined
          ? method.call(this, args[0], args[1], args[2])
          : refuseMore(surplus, args[most - 1]);
      }
    : function (a, b, c, d) {
        const surplus = most === 0 ? a : most === 1 ? b : most === 2 ? c : d;
        return surplus === undefined ? method.call(this, a, b, c) : refuseMore(surplus, most === 1 ? a : b);
      };
  return Object.defineProperty(checked, "name", { value: ownName }) as F;
}

/** Throws TypeError if a constructor that takes `most` arguments was given a further one. */
export function refuseSurplus(most: number, name: string, [surplus]: readonly unknown[]): void {
  if (surplus === undefined) return;
  const isName = most === 0 && typeof surplus === "string";
  const advice = `the program's one of a name is ${name.slice("new ".length)}.named(${JSON.stringify(surplus)})`;
  throw surplusError(most, name, surplus, isName ? advice : "leave it out");
}

function surplusError(most: number, name: string, surplus: unknown, advice: string): TypeError {
  const takes = ["no arguments", "one argument", "two arguments", "three arguments"][most];
  return typeError(`${name} takes ${takes}, and was given ${describe(surplus)}${most > 0 ? " more" : ""}: ${advice}`);
}

/** Up to what all shared objects have: that is not set from without, and outlives `dispose`. */
function refuseToSet(prototype: object, name: string, instead: Readonly<Record<string, string>>): void {
  for (
    let level: object | null = prototype;
    level !== null && level !== Object.prototype && level !== SharedObject.prototype;
    level = Reflect.getPrototypeOf(level)
  ) {
    for (const [key, { get, set }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (get === undefined || set !== undefined) continue;
      const refuse = (): never => {
        throw typeError(`${name}.${key} can only be read${instead[key] === undefined ? "" : `: ${instead[key]}`}`);
      };
      Object.defineProperty(prototype, key, { get, set: refuse, configurable: true });
    }
  }
}
