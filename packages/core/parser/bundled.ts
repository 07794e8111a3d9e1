/** For bundlers, which find this file by the condition "module": acorn is in the bundle, and only if `inline` is. */
export { parse } from "acorn";
