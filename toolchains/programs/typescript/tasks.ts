import { task } from "@heddle/node-threads";

export const square = task(import.meta, function square(n: number): number {
  return n * n;
});
