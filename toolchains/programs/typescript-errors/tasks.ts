import { task } from "@heddle/node-threads";

/** Compilers leave this out, so that all that follows moves up. */
export interface Order {
  readonly id: number;
  readonly items: readonly string[];
}

export const check = task(import.meta, function check(order: Order): number {
  if (order.items.length === 0) {
    throw new RangeError("no items");
  }
  return order.id;
});

export const lateCheck = task(import.meta, async function lateCheck(order: Order): Promise<number> {
  await Promise.resolve();
  return (order.items as unknown as () => number)();
});
