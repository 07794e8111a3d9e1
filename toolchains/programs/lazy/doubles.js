import { task } from "@heddle/node-threads";

export const double = task(import.meta, function run(n) {
  return n + n;
});
