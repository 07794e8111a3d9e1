import { task } from "@heddle/node-threads";

export const square = task(import.meta, function square(n) {
  return n * n;
});

export const double = task(import.meta, function double(n) {
  return n + n;
});
