// biome-ignore lint/complexity/noBannedTypes: a function of any signature.
type AnyFunction = Function;

/**
 * What vitest and Jest leave on the global object of a test. They evaluate a rewritten copy of each module there, while workers evaluate
 * the file itself: the two texts of one function differ.
 */
const MARKS_OF_REWRITERS = ["__vitest_worker__", Symbol.for("$$jest-matchers-object")];

/**
 * A fingerprint of a function's source text: two 32-bit FNV-1a hashes with different bases. All workers that evaluate the same file get
 * the same one. Undefined where modules are known to be rewritten here alone.
 */
export function fingerprintOf(fn: AnyFunction): string | undefined {
  if (rewritesModules()) return undefined;
  const text = Function.prototype.toString.call(fn);
  let a = 0x811c9dc5 | 0;
  let b = 0x01000193 | 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x01000193) ^ (b >>> 15);
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}

const rewritesModules = (): boolean => MARKS_OF_REWRITERS.some((mark) => mark in globalThis);
