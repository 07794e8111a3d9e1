import type { AnyFunction } from "./definitions.js";

/** The text of a function, an arrow or a method, before its parameters. */
const HEAD = /^(?:async\b\s*)?(?:function\b\s*)?\*?\s*[\w$]*\s*\(/;
const ARROW_OF_ONE = /^(?:async\s+)?[\w$]+\s*=>/;
/** By these a function may read arguments that it has no parameters for; or it has no text. */
const MAY_READ_MORE = /\barguments\b|\beval\b|\[native code\]/;

const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*/g;
const answers = new WeakMap<AnyFunction, boolean>();

/**
 * Whether a function surely reads no more than `fn.length` arguments, by its text. Its parameters have no default and no rest then, nor does its
 * body name `arguments`. False where the text does not tell, such as for a parameter list with strings.
 */
export function readsNoMore(fn: AnyFunction): boolean {
  const answer = answers.get(fn) ?? readsNoMoreBy(Function.prototype.toString.call(fn));
  answers.set(fn, answer);
  return answer;
}

function readsNoMoreBy(text: string): boolean {
  if (MAY_READ_MORE.test(text)) return false;
  if (ARROW_OF_ONE.test(text)) return true;
  const head = HEAD.exec(text)?.[0];
  if (head === undefined) return false;
  // Of a string or an expression that looks like a comment further on, the first character is left.
  const rest = text.slice(head.length).replace(COMMENTS, "");
  let depth = 1;
  for (const char of rest) {
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char) && --depth === 0) return true;
    else if ("'\"`/".includes(char)) return false;
    else if (depth === 1 && (char === "=" || char === ".")) return false;
  }
  return false;
}
