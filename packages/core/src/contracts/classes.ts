import type { RegisteredClasses } from "./received.js";

/** How instances of a class travel. */
export interface ClassOptions<T, P> {
  /**
   * The name under which the class is known, the same in every worker. Default: the class's own. Give one where a minifier renames
   * classes, or where two have the same name.
   */
  name?: string | undefined;
  /** Gives what is sent in place of an instance: anything that can be sent itself. Together with `unpack`. */
  pack?: ((instance: T) => P) | undefined;
  /** Makes the instance of what `pack` gave, in the worker that receives it. */
  unpack?: ((packed: P) => T) | undefined;
}

/**
 * Has instances of a class arrive as instances of it, in every worker that has registered it as well: call it right after the class, at the
 * top level of the module that tasks and program import. Errors of a class that is registered come back as errors of that class.
 *
 * Without `pack` and `unpack`, an instance's own enumerable properties are sent; it arrives with these and its prototype, and no constructor runs. A class
 * with private fields, or one that extends a built-in class other than Error, needs both. What `pack` gives must not refer to
 * the instance itself: the receiver gets a HeddleError then. Types cannot see what is registered: add the class to the interface
 * {@link RegisteredClasses}, as below, or the compiler takes its instances for plain objects without methods.
 *
 * A worker that receives an instance of a class that it has not registered gets a ClassNotFoundError, from the call that would have given
 * the instance; an error of such a class arrives as an Error of the same name. Instances of classes that were registered nowhere, subclasses
 * of registered ones among them, arrive as plain objects with their own enumerable properties, as by `structuredClone`.
 *
 * Throws TypeError for what is no class, for a class without a name, for only one of `pack` and `unpack`, for a class with private fields and
 * neither, and for a name that another class has. A module that is evaluated again later replaces its classes.
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
