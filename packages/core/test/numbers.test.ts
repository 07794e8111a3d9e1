import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { pack, packGraph, unpack } from "../src/kernel/message/index.js";
import { DOUBLES, formatOfNumbers, INTEGERS, numbersIn } from "../src/kernel/message/numbers.js";
import { bytesOf } from "../src/kernel/message/unwritten.js";
import { BundlingHost, roundTrip } from "./host.js";

const whole = Array.from({ length: 100 }, (_, n) => n - 50);
/** With `last` behind the others. */
const endingIn = (last: unknown): unknown[] => [...whole, last];

describe("an array of numbers", () => {
  const kept = [2 ** 31 - 1, -(2 ** 31), 2 ** 31, -0, 0.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY];
  for (const last of kept) {
    it(`arrives as it was, with ${Object.is(last, -0) ? "-0" : last} at its end`, () => {
      assert.deepEqual(roundTrip(endingIn(last)), endingIn(last));
      assert.deepEqual(roundTrip({ list: endingIn(last) }), { list: endingIn(last) });
    });
  }

  for (const last of ["7", 7n, null, undefined, true, new Number(7), [7]]) {
    it(`is none with ${typeof last} ${String(last)} in it, and arrives as it was`, () => {
      assert.equal(formatOfNumbers(endingIn(last)), undefined);
      assert.deepEqual(roundTrip(endingIn(last)), endingIn(last));
    });
  }

  it("asks no object in it for a number", () => {
    const asks = { valueOf: () => assert.fail("it was asked"), toString: () => "7" };
    assert.equal(formatOfNumbers(endingIn(asks)), undefined);
  });

  it("is of 32-bit integers if all of them are, and takes half as many bytes then", () => {
    assert.equal(formatOfNumbers(whole), INTEGERS);
    assert.equal(formatOfNumbers(endingIn(-0)), DOUBLES);
    const bytesOfList = (list: unknown): number | undefined =>
      pack(new BundlingHost(), list, { root: "value" }).blobs?.[0]?.length;
    assert.equal(bytesOfList(whole), 400);
    assert.equal(bytesOfList(endingIn(0.5)), 808);
  });

  it("keeps its holes and its named properties", () => {
    const named = Object.assign([...whole], { unit: "m" });
    const arrived = roundTrip(named) as typeof named;
    assert.deepEqual([...arrived], whole);
    assert.equal(arrived.unit, "m");
    const holey = [...whole];
    delete holey[7];
    assert.equal(7 in (roundTrip(holey) as number[]), false);
    // As many values as it is long.
    for (const list of [holey, [1, 2, "3"]]) {
      const both = Object.assign([...list], { unit: "m" });
      delete both[1];
      assert.deepEqual(roundTrip(both), both);
      assert.deepEqual(roundTrip({ both }), { both });
    }
  });

  it("of arguments has nothing but its items, which are not listed to find out", () => {
    const list = new Proxy(whole, {
      ownKeys: () => assert.fail("its keys were listed"),
    });
    const host = new BundlingHost();
    const { text, blobs } = packGraph(host, list, { root: "args", first: 0, borrows: true });
    assert.deepEqual(
      unpack(host, { body: JSON.parse(text), blobs: blobs?.map(bytesOf), references: undefined }),
      whole,
    );
  });

  it("is refused in bytes that are no whole numbers, and read from any place", () => {
    assert.equal(numbersIn(new Uint8Array(12), DOUBLES), undefined);
    assert.equal(numbersIn(new Uint8Array(6), INTEGERS), undefined);
    const bytes = new Uint8Array(20);
    bytes.set(new Uint8Array(new Float64Array([0.5, -1]).buffer), 4);
    assert.deepEqual(numbersIn(bytes.subarray(4), DOUBLES), [0.5, -1]);
  });
});
