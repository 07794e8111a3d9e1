import type { RegisteredClasses } from "./received.js";

/**
 * Options of {@link registerClass}.
 *
 * @example
 * ```ts
 * import { type ClassOptions, registerClass } from "@heddle/node-threads";
 *
 * class Celsius {
 *   readonly #degrees: number;
 *   constructor(degrees: number) {
 *     this.#degrees = degrees;
 *   }
 *   valueOf(): number {
 *     return this.#degrees;
 *   }
 * }
 *
 * const asNumber: ClassOptions<Celsius, number> = { pack: Number, unpack: (degrees) => new Celsius(degrees) };
 * registerClass(Celsius, asNumber);
 * ```
 */
export interface ClassOptions<T, P> {
  /**
   * The name of the class, the same in every worker. Default: that of the class. Give one if a minifier renames classes, or if two have the
   * same name.
   */
  name?: string | undefined;
  /** Returns what is sent in place of an instance: anything that can be sent. Only together with `unpack`. */
  pack?: ((instance: T) => P) | undefined;
  /** Makes an instance from what `pack` returned, in the worker that receives it. */
  unpack?: ((packed: P) => T) | undefined;
}

/**
 * Makes instances of a class arrive as instances of that class, in every worker that has registered it too. Call it right after the class,
 * at the top level of a module that the tasks and the program import. Errors of a registered class come back as errors of that class.
 *
 * Without `pack` and `unpack`, the own enumerable properties of an instance are sent. The instance arrives with these and its prototype; no
 * constructor runs. A class with private fields, or one that extends a built-in class other than Error, needs both. The result of `pack`
 * must not refer to the instance itself: the receiver gets a HeddleError then.
 *
 * Types cannot see what is registered: add the class to the interface {@link RegisteredClasses}, as below. Otherwise the compiler takes its
 * instances for plain objects without methods.
 *
 * A worker that has not registered the class gets a ClassNotFoundError from the call that would have returned the instance. An error of
 * such a class arrives as an Error of the same name. Instances of classes that are not registered, subclasses of registered ones included,
 * arrive as plain objects with their own enumerable properties, as by `structuredClone`.
 *
 * A module that is evaluated again replaces its classes.
 *
 * @throws TypeError if it is not a class, has no name, or has the name of another class. Also TypeError if only one of `pack` and `unpack`
 *   is given, or neither for a class with private fields.
 *
 * @example
 * ```ts
 * import { isMain, Pool, registerClass, task } from "@heddle/node-threads";
 *
 * class Money {
 *   readonly #cents: number;
 *   constructor(cents: number) {
 *     this.#cents = cents;
 *   }
 *   get cents(): number {
 *     return this.#cents;
 *   }
 *   plus(other: Money): Money {
 *     return new Money(this.#cents + other.#cents);
 *   }
 * }
 * declare module "@heddle/node-threads" {
 *   interface RegisteredClasses {
 *     Money: Money;
 *   }
 * }
 * registerClass(Money, { pack: ({ cents }) => cents, unpack: (cents) => new Money(cents) });
 *
 * const double = task(import.meta, function double(money: Money) {
 *   return money.plus(money);
 * });
 *
 * if (isMain(import.meta)) {
 *   const pool = new Pool({ size: 1 });
 *   try {
 *     const doubled = await pool.run(double, new Money(250));
 *     console.log(doubled instanceof Money, doubled.cents); // true 500
 *   } finally {
 *     await pool.close();
 *   }
 * }
 * ```
 */
export declare function registerClass<T extends object, P = unknown>(
  registered: abstract new (...args: never[]) => T,
  options?: ClassOptions<T, P>,
): void;
