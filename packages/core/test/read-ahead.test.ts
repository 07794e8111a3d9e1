import assert from "node:assert/strict";
import { afterEach, describe, it } from "vitest";
import { clock } from "../src/kernel/clock.js";
import { ReadAhead } from "../src/pool/read-ahead.js";
import { Stream } from "../src/pool/stream.js";

const { now } = clock;
let time = 0;

/** A window over chunks that take so long each, as the clock says. */
function windowOver(least: number) {
  time = 0;
  clock.now = () => time;
  const window = new ReadAhead(least);
  return {
    window,
    /** Hands out so many, then has the reader wait. */
    pass(count: number, ms: number): boolean {
      for (let i = 0; i < count; i++) {
        time += ms;
        window.onHandedOut(window.size - 1);
      }
      return window.onWaiting();
    },
  };
}

/** A stream of numbers whose chunks are answered when the test says so; and how many were sent in each go. */
function streamOfNumbers(isOrdered: boolean) {
  clock.now = () => time;
  const answers: (() => void)[] = [];
  const sent = { all: 0, most: 0 };
  const stream = new Stream<number>(Array(10_000).keys(), {
    signal: undefined,
    chunkSize: 1,
    chunksAhead: 4,
    isOrdered,
    whenRoom: (send) => void send(),
    send(items) {
      sent.all++;
      const outcome = new Promise<{ results: readonly unknown[] }>((resolve) => {
        answers.push(() => resolve({ results: items }));
      });
      return { outcome, cancel: () => {} };
    },
  });
  return { stream, answers, sent };
}

describe("the window of a map", () => {
  afterEach(() => {
    clock.now = now;
  });

  it("grows while chunks are short and the reader waits for them, up to 16 times the least", () => {
    const { window, pass } = windowOver(4);
    for (const size of [8, 16, 32, 64]) {
      assert.equal(pass(window.size, 0.1), true);
      assert.equal(window.size, size);
    }
    assert.equal(pass(64, 0.1), false);
    assert.equal(window.size, 64);
  });

  it("is not judged before as many were handed out as may be sent", () => {
    const { window, pass } = windowOver(4);
    assert.equal(pass(3, 0.1), false);
    assert.equal(pass(0, 0.1), false);
    assert.equal(window.size, 4);
    assert.equal(pass(1, 0.1), true);
  });

  it("stays at the least for chunks of a millisecond, and goes back to it", () => {
    const { window, pass } = windowOver(4);
    assert.equal(pass(4, 1), false);
    assert.equal(window.size, 4);
    pass(4, 0.5);
    pass(8, 0.5);
    assert.equal(window.size, 16);
    assert.equal(pass(16, 2), false);
    assert.equal(window.size, 4);
  });

  it("is sent one by one at the least, and by halves once it has grown", () => {
    const { window, pass } = windowOver(4);
    assert.equal(window.onHandedOut(3), true);
    pass(4, 0.1);
    assert.equal(window.size, 8);
    assert.deepEqual(
      [7, 6, 5, 4].map((ahead) => window.onHandedOut(ahead)),
      [false, false, false, true],
    );
  });

  for (const isOrdered of [true, false]) {
    it(`of results ${isOrdered ? "in order" : "as they come"}: grows as they are taken, and none is lost`, async () => {
      const { stream, answers, sent } = streamOfNumbers(isOrdered);
      let next = stream.next();
      const ahead: number[] = [];
      for (let taken = 1; taken <= 10_000; taken++) {
        time += 0.01;
        answers.shift()?.();
        assert.deepEqual(await next, { done: false, value: taken - 1 });
        next = stream.next();
        await undefined;
        ahead.push(sent.all - taken);
      }
      assert.deepEqual(await next, { done: true, value: undefined });
      assert.equal(Math.max(...ahead), 64);
      // Never fewer than keep the workers busy.
      assert.ok(ahead.slice(0, 9_900).every((count) => count >= 4));
    });

    it(`of results ${isOrdered ? "in order" : "as they come"}: is the least for tasks that take long`, async () => {
      const { stream, answers, sent } = streamOfNumbers(isOrdered);
      let next = stream.next();
      for (let taken = 1; taken <= 200; taken++) {
        time += 5;
        answers.shift()?.();
        await next;
        next = stream.next();
        await undefined;
        assert.ok(sent.all - taken <= 4);
      }
      await stream.return();
    });
  }
});
