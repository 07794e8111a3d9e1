import { checkOptions, checkType } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import type { Kind } from "../kernel/layout.js";
import type { SharedObject } from "../sync/shared-object.js";

/** A new cell, for a proxy that is about to be made. */
export const create = (kernel: Kernel, kind: Kind, words: number): number => kernel.cells.create(kind, words);

/** The option `fair` of `what`, such as `A lock`: whether each release hands over to who waits. */
export function isFair(what: string, options: { readonly fair?: boolean | undefined } | undefined): boolean {
  checkOptions(options, what, ["fair"]);
  checkType(options?.fair, `Whether ${what.toLowerCase()} is fair`, "boolean");
  return options?.fair === true;
}

/** The program's one object of that kind and name. */
export function named<T extends SharedObject>(
  kernel: Kernel,
  kind: Kind,
  className: string,
  name: string,
  args: readonly unknown[],
  make: () => T,
): T {
  const object = kernel.names.get(kind, className, name, args, make) as T;
  object.nameIt(`${className} ${name}`);
  return object;
}

/**
 * Has `instanceof` say of a bound class that instances of `base` are its own, and of what is marked alike. Bound classes extend their own
 * proxies' classes, not one another; and the class may be bound by another copy of this package.
 */
export function alsoInstances(bound: object | undefined, base: { prototype: object }, name: string): void {
  const mark = Symbol.for(`heddle ${name}`);
  Object.defineProperty(base.prototype, mark, { value: true });
  if (bound === undefined) return;
  Object.defineProperty(bound, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      // A class that extends it inherits this.
      if (this !== bound) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === "object" && value !== null && mark in value;
    },
  });
}
