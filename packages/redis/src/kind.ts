import { checkType, typeError } from "@heddle/core";
import type { RemoteObject } from "./remote-object.js";

/**
 * A class of objects at the server, as one program has it.
 *
 * @example
 * ```ts
 * import type { Kind, Lock, Semaphore } from "@heddle/redis";
 *
 * interface Parts {
 *   readonly Lock: Kind<Lock, []>;
 *   readonly Semaphore: Kind<Semaphore, [value?: number]>;
 * }
 * export const partsOf = ({ Lock, Semaphore }: Parts) => [Lock.named("stock"), Semaphore.named("seats", 2)];
 * ```
 */
export interface Kind<T, Args extends readonly unknown[]> {
  /** Makes an object without a name. It ends with this program's session. */
  new (...args: Args): T;
  /**
   * The one object of that name in the namespace. The first program that uses it makes it.
   *
   * @throws TypeError, from its methods, if it was made with other arguments.
   */
  named(name: string, ...args: Args): T;
  /** For `instanceof`. */
  readonly prototype: T;
}

/** The class of the objects that `make` makes. */
export function kindOf<T extends RemoteObject, Args extends readonly unknown[]>(
  of: { readonly name: string; readonly prototype: T },
  make: (name: string | undefined, ...args: Args) => T,
): Kind<T, Args> {
  function Made(...args: Args): T {
    if (new.target === undefined)
      throw typeError(`${of.name} is a class: use new ${of.name}() or ${of.name}.named("name")`);
    return make(undefined, ...args);
  }
  Made.prototype = of.prototype;
  Made.named = (name: string, ...args: Args): T => {
    checkType(name, "A name", "string");
    if (name === undefined || name === "" || name.startsWith("~")) {
      throw typeError('A name is a string that is not empty and does not begin with "~"');
    }
    return make(name, ...args);
  };
  Object.defineProperty(Made, "name", { value: of.name });
  // biome-ignore lint/suspicious/noExplicitAny: a function is no constructor to the compiler.
  return Made as any;
}
