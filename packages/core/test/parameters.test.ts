import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { AnyFunction } from "../src/task/definitions.js";
import { readsNoMore } from "../src/task/parameters.js";

/** The values of a text, which keeps it as it is written: a loader of TypeScript would write it anew. */
const functionsOf = (text: string): AnyFunction[] => new Function(`return [${text}]`)();

const METHODS = "...Object.values({ a(x) {}, *b(x) {}, async c(x) {}, async *d({ e }, [f]) {} })";

describe("a function's text tells whether it reads no more arguments than it has parameters", () => {
  for (const text of [
    "x => x, async x => x, (x) => x, async (x, y) => x, () => 0, ({ a = 1, ...b }, [c, ...d]) => a",
    "function () {}, function named(x) {}, function* (x) {}, async function* named(\n  x,\n  y,\n) {}",
    "(/** @type {number} */ x, // )\n y) => x, function (x /* = 1 */) {}",
    METHODS,
  ]) {
    it(`surely: ${text}`, () => {
      for (const fn of functionsOf(text)) assert.equal(readsNoMore(fn), true, String(fn));
    });
  }

  for (const text of [
    "(x, y = 1) => x, (...x) => x, (x, ...y) => x, function (x, y = {}) {}, ({ a } = {}) => a",
    "function () { return arguments.length }, function (x) { return eval(x) }",
    "({ a = ')' }) => a, ({ a = '/*' }, b = 1, c = '*/') => a, ({ a = /[)]/ }) => a, function /* ( */ (x) {}",
    "parseInt, ((x) => x).bind(null), ...Object.values({ ['a (b'](x) {} })",
  ]) {
    it(`perhaps not: ${text}`, () => {
      for (const fn of functionsOf(text)) assert.equal(readsNoMore(fn), false, String(fn));
    });
  }
});
