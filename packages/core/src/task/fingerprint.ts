import { hashText } from "../kernel/text-hash.js";

// biome-ignore lint/complexity/noBannedTypes: a function of any signature.
type AnyFunction = Function;

/**
 * The names that vitest and Jest leave on the global object of a test. They evaluate a rewritten copy of each module there, while workers
 * evaluate the file itself: the two texts of one function differ.
 */
const MARKS_OF_REWRITERS = ["__vitest_worker__", Symbol.for("$$jest-matchers-object")];

/**
 * A fingerprint of a function's source text: two 32-bit hashes. All workers that evaluate the same file get
 * the same one. Undefined where modules are known to be rewritten here alone.
 */
export function fingerprintOf(fn: AnyFunction): string | undefined {
  if (rewritesModules()) return undefined;
  const [a, b] = hashText(Function.prototype.toString.call(fn));
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}

const rewritesModules = (): boolean => MARKS_OF_REWRITERS.some((mark) => mark in globalThis);
