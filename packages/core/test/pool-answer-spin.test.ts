import { expect, it } from "vitest";
import { clock } from "../src/kernel/clock.js";
import { AnswerSpin, type Awaited } from "../src/pool/host/answer-spin.js";
import { oneThread } from "./kernels.js";

const open = (processors: number): AnswerSpin => {
  const host = { ...oneThread.host, availableParallelism: () => processors };
  const bell = {
    get turnStart() {
      return clock.now();
    },
  };
  return new AnswerSpin({ ...oneThread, host }, bell);
};

/** A worker that runs a call, was quick so far, and was heard just now, however slow this test is. */
const quick = (): Awaited => ({ isIdle: false, isQuiet: true, pace: 0.001, heardAt: Number.POSITIVE_INFINITY });
const idle = (): Awaited => ({ ...quick(), isIdle: true });
const slow = (): Awaited => ({ ...quick(), pace: 100 });

it("a pool looks for an answer if it and its busy workers have a processor each", () => {
  expect(open(2).isWorth([quick(), idle()], 1)).toBe(true);
  expect(open(2).isWorth([quick(), slow()], 2)).toBe(false);
  expect(open(3).isWorth([quick(), slow()], 2)).toBe(true);
  expect(open(1).isWorth([quick()], 1)).toBe(false);
});

it("a pool does not look for the answer of a worker that sleeps or takes long", () => {
  expect(open(4).isWorth([{ ...quick(), heardAt: clock.now() - 50 }], 1)).toBe(false);
  expect(open(4).isWorth([slow()], 1)).toBe(false);
  expect(open(4).isWorth([idle()], 0)).toBe(false);
});

it("a pool that has looked in vain leaves the next look out", () => {
  const spin = open(2);
  expect(spin.isWorth([quick()], 1)).toBe(true);
  expect(spin.until([quick()])).toBe(false);
  expect(spin.isWorth([quick()], 1)).toBe(false);
  expect(spin.isWorth([quick()], 1)).toBe(true);
});

it("an answer that a pool finds after it had lost its processor counts as one that it did not find", () => {
  const spin = open(2);
  const late: Awaited = {
    ...quick(),
    get isQuiet() {
      for (const end = clock.now() + 1; clock.now() < end; );
      return false;
    },
  };
  expect(spin.isWorth([late], 1)).toBe(true);
  expect(spin.until([late])).toBe(true);
  expect(spin.isWorth([late], 1)).toBe(false);
});
