import { task } from "@heddle/node-threads";

export const square = task(module, function square(n: number): number {
  return n * n;
});
