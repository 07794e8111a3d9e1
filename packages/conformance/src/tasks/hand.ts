import type { Guard, Queue, Surface } from "@heddle/core";
import { countOn } from "./action.js";

export interface Order {
  /** A method or property of the object, one of the extras below, or nothing to end. */
  readonly method: string;
  readonly args: readonly unknown[];
}

export type Report = { readonly value: unknown } | { readonly error: unknown };

/**
 * Does what is ordered, one after the other; `begin …` and `settle` make it do two things at once. Guards stay here: it says which it
 * holds, and `letGo` releases the last of them.
 */
export async function hand(
  orders: Queue<Order>,
  reports: Queue<Report>,
  object: object,
  adapter: string,
): Promise<void> {
  const heddle: Surface = await import(adapter);
  const guards: Guard[] = [];
  const keep = (value: unknown): unknown => {
    if (!isGuard(value)) return value;
    guards.push(value);
    return "held";
  };
  const own: object[] = [];
  let begun: Promise<unknown> = Promise.resolve();
  const extras: Record<string, (...args: never[]) => unknown> = {
    /** Calls a method without waiting for what it gives; `settle` waits for that. */
    begin: (method: string, ...args: unknown[]) => {
      begun = Promise.resolve(call(object, method, args));
      begun.catch(() => {});
    },
    settle: () => begun,
    letGo: () => guards.pop()?.release(),
    countOn,
    exit: (code: number) => process.exit(code),
    pid: () => process.pid,
    worker: () => heddle.current().name,
    set: (key: string, value: unknown) => Reflect.set(object, key, value),
    usage: () => heddle.usage(),
    /** Makes a pipe, keeps one end and sends the other. */
    sendPipeEnd: () => {
      const [kept, sent] = heddle.pipe();
      own.push(kept);
      return call(object, "send", [sent]);
    },
  };
  for (;;) {
    const { method, args } = await orders.get();
    if (method === "") return;
    try {
      const extra = extras[method];
      const value = extra === undefined ? await call(object, method, args) : await extra(...(args as never[]));
      await reports.put({ value: keep(value) });
    } catch (error) {
      await reports.put({ error });
    }
  }
}

const isGuard = (value: unknown): value is Guard =>
  typeof value === "object" && value !== null && "release" in value && !("acquire" in value);

function call(object: object, method: string, args: readonly unknown[]): unknown {
  const member: unknown = Reflect.get(object, method);
  return typeof member === "function" ? Reflect.apply(member, object, args) : member;
}
