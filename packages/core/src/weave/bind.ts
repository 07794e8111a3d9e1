import type { Kernel } from "../kernel/kernel.js";
import type { Kind } from "../kernel/layout.js";
import type { SharedObject } from "../sync/shared-object.js";

/** A new cell, for a proxy that is about to be made. */
export const create = (kernel: Kernel, kind: Kind, words: number): number => kernel.cells.create(kind, words);

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
