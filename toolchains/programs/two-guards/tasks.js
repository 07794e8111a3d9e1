import { isMain, task } from "@heddle/node-threads";

export const square = task(import.meta, function square(n) {
  return n * n;
});

export const double = task(import.meta, function double(n) {
  return n + n;
});

// A demonstration, for who runs this module by itself.
if (isMain(import.meta)) console.log("the library runs by itself", square(7));
