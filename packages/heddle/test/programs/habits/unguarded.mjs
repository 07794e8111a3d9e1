// @ts-check
/** A program without the main guard, whose tasks are in the same module. Prints a line each time it is evaluated. */
import * as heddle from "heddle";

console.log("evaluated");
const square = heddle.task(import.meta, function square(/** @type {number} */ n) {
  return n * n;
});
console.log(await new heddle.Pool({ size: 2 }).map(square, [1, 2, 3]));
