// @ts-check
import * as library from "./library/index.mjs";

/** @type {typeof import("heddle")} */
const heddle = await import(process.env.HEDDLE_LOOM ?? "");

export const spend = heddle.task(import.meta, function spend(/** @type {library.Money} */ money) {
  if (!(money instanceof library.Money)) throw new TypeError("no money");
  throw new library.MoneyError("broke", money.cents);
});

export const findEmpty = heddle.task(import.meta, function findEmpty() {
  return new library.heddle.Queue().getNowait();
});

export const timeOut = heddle.task(import.meta, function timeOut() {
  throw new library.heddle.TimeoutError("of the library");
});
