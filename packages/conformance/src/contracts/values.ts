import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { Server, Socket } from "node:net";
import { PassThrough } from "node:stream";
import vm from "node:vm";
import { type Contract, failsWith, failureOf, type Suite, tasksOf } from "../suite.js";
import type * as tasksModule from "../tasks/values.js";
import { registeredClasses } from "./registered-classes.js";
import { unsendable } from "./unsendable.js";

/** The values that structuredClone copies, each as an expression, so that any realm can make it. */
const COPIED = [
  "new Map([[1, { a: new Set([2]) }]])",
  "new Set(['b', NaN])",
  "[new Date(0), new Date(1e12)]",
  "/a+[/]/giu",
  "[Object(5), Object('s'), Object(false), Object(7n)]",
  "new Uint8Array([1, 2, 3]).subarray(1)",
  "[new Float64Array([1.5, NaN]), new BigInt64Array([-5n]), new Uint8ClampedArray([300])]",
  "new DataView(new ArrayBuffer(8), 2, 4)",
  "new Float64Array([1, 2]).buffer",
  "({ when: new Date(0), list: [1, , undefined, -0], text: '\\ud800', none: null, big: 2n ** 70n })",
  "Object.assign([1, 2], { name: 'named' })",
  "Object.assign(Object.create(null), { a: 1 })",
  "({ get read() { return 5; }, [Symbol('unseen')]: 1, '\\ud800': 1, '\\udfff': 2 })",
  "({ ['__proto__']: 1, constructor: 2, toJSON: 3, length: 4 })",
  "[{}, [], Object.create(null), new Map(), new Set(), '']",
  "(() => { const ring = { list: [] }; ring.list.push(ring, ring.list); return ring; })()",
  "typeof Float16Array === 'function' ? Float16Array.of(0.5, 2) : 0",
  "new (class Point { x = 1; #y = 2; get y() { return this.#y; } })()",
  "new (class File { path = 'a.txt'; })()",
  "new (class Histogram { count = 1; })()",
];

/** The values that it does not copy, and those that it would make an empty object of. */
const REFUSED = [
  "new WebAssembly.Memory({ initial: 1 })",
  "new WebAssembly.Table({ initial: 1, element: 'anyfunc' })",
  "new Intl.NumberFormat('en')",
  "new Intl.Collator('en')",
  "Object.assign(new Intl.NumberFormat('en'), { own: 1 })",
  "Object.assign(new WebAssembly.Memory({ initial: 1 }), { own: 1 })",
  "[1].values()",
  "new Map().entries()",
  "(function* () {})()",
  "(async function* () {})()",
  "typeof Iterator === 'function' && Iterator.prototype.map ? [1].values().map((x) => x) : Symbol()",
  "typeof Temporal === 'object' ? Temporal.PlainDate.from('2026-01-01') : Symbol()",
  "new WeakMap()",
  "new WeakSet()",
  "new WeakRef({})",
  "Promise.resolve(1)",
  "Object(Symbol())",
  "Symbol()",
  "() => 1",
  "new Proxy(new Map([[1, 2]]), {})",
  "new Proxy(new Date(0), {})",
  "new Proxy(new Set([1]), {})",
  "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()",
];

const REALMS: Readonly<Record<string, (source: string) => unknown>> = {
  "this realm": (source) => vm.runInThisContext(source),
  "another realm": (source) => vm.runInNewContext(source, { WebAssembly: undefined, ...wasmIn(source) }),
};

/** Contexts have no WebAssembly of their own on every runtime. */
const wasmIn = (source: string): object =>
  source.includes("WebAssembly") ? { WebAssembly: Reflect.get(globalThis, "WebAssembly") } : {};

/** Which values arrive, as what, by each way, from whichever realm; and which are refused with their path. */
export const values: Contract = (suite) => {
  registeredClasses(suite);
  unsendable(suite);
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof tasksModule>(suite, "values");

  describe("a value", () => {
    for (const [realm, make] of Object.entries(REALMS)) {
      for (const [way, open] of Object.entries(WAYS)) {
        it(`of ${realm} arrives by ${way} as structuredClone copies it`, () =>
          open(suite, async (send) => {
            for (const source of COPIED) {
              const value = make(source);
              assert.deepStrictEqual(await send(value), structuredClone(value), source);
            }
          }));

        it(`of ${realm} that cannot be copied is refused by ${way}, with its path`, () =>
          open(suite, async (send) => {
            for (const source of REFUSED) {
              const made: unknown = make(source);
              const error = await failureOf(() => send({ deep: [made] }));
              assert.equal(Reflect.get(Object(error), "code"), "HEDDLE_SEND", source);
              assert.match(String(Reflect.get(Object(error), "path")), /\.deep\[0\]$/, source);
            }
          }));
      }
    }

    it("that a task gives and that cannot be sent is refused with its path", async () => {
      const pool = new adapter.Pool({ size: 1 });
      for (const source of ["function", "promise", "map", "proxy", "formatter", "iterator"] as const) {
        const error = await failsWith("HEDDLE_SEND", () => pool.run(tasks.giveUnsendable, source));
        assert.equal(Reflect.get(error, "path"), "result.deep[0]");
      }
      await pool.close();
    });

    it("that listens or holds something of the system is refused with its path, without listeners, too", async () => {
      const queue = new adapter.Queue();
      class Feed extends EventEmitter {}
      for (const thing of [new Feed(), new PassThrough(), new Socket(), new Server(), createHash("sha256")]) {
        const { message } = await failsWith("HEDDLE_SEND", () => queue.putNowait({ thing }));
        assert.match(message, /\.thing: (an? \w+ cannot be sent: send the data and leave|Hash cannot be copied)/);
      }
    });

    it("that is one of Heddle's own and lives in this worker alone is refused with its path", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const lock = new adapter.Lock();
      const guard = await lock.hold();
      const running = pool.submit(tasks.giveBack, [1]);
      const iterator = pool.imap(tasks.giveBack, []);
      const things = [
        pool,
        new adapter.TaskGroup(pool),
        new adapter.Worker(tasks.giveBack, { args: [1] }),
        guard,
        running,
        iterator,
      ];
      for (const thing of things) {
        const error = await failsWith("HEDDLE_SEND", () => pool.run(tasks.giveBack, { thing }));
        assert.equal(Reflect.get(error, "path"), "args[0].thing");
        await failsWith("HEDDLE_SEND", () => new adapter.Queue().putNowait([thing]));
      }
      guard.release();
      await iterator.return?.();
      await running;
      await pool.close();
    });

    it("that is all of the shared memory is refused, and a view of a part of it is not", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const queue = new adapter.Queue();
      const array = new adapter.SharedArray("u8", [1, 2, 3]);
      const { buffer } = array.view;
      await failsWith("HEDDLE_SEND", () => pool.run(tasks.giveBack, [buffer]));
      await failsWith("HEDDLE_SEND", () => queue.putNowait({ buffer }));
      await failsWith("HEDDLE_SEND", () => queue.putNowait(adapter.transfer([1], [buffer])));
      assert.deepEqual([...((await pool.run(tasks.giveBack, array.view)) as Uint8Array)], [1, 2, 3]);
      await pool.close();
    });

    it("that postMessage alone shares is given to the initializer of each worker, where it can be given at all", async () => {
      const shared = new SharedArrayBuffer(4);
      const module: unknown = vm.runInThisContext("new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))");
      const make = (value: unknown): InstanceType<typeof adapter.Pool> =>
        new adapter.Pool({ size: 2, initializer: tasks.keep, initArgs: [value] });
      if (!suite.capabilities.postsObjects) {
        for (const value of [shared, module]) {
          const error = await failsWith("HEDDLE_SEND", () => make({ deep: [value] }));
          assert.equal(Reflect.get(error, "path"), "initArgs[0].deep[0]");
        }
        return;
      }
      const pool = make(shared);
      await Promise.all(Array.from({ length: 4 }, () => pool.run(tasks.addToKept)));
      assert.equal(new Int32Array(shared)[0], 4);
      await pool.close();
      const compiled = make(module);
      const kinds = await Promise.all(Array.from({ length: 4 }, () => compiled.run(tasks.kindOfKept)));
      assert.deepEqual(new Set(kinds), new Set(["WebAssembly.Module"]));
      await compiled.close();
    });

    it("that is a Buffer arrives as one, with its own bytes and nobody else's", async () => {
      const value = Buffer.from("hello");
      for (const [way, open] of Object.entries(WAYS)) {
        await open(suite, async (send) => {
          const arrived = (await send(value)) as Buffer;
          assert.equal(arrived.toString("hex"), value.toString("hex"), way);
          assert.equal(arrived.buffer.byteLength, value.length, way);
        });
      }
    });
  });

  it("a value larger than a message may be is refused before anything is started, with its path and the limit", async () => {
    const pool = new adapter.Pool({ size: 1 });
    const [connection] = adapter.pipe<object>();
    const big = new ArrayBuffer(2 ** 31);
    const ways: Readonly<Record<string, (value: object) => unknown>> = {
      "args[1]": (value) => new adapter.Worker(tasks.giveBack as never, { args: [1, value] } as never).start(),
      "args[0]": (value) => pool.run(tasks.giveBack, value),
      "initArgs[0]": (value) => new adapter.Pool({ initializer: tasks.giveBack, initArgs: [value] }),
      "finalizerArgs[0]": (value) => new adapter.Pool({ finalizer: tasks.giveBack, finalizerArgs: [value] }),
      "item.sent": (sent) => connection.send({ sent }),
      item: (value) => new adapter.Queue().putNowait(value),
    };
    for (const [root, use] of Object.entries(ways)) {
      const refused = await failsWith("HEDDLE_SEND", () => use({ big: new Uint8Array(big) }));
      assert.equal(Reflect.get(refused, "path"), `${root}.big.buffer`);
      assert.match(refused.message, /a message may take 2147483647 bytes; one of 2147483648 or more/);
    }
    assert.equal(await pool.run(tasks.giveBack, 1), 1);
    await pool.close();
  });

  describe("transfer of what cannot be moved", () => {
    const things: Readonly<Record<string, () => unknown>> = {
      "a plain object": () => ({}),
      "a Map": () => new Map(),
      "a view": () => new Uint8Array(4),
      "a Lock": () => new adapter.Lock(),
      "a SharedArrayBuffer": () => new SharedArrayBuffer(8),
      "an ArrayBuffer that was moved away": () => {
        const buffer = new ArrayBuffer(8);
        structuredClone(buffer, { transfer: [buffer] });
        return buffer;
      },
      "the buffer of a WebAssembly.Memory": () =>
        vm.runInThisContext("new WebAssembly.Memory({ initial: 1 }).buffer") as unknown,
    };
    for (const [name, make] of Object.entries(things)) {
      it(`is refused with its path, or that of the object it was marked for; nothing is moved: ${name}`, async () => {
        const pool = new adapter.Pool({ size: 1 });
        const [connection] = adapter.pipe<object>();
        const other = new ArrayBuffer(4);
        const thing = make() as object;
        const ways: Readonly<Record<string, (value: object) => unknown>> = {
          "args[0]": (value) => pool.run(tasks.giveBack, value),
          "items[0]": (value) => pool.map(tasks.giveBack, [value]),
          "initArgs[0]": (value) => new adapter.Pool({ initializer: tasks.giveBack, initArgs: [value] }),
          "item.sent": (sent) => connection.send({ sent }),
          item: (value) => new adapter.Queue().putNowait(value),
          "args[1]": (value) => new adapter.Worker(tasks.giveBack as never, { args: [1, value] } as never).start(),
        };
        for (const [root, use] of Object.entries(ways)) {
          for (const [value, path] of [[{ other }, ""] as const, [{ other, deep: [thing] }, ".deep[0]"] as const]) {
            const refused = await failsWith("HEDDLE_SEND", () => use(adapter.transfer(value, [other, thing])));
            assert.equal(Reflect.get(refused, "path"), root + path);
          }
        }
        assert.equal(other.byteLength, 4);
        assert.deepEqual(await pool.run(tasks.giveBack, adapter.transfer({ other }, [other])), {
          other: new ArrayBuffer(4),
        });
        assert.equal(other.byteLength, 0);
        await pool.close();
      });
    }
  });

  describe("an error of a task", () => {
    for (const source of ["function", "promise", "map", "proxy", "formatter", "iterator"] as const) {
      it(`loses what cannot be sent, wherever it is in it, and nothing else: ${source}`, async () => {
        const pool = new adapter.Pool({ size: 1 });
        const worker = new adapter.Worker(tasks.failAsLibrary, { args: [source] }).start();
        const failures = [failureOf(() => worker.result), failureOf(() => pool.run(tasks.failAsLibrary, source))];
        for (const failure of failures) {
          const error = (await failure) as Error & { [key: string]: unknown };
          assert.ok(error instanceof RangeError);
          assert.deepEqual([error.name, error.message, error.code], ["RangeError", "status 404", "ERR_STATUS"]);
          assert.match(error.stack ?? "", /failAsLibrary/);
          assert.ok(!("property" in error));
          assert.deepEqual(error.list, { items: [1, undefined] });
          assert.deepEqual(error.map, new Map([["kept", 1]]));
          assert.deepEqual(error.set, new Set(["kept"]));
          assert.ok(error.inner instanceof TypeError && error.inner.message === "inner" && !("cause" in error.inner));
        }
        await worker.join();
        await pool.close();
      });
    }

    it("that has arrived is what import() rejects with if a module throws it", async () => {
      const queue = new adapter.Queue();
      queue.putNowait(new TypeError("thrown by a module"));
      const error = queue.getNowait();
      const key = "heddleThrown";
      Reflect.set(globalThis, key, error);
      const module = `data:text/javascript,throw globalThis.${key}//${Date.now()}`;
      assert.equal(await failureOf(() => import(/* @vite-ignore */ module)), error);
      Reflect.deleteProperty(globalThis, key);
    });

    it("keeps its own properties as enumerable as they were", async () => {
      const pool = new adapter.Pool({ size: 1 });
      const error = (await failureOf(() => pool.run(tasks.failWithHidden))) as Error & { [key: string]: unknown };
      assert.deepEqual(error.issues, [{ path: ["a"] }]);
      assert.deepEqual([error.cause, error.errors], ["seen", [1]]);
      const keys = Object.keys(error);
      assert.deepEqual([keys.includes("issues"), keys.includes("cause"), keys.includes("errors")], [false, true, true]);
      await pool.close();
    });

    for (const how of ["getter", "proxy", "revoked"] as const) {
      it(`that cannot be looked at rejects its call, and its worker goes on: ${how}`, async () => {
        const pool = new adapter.Pool({ size: 1 });
        assert.ok((await failureOf(() => pool.run(tasks.failOddly, how))) instanceof Error);
        assert.equal(await pool.run(tasks.giveBack, 5), 5);
        await pool.close();
      });
    }

    for (const hook of ["array", "nothing", "throws"] as const) {
      it(`arrives whatever Error.prepareStackTrace makes of stacks, there and here: ${hook}`, async () => {
        const pool = new adapter.Pool({ size: 1 });
        const here = tasksHere(hook);
        try {
          const error = (await failureOf(() => pool.run(tasks.failWithHook, hook))) as Error;
          const told = [error instanceof TypeError, error.message, await pool.run(tasks.giveBack, 5)];
          // Whose call, or making, is noted with its stack.
          pool.imap(tasks.giveBack, [1]);
          const worker = new adapter.Worker(tasks.failWithHook, { args: [hook] }).start();
          told.push(await failureOf(() => worker.result).then(String));
          const many = Array.from({ length: 200 }, () => failureOf(() => pool.run(tasks.failWithHook, hook)));
          told.push([...new Set((await Promise.all(many)).map(String))].join());
          here();
          assert.deepEqual(told, [true, "boom", 5, "TypeError: boom", "TypeError: boom"]);
        } finally {
          here();
        }
        await pool.close();
      });
    }
  });
};

/** Sets the hook in this worker; gives what takes it away again. */
function tasksHere(hook: "array" | "nothing" | "throws"): () => void {
  const hooks = {
    array: (_: unknown, sites: unknown) => sites,
    nothing: () => undefined,
    throws: () => {
      throw new Error("hook");
    },
  };
  const before: unknown = Reflect.get(Error, "prepareStackTrace");
  Reflect.set(Error, "prepareStackTrace", hooks[hook]);
  return () => void Reflect.set(Error, "prepareStackTrace", before);
}

type Send = (value: unknown) => Promise<unknown>;

/** The ways by which values go to another worker, or come from one: `use` is given what sends one and gives what arrives of it. */
const WAYS: Readonly<Record<string, (suite: Suite, use: (send: Send) => Promise<void>) => Promise<void>>> = {
  async "a queue"({ adapter }, use) {
    const queue = new adapter.Queue();
    await use(async (value) => {
      queue.putNowait(value);
      return queue.getNowait();
    });
  },
  async "a pipe"({ adapter }, use) {
    const [here, there] = adapter.pipe();
    await use(async (value) => {
      await here.send(value);
      return there.recv();
    });
  },
  async "a task's argument and result"(suite, use) {
    const { giveBack } = tasksOf<typeof tasksModule>(suite, "values");
    const pool = new suite.adapter.Pool({ size: 1 });
    await use((value) => pool.run(giveBack, value));
    await pool.close();
  },
  async "an error's property"(suite, use) {
    const { failWithDetail } = tasksOf<typeof tasksModule>(suite, "values");
    const pool = new suite.adapter.Pool({ size: 1 });
    await use(async (value) => {
      const error = await failureOf(() => pool.run(failWithDetail, value));
      if (!(error instanceof RangeError)) throw error;
      return Reflect.get(error, "detail");
    });
    await pool.close();
  },
  async "a worker's arguments and result"(suite, use) {
    const { giveBack } = tasksOf<typeof tasksModule>(suite, "values");
    const { Worker } = suite.adapter;
    await use(async (value) => {
      const worker = new Worker(giveBack, { args: [value] }).start();
      const result = await worker.result;
      await worker.join();
      return result;
    });
  },
};
