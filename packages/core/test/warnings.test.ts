import assert from "node:assert/strict";
import { beforeEach, describe, it } from "vitest";
import type { TaskRef } from "../src/contracts/task.js";
import { checkTimeout } from "../src/kernel/arguments.js";
import { graftStack } from "../src/kernel/message/index.js";
import { sendModeOf } from "../src/kernel/message/sendable.js";
import { rejectAt, siteOfCall } from "../src/kernel/sites.js";
import { warnBy } from "../src/kernel/warnings.js";
import { warnOfSurplus, warnOfSurplusOf } from "../src/pool/ignored-options.js";
import { warnOfArguments, warnOfOneArray } from "../src/task/one-array.js";
import { TaskRegistry } from "../src/task/registry.js";
import { Unused } from "../src/worker/unused.js";

const told: (Error & { detail?: string })[] = [];
warnBy((warning) => void told.push(warning));
beforeEach(() => {
  told.length = 0;
});
const messages = (): string[] => told.map(({ name, message }) => `${name}: ${message}`);

describe("warnings of what is hardly ever meant", () => {
  it("half a millisecond is, once, and the rest of a deadline is not", () => {
    for (const rest of [0, 0.437512, 1 / 3, 1, 1.5, 20]) assert.equal(checkTimeout(rest), rest);
    assert.deepEqual(messages(), []);
    for (const seconds of [0.5, 0.5, 0.25]) assert.equal(checkTimeout(seconds), seconds);
    assert.deepEqual(messages(), [
      "HeddleWarning: 0.5 is less than a millisecond, as times are in milliseconds: write 500 for 0.5 s",
    ]);
    assert.match(told[0]?.detail ?? "", /^ {4}at /);
  });

  it("one array of as many items as there are parameters is, once a task", () => {
    const tasks = new TaskRegistry();
    const add = tasks.task("file:///adds.js", (a: number, b: number) => a + b, { name: "add" });
    const sum = tasks.task("file:///sums.js", (...numbers: number[]) => numbers.length, { name: "sum" });
    const instead = (name: string): string => `pool.run(${name}, ...array)`;
    for (const args of [[], [[1]], [[1, 2, 3]], [[1, 2], 1], [1, 2], ["ab"]]) warnOfOneArray(add, args, instead);
    warnOfOneArray(sum, [[1, 2]], instead);
    assert.deepEqual(messages(), []);
    for (const args of [[[1, 2]], [[3, 4]]]) warnOfOneArray(add, args, instead);
    assert.deepEqual(messages(), [
      "HeddleWarning: add takes 2 arguments, and was given one, an array of 2 items: write pool.run(add, ...array)",
    ]);
  });

  it("an instance is that arrives as {}, once a class", () => {
    class Money {
      readonly #amount = 5;
      get amount(): number {
        return this.#amount;
      }
    }
    class Point {
      x = 1;
    }
    const others = [{}, Object.create(null), Object.create({ a: 1 }), new Point(), [], new Map()];
    for (const value of [...others, new Money(), new Money()]) sendModeOf(value);
    assert.deepEqual(messages(), [
      "HeddleWarning: an instance of Money has no properties of its own that can be sent, and arrives as {}: " +
        "send its data, or see registerClass",
    ]);
  });

  describe("options of a call among the arguments of its task", () => {
    const tasks = new TaskRegistry();
    const at = (name: string, fn: (...args: never[]) => unknown) => tasks.task(`file:///${name}.js`, fn, { name });
    const call = (made: { readonly ref: TaskRef }, args: readonly unknown[], method: "run" | "iterate" = "run"): void =>
      warnOfArguments(tasks, made.ref, made, args, method, warnOfSurplus);
    const proxy = new Proxy({}, { ownKeys: () => assert.fail() });

    it("are told of once a task, with what to write", () => {
      const square = at("square", (n: number) => n * n);
      for (const timeout of [1, 2]) call(square, [3, { timeout, signal: new AbortController().signal }]);
      call(
        at("save", (_: object) => {}),
        [{}, { name: "resize", priority: 1 }],
      );
      call(
        at("fill", () => {}),
        [{ transferList: [] }],
      );
      call(
        at("count", function* () {}),
        [{ timeout: 1 }],
        "iterate",
      );
      assert.deepEqual(messages(), [
        "HeddleWarning: square takes 1 argument, so the options { timeout, signal } after it are ignored: write pool.withOptions({ timeout, signal }).run(square, …)",
        'HeddleWarning: save takes 1 argument, so the options { name, priority } after it are ignored: write pool.withOptions({ priority }).run(save, …); for "name" there is tasksFrom(url), whose tasks are given to run, as in pool.run(tasksFrom(url).default, value)',
        'HeddleWarning: fill takes 0 arguments, so the options { transferList } after it are ignored: for "transferList" there is transfer(value, [value.buffer]), where the value is sent',
        "HeddleWarning: count takes 0 arguments, so the options { timeout } after it are ignored: pool.iterate has none",
      ]);
    });

    it("are not told of where the task may read them, or where they are none", () => {
      const one = at("one", (n: number) => n);
      for (const last of [{}, { timeout: 1, other: 2 }, [], null, 5, new Map(), Object.create({ timeout: 1 }), proxy]) {
        call(one, [1, last]);
      }
      call(one, [{ timeout: 1 }]);
      const all = at("all", (...numbers: number[]) => numbers);
      call(all, [1, { timeout: 1 }]);
      call(
        at("late", (n: number, _ = {}) => n),
        [1, { timeout: 1 }],
      );
      call(tasks.remote({ module: "file:///other.js", name: "one" }), [1, { timeout: 1 }]);
      assert.deepEqual(messages(), []);
    });

    it("of an export of any module are told of where its function is", () => {
      const [resize, known] = [(n: number) => n, at("known", (n: number) => n)];
      const ref = { module: "file:///worker.js", name: "default" };
      for (const args of [
        [1, 2],
        [1, { size: 1 }],
      ])
        warnOfSurplusOf(resize, tasks, ref, args);
      warnOfSurplusOf(resize, tasks, known.ref, [1, { timeout: 1 }]);
      warnOfSurplusOf(resize, tasks, { module: "data:text/javascript,0", name: "default" }, [1, { timeout: 1 }]);
      assert.deepEqual(messages(), []);
      warnOfSurplusOf(resize, tasks, ref, [1, { timeout: 1 }]);
      assert.deepEqual(messages(), [
        "HeddleWarning: default takes 1 argument, so the options { timeout } after it are ignored: write pool.withOptions({ timeout }).run(default, …)",
      ]);
    });
  });

  it("things that were made and not used are, and ten at a time are noted", () => {
    const unused = new Unused();
    const used = Array.from({ length: 12 }, (_, n) => unused.add(`thing ${n}`));
    used[0]?.();
    used[11]?.();
    unused.add("one more");
    unused.tell();
    unused.tell();
    const expected = [...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `thing ${n}`), "one more"];
    assert.deepEqual(
      messages(),
      expected.map((each) => `HeddleWarning: ${each}`),
    );
  });
});

describe("with a program's Error.prepareStackTrace, which Node asks for each stack", () => {
  const fails = (): never => {
    throw new Error("hook");
  };
  for (const [name, hook] of Object.entries({ array: (_: Error, sites: unknown) => sites, nothing: () => {}, fails })) {
    it(`a thing that is not used is noted, and told of: ${name}`, () => {
      const unused = new Unused();
      Reflect.set(Error, "prepareStackTrace", hook);
      try {
        unused.add("thing");
        unused.tell();
      } finally {
        Reflect.deleteProperty(Error, "prepareStackTrace");
      }
      assert.deepEqual(messages(), ["HeddleWarning: thing"]);
    });

    it(`a rejection whose call's stack was not taken is with its error: ${name}`, async () => {
      for (let n = 0; n < 100; n++) siteOfCall(0);
      const site = siteOfCall(0);
      Reflect.set(Error, "prepareStackTrace", hook);
      try {
        const rejected = new Promise((resolve, reject) => rejectAt(site, resolve, reject, () => "told"));
        assert.equal(await rejected.catch((error: unknown) => error), "told");
      } finally {
        Reflect.deleteProperty(Error, "prepareStackTrace");
      }
    });
  }
});

describe("an error that comes from a worker", () => {
  const at = (message: string, ...places: string[]): Error =>
    Object.assign(new Error(message), {
      stack: [`Error: ${message}`, ...places.map((one) => `    at ${one}`)].join("\n"),
    });

  it("has the frames of its task first, and those of the call", () => {
    const site = at("", "main (file:///app/main.js:3:1)");
    const there = graftStack(at("none", "find (file:///app/rows.js:1:2)"), "Thread-1", site) as Error;
    assert.deepEqual(there.stack?.split("\n    at ").slice(1), [
      "find (file:///app/rows.js:1:2)",
      '--- in worker "Thread-1", called from: ---',
      "main (file:///app/main.js:3:1)",
    ]);
  });

  it("begins at the call if its task has none", () => {
    const site = at("", "main (file:///app/main.js:3:1)");
    const there = graftStack(at("a function cannot be sent"), "Thread-1", site) as Error;
    assert.deepEqual(there.stack?.split("\n    at ").slice(1), ["main (file:///app/main.js:3:1)"]);
  });
});
