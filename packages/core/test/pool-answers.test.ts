import assert from "node:assert/strict";
import { expect, it } from "vitest";
import type { Adapter, Memory } from "../src/contracts/adapter.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { writeLarge } from "../src/kernel/large.js";
import { CELL_PAYLOAD, Kind, LINK_END } from "../src/kernel/layout.js";
import { RingReader } from "../src/kernel/ring.js";
import { claimSlot } from "../src/kernel/worker-table.js";
import {
  consumeEntry,
  eachEntry,
  MODE_ATTEMPT,
  MODE_CALL,
  MODE_MAP,
  MOST_AHEAD,
  MOST_INLINE,
  RETURNED,
  START,
  TaskWriter,
  THREW,
} from "../src/pool/wire/entries.js";
import { answersOf } from "../src/pool/wire/ring-layout.js";
import { AnswerWriter } from "../src/pool/worker/answers.js";
import { growableMemory } from "../src/threads/growable-memory.js";
import { oneThread, openKernel } from "./kernels.js";

/** A pool and a worker of its own, which share up to `maxBytes`. */
function open(maxBytes = 2 ** 30) {
  const limited = (token: unknown): Memory => {
    const memory = growableMemory(token);
    return { ...memory, maxBytes };
  };
  const adapter: Adapter = { ...oneThread, openMemory: limited };
  const pool = openKernel(adapter, undefined);
  const { slot, id } = claimSlot(pool.region, pool.slot);
  const worker = openKernel(adapter, { memory: pool.region.memory.token, slot, id });
  const link = pool.cells.create(Kind.Link, LINK_END - CELL_PAYLOAD);
  worker.region.reach(link + LINK_END);
  const rings = { ofPool: 0, ofWorker: 0 };
  const creator = { boot: undefined, post: () => {}, onMessage: () => {}, onUncaught: () => {}, finish: () => {} };
  const answers = new AnswerWriter(worker, creator, link, () => rings.ofPool++);
  const reader = new RingReader(pool.region, answersOf(link), () => rings.ofWorker++);
  const read = (): { number: number; how: number; value: unknown }[] => {
    const all: { number: number; how: number; value: unknown }[] = [];
    for (let frames = reader.read(); frames !== undefined; frames = reader.read()) {
      eachEntry(frames, ([number, how], arrived) => {
        if (number !== START) all.push({ number, how, value: consumeEntry(pool, arrived) });
      });
    }
    return all;
  };
  return { pool, worker, answers, read, rings };
}

/** About how much the region holds beside the link. */
const bytesIn = (kernel: Kernel): number => kernel.usage().bytes;

const callOf = (number: number) => ({ number, mode: MODE_CALL, place: undefined });

it("as many answers as may be under way are published at once, of any size, though the pool does not read", () => {
  for (const bytes of [1, MOST_INLINE - 50, MOST_INLINE, MOST_INLINE + 1, 100_000]) {
    const { pool, answers, read } = open();
    const before = bytesIn(pool);
    const numbers = Array.from({ length: MOST_AHEAD + 1 }, (_, n) => 2 ** 28 - 1 - n);
    const value = "z".repeat(bytes);
    for (const number of numbers) {
      answers.tellStart(number);
      answers.answer(callOf(number), RETURNED, 1e9, value);
    }
    // Nothing is left to be written: a finished answer is there, even if the worker dies now.
    const came = read();
    expect(came.map(({ number }) => number)).toEqual(numbers);
    expect(came.every((answer) => answer.how === RETURNED && answer.value === value)).toBe(true);
    expect(bytesIn(pool)).toBe(before);
  }
});

it("a worker stops while much of what it answered is not read, and is rung once it is", () => {
  const { answers, read, rings } = open();
  const value = new Uint8Array(10 << 20);
  for (let n = 0; n < 6; n++) answers.answer(callOf(n), RETURNED, 1, value);
  expect(answers.isFull).toBe(false);
  answers.answer(callOf(6), RETURNED, 1, value);
  expect([answers.isFull, rings.ofWorker]).toEqual([true, 0]);
  expect(read().length).toBe(7);
  expect([answers.isFull, rings.ofWorker]).toEqual([false, 1]);
});

it("an answer for which there is no room is a SendError, and leaves nothing behind", () => {
  const { pool, answers, read } = open(8 << 20);
  const before = bytesIn(pool);
  answers.answer(callOf(1), RETURNED, 1, new Uint8Array(16 << 20));
  answers.answer(callOf(2), RETURNED, 1, "after");
  answers.answer(callOf(3), THREW, 1, new Error("e".repeat(16 << 20)));
  const [first, second, third] = read();
  assert.ok(first?.value instanceof Error && third?.value instanceof Error);
  expect([first.how, Reflect.get(first.value, "code")]).toEqual([THREW, "HEDDLE_SEND"]);
  expect(first.value.message).toMatch(/A message of \d+ bytes cannot be sent: .*no room/);
  expect(second).toEqual({ number: 2, how: RETURNED, value: "after" });
  expect(Reflect.get(third.value, "code")).toBe("HEDDLE_SEND");
  expect(bytesIn(pool)).toBe(before);
});

it("a result of a map that cannot be sent is called by its place among all results", () => {
  const { answers, read } = open();
  const bad = { deep: [() => {}] };
  const place = 6;
  answers.answer({ number: 1, mode: MODE_MAP, place }, RETURNED, 1, [1, bad]);
  answers.answer({ number: 2, mode: MODE_ATTEMPT, place }, RETURNED, 1, [1, bad, false]);
  answers.answer({ number: 3, mode: MODE_CALL, place }, RETURNED, 1, bad);
  answers.answer(callOf(4), RETURNED, 1, [1, bad]);
  const values = read().map(({ value }) => value);
  // The results of an attempt before the one that cannot be sent arrive.
  const [, attempt] = values;
  assert.ok(Array.isArray(attempt));
  expect([attempt.length, attempt[0], attempt[2]]).toEqual([3, 1, true]);
  const paths = values.map((value) => Reflect.get(Array.isArray(value) ? value[1] : Object(value), "path"));
  expect(paths).toEqual(["result[7].deep[0]", "result[7].deep[0]", "result[6].deep[0]", "result[1].deep[0]"]);
});

it("a text that takes more bytes than it has units arrives as it is, and leaves nothing behind", () => {
  const { pool, answers, read } = open();
  const before = bytesIn(pool);
  const texts = ["\u00e9", "\u20ac", "\u{1f680}", "\ud800", "a\u20ac"].map((part) => part.repeat(50_000));
  for (const [n, text] of texts.entries()) answers.answer(callOf(n), RETURNED, 1, text);
  expect(read().map(({ value }) => value)).toEqual(texts);
  expect(bytesIn(pool)).toBe(before);
});

it("a message of 2 GiB or more is a SendError that says how large one may be", () => {
  const { pool } = open();
  const blobs = new Array<Uint8Array>(3).fill(new Uint8Array(2 ** 30));
  expect(() => writeLarge(pool.blobs, { text: "[]", blobs })).toThrow(/may take 2147483647 bytes; one of 32212\d+/);
});

it("a task is told of once, by module and name; of many, those used last keep their places", () => {
  const tasks = new TaskWriter();
  const told = new Map<number, string>();
  const use = (n: number): string | undefined =>
    told.get(tasks.indexOf({ module: "m", name: `${n}` }, (index, text) => void told.set(index, text)));
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 1000; n++) {
      expect(use(n)).toBe(`[["m","${n}"]]`);
      expect(use(0)).toBe('[["m","0"]]');
    }
  }
  expect(told.size).toBe(256);
  const fail = (): never => {
    throw new Error("no room");
  };
  expect(() => tasks.indexOf({ module: "m", name: "new" }, fail)).toThrow("no room");
  expect(tasks.indexOf({ module: "m", name: "0" }, fail)).toBe(0);
  const ref = { module: "m", name: "999" };
  expect(tasks.indexOf(ref, fail)).toBe(tasks.indexOf({ ...ref }, fail));
});
