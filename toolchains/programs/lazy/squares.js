import { task } from "@heddle/node-threads";

export const square = task(import.meta, function run(n) {
  return n * n;
});
