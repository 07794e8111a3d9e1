import type { Queue, Surface } from "@heddle/core";

export interface Order {
  /** A method or property of the object, one of the extras below, or nothing to end. */
  readonly method: string;
  readonly args: readonly unknown[];
}

export type Report = { readonly value: unknown } | { readonly error: unknown };

/** Does what is ordered, one after the other; `begin …` and `settle` make it do two things at once. */
export async function hand(
  orders: Queue<Order>,
  reports: Queue<Report>,
  object: object,
  adapter: string,
): Promise<void> {
  const heddle: Surface = await import(adapter);
  let begun: Promise<unknown> = Promise.resolve();
  const extras: Record<string, (...args: never[]) => unknown> = {
    /** Calls a method without waiting for what it gives; `settle` waits for that. */
    begin: (method: string, ...args: unknown[]) => {
      begun = Promise.resolve(call(object, method, args));
      begun.catch(() => {});
    },
    settle: () => begun,
    exit: (code: number) => process.exit(code),
    pid: () => process.pid,
    worker: () => heddle.current().name,
    set: (key: string, value: unknown) => Reflect.set(object, key, value),
    usage: () => heddle.usage(),
  };
  for (;;) {
    const { method, args } = await orders.get();
    if (method === "") return;
    try {
      const extra = extras[method];
      const value = extra === undefined ? await call(object, method, args) : await extra(...(args as never[]));
      await reports.put({ value });
    } catch (error) {
      await reports.put({ error });
    }
  }
}

function call(object: object, method: string, args: readonly unknown[]): unknown {
  const member: unknown = Reflect.get(object, method);
  return typeof member === "function" ? Reflect.apply(member, object, args) : member;
}
