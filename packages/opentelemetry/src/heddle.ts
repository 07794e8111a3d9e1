import type { Carrier, CurrentWorker, Instrumentation, TaskRef } from "@heddle/core";

export type { Carrier, CurrentWorker, TaskRef };

const LIST = Symbol.for("heddle.instrumentations");

/** This worker's list. Whichever adapter the program uses, it is in the same place. */
export function instrumentations(): (Instrumentation & { readonly name?: string })[] {
  const shared = globalThis as { [LIST]?: Instrumentation[] };
  shared[LIST] ??= [];
  return shared[LIST];
}
