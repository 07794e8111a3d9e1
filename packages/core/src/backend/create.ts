import { checkOptions, checkType } from "../kernel/arguments.js";
import type { KindOperations } from "../kernel/cells.js";
import type { Kernel } from "../kernel/kernel.js";
import type { Kind } from "../kernel/layout.js";
import type { SharedObject } from "../sync/shared-object.js";
import { refuseSurplus } from "./arity.js";

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

/** How a class of shared objects is bound to a kernel. `A` are the arguments of its constructor, `most` at most. */
interface Binding<A extends readonly unknown[]> {
  readonly kind: Kind;
  readonly most: number;
  /** Makes a cell for a new object. */
  readonly create: (...given: A) => number;
  /** The arguments on which all callers of `named` must agree. */
  readonly agreed: (...given: A) => readonly unknown[];
  readonly operations?: Omit<KindOperations, "proxy">;
  /** The class whose instances its own are, too, for `instanceof`; see {@link alsoInstances}. */
  readonly instancesOf?: string;
}

/** `base`, whose constructor makes a new object of this kernel's, and which has the program's objects by their names. */
export function bindClass<A extends readonly unknown[]>(
  kernel: Kernel,
  className: string,
  base: new (kernel: Kernel, cell: number) => object,
  { kind, most, create, agreed, operations, instancesOf }: Binding<A>,
): unknown {
  const bound = class extends base {
    constructor(...given: unknown[]) {
      if (given.length > most) refuseSurplus(most, `new ${className}`, given.slice(most));
      const cell = create(...(given as unknown as A));
      super(kernel, cell);
      kernel.cells.register(this, cell);
    }

    static named(name: string, ...given: unknown[]): object {
      const make = (): SharedObject => new bound(...given) as SharedObject;
      return named(kernel, kind, className, name, agreed(...(given as unknown as A)), make);
    }
  };
  if (instancesOf !== undefined) alsoInstances(instancesOf === className ? bound : undefined, base, instancesOf);
  kernel.cells.define(kind, { ...operations, proxy: (cell) => Reflect.construct(base, [kernel, cell], bound) });
  return bound;
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
    value(this: { readonly prototype?: unknown }, value: unknown): boolean {
      // A class that extends it inherits this.
      if (this.prototype !== (bound as { readonly prototype?: unknown }).prototype)
        return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === "object" && value !== null && mark in value;
    },
  });
}
