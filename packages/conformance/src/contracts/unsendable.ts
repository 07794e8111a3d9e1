import assert from "node:assert/strict";
import { all, later, untilFailure } from "../source.js";
import { type Contract, failsWith, failureOf, tasksOf, until } from "../suite.js";
import * as made from "../tasks/unsendable.js";
import type * as work from "../tasks/work.js";

interface Failed {
  readonly error: unknown;
  readonly worker: string;
}

/** Errors, reasons to stop and values that cannot be sent, or not whole. */
export const unsendable: Contract = (suite) => {
  const { describe, it, adapter, capabilities } = suite;
  const { Pool, Worker, Queue, LifoQueue, PriorityQueue, Event, TaskGroup, SharedArray } = adapter;
  const tasks = tasksOf<typeof made>(suite, "unsendable");
  const { echo } = tasksOf<typeof work>(suite, "work");
  const { url } = adapter.adapter;

  const resultOf = async (worker: {
    readonly result: Promise<unknown>;
    join(): Promise<boolean>;
  }): Promise<unknown> => {
    try {
      return await worker.result;
    } finally {
      await worker.join();
    }
  };

  /** The errors that the except hook hears of while `act` lasts. */
  async function heardDuring(act: (heard: readonly Failed[]) => Promise<void>): Promise<void> {
    const heard: Failed[] = [];
    adapter.setExceptHook((error, { name }) => heard.push({ error, worker: name }));
    try {
      await act(heard);
    } finally {
      adapter.setExceptHook(console.error);
    }
  }

  /** Checks that it is the error of a library, without the parts that cannot be sent, and with all others. */
  function assertKept(error: unknown, way: string): void {
    assert.ok(error instanceof RangeError, `${way}: ${String(error)}`);
    const { code, list, map, set, ...others } = { ...error } as Record<string, unknown>;
    assert.deepEqual([error.name, error.message, code], ["RangeError", "status 404", "ERR_STATUS"], way);
    assert.match(error.stack ?? "", /libraryError/, way);
    assert.ok(error.cause instanceof TypeError && error.cause.message === "inner" && !("cause" in error.cause), way);
    assert.deepEqual([list, map], [["kept", undefined, undefined], new Map([["kept", 1]])], way);
    assert.deepEqual([...(set as Set<unknown>)], ["kept"], way);
    assert.ok(!("view" in others), way);
    // Threads share this memory, and others cannot be sent it.
    if (!(capabilities.postsObjects && "foreign" in others)) assert.deepEqual(others, { odd: {} }, way);
  }

  describe("an error with parts that cannot be sent", () => {
    it("arrives without them, and with all others, by each way on which something is thrown", async () => {
      const bytes = new SharedArray("u8", 1);
      const pool = new Pool({ size: 1 });
      const group = new TaskGroup(pool);
      const ways: Readonly<Record<string, () => unknown>> = {
        run: () => pool.run(tasks.failAsLibrary, bytes),
        map: () => pool.map(tasks.failAsLibrary, [bytes]),
        imap: () => all(pool.imap(tasks.failAsLibrary, [bytes])),
        "imap, in chunks": () => all(pool.imap(tasks.failAsLibrary, [bytes], { chunkSize: 2 })),
        iterate: () => all(pool.iterate(tasks.yieldAndFailAsLibrary, bytes)),
        "a group's task": () => group.run(tasks.failAsLibrary, bytes),
        "a group": () => group.wait(),
        "a worker": () => resultOf(new Worker(tasks.failAsLibrary, { args: [bytes] }).start()),
      };
      for (const [way, use] of Object.entries(ways)) assertKept(await failureOf(use), way);
      await pool.close();
    });

    it("arrives so where nothing catches it, and from a pool's initializer and finalizer", () =>
      heardDuring(async (heard) => {
        const bytes = new SharedArray("u8", 1);
        const go = new Event();
        const pool = new Pool({ size: 1, finalizer: tasks.failAsLibrary, finalizerArgs: [bytes] });
        const crashed = await failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.failAsLibraryLater, bytes));
        assertKept(crashed.cause, "a crash");
        await pool.run(tasks.leaveLibraryError, bytes, go);
        go.set();
        await until(() => heard.length === 1, "the hook should hear of what a finished task has left");
        await pool.run(echo, 1);
        await pool.close();
        assert.equal(heard.length, 2);
        for (const [i, { error }] of heard.entries()) assertKept(error, ["left behind", "a finalizer"][i] as string);
        const initializer = { initializer: tasks.failAsLibrary, initArgs: [bytes], initializerRetries: 0 } as const;
        const broken = new Pool({ size: 1, ...initializer });
        assertKept(await failureOf(() => broken.run(echo, 1)), "an initializer");
        await broken.close();
      }));

    it("arrives so as a value or within one, there and back", async () => {
      const bytes = new SharedArray("u8", 1);
      const pool = new Pool({ size: 1 });
      const [here, there] = adapter.pipe();
      for (const queue of [new Queue<unknown>(), new LifoQueue<unknown>(), new PriorityQueue<unknown>()]) {
        queue.putNowait(made.libraryError(bytes));
        assertKept(queue.getNowait(), String(queue));
      }
      await here.send({ failed: made.libraryError(bytes) });
      assertKept(((await there.recv()) as { failed: Error }).failed, "a pipe");
      assertKept(await pool.run(echo, made.libraryError(bytes)), "an argument of a task");
      assertKept(
        await resultOf(new Worker(echo, { args: [made.libraryError(bytes)] }).start()),
        "an argument of a worker",
      );
      assertKept(((await pool.run(tasks.settleAsLibrary, bytes)) as { reason: Error }).reason, "a result");
      await pool.close();
    });

    it("makes no value sendable: a part that the value has elsewhere is refused, with its path there", async () => {
      const queue = new Queue<unknown>();
      const part = { deep: [() => 1] };
      const error = Object.assign(new Error("failed"), { part });
      for (const value of [
        { error, part },
        { part, error },
        { error, list: [[part]] },
      ]) {
        const path = "list" in value ? "item.list[0][0].deep[0]" : "item.part.deep[0]";
        assert.equal(Reflect.get(await failsWith("HEDDLE_SEND", () => queue.putNowait(value)), "path"), path);
      }
    });

    it("that is its own cause ends its worker, and neither the program nor the wait for it", async () => {
      const pool = new Pool({ size: 1 });
      const { cause } = await failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.failInACircle));
      assert.ok(cause instanceof RangeError && cause.cause === cause && cause.message === "round");
      assert.equal(await pool.run(echo, 5), 5);
      await pool.close();
    });

    it("a result that throws anything when it is looked at rejects its call alone", async () => {
      const pool = new Pool({ size: 1 });
      for (const how of ["nothing", "proxy", "thenable", "throws"] as const) {
        const failure = await failureOf(() => pool.run(tasks.giveOddly, how));
        assert.equal(failure instanceof Error, how !== "nothing", how);
      }
      assert.equal(await pool.run(echo, 5), 5);
      assert.equal(pool.stats.respawned, 0);
      await pool.close();
    });
  });

  describe("the buffer of a SharedArray", () => {
    const pathOf = async (use: () => unknown): Promise<unknown> =>
      Reflect.get(await failsWith("HEDDLE_SEND", use), "path");

    it("is refused by each way, with its path, as is a view of more than the array", async () => {
      const { buffer } = new SharedArray("u8", 1).view;
      const pool = new Pool({ size: 1 });
      const groupOf = (value: unknown): InstanceType<typeof TaskGroup> => {
        const group = new TaskGroup(pool);
        group.run(echo, value).then(undefined, () => {});
        return group;
      };
      const [queue, lifo, priority] = [new Queue<unknown>(), new LifoQueue<unknown>(), new PriorityQueue<unknown>()];
      const [connection] = adapter.pipe<unknown>();
      const ways: Readonly<Record<string, readonly [root: string, use: (value: unknown) => unknown]>> = {
        run: ["args[0]", (value) => pool.run(echo, value)],
        submit: ["args[0]", (value) => pool.submit(echo, [value])],
        map: ["items[0]", (value) => pool.map(echo, [value])],
        imap: ["items[0]", (value) => all(pool.imap(echo, [value]))],
        iterate: ["args[0]", (value) => all(pool.iterate(tasks.yieldIt, value))],
        "a group": ["args[0]", (value) => groupOf(value).wait()],
        "a worker": ["args[0]", (value) => new Worker(echo, { args: [value] }).start()],
        initArgs: ["initArgs[0]", (value) => new Pool({ initializer: echo, initArgs: [value] })],
        finalizerArgs: ["finalizerArgs[0]", (value) => new Pool({ finalizer: echo, finalizerArgs: [value] })],
        put: ["item", (value) => queue.put(value)],
        putNowait: ["item", (value) => queue.putNowait(value)],
        putSync: ["item", (value) => queue.putSync(value)],
        lifo: ["item", (value) => lifo.putNowait(value)],
        priority: ["item", (value) => priority.putNowait(value)],
        send: ["item", (value) => connection.send(value)],
        sendSync: ["item", (value) => connection.sendSync(value)],
      };
      for (const thing of [buffer, new DataView(buffer)]) {
        for (const [way, [root, use]] of Object.entries(ways)) {
          assert.equal(await pathOf(() => use({ deep: [thing] })), `${root}.deep[0]`, way);
          assert.equal(await pathOf(() => use(new Map([["key", thing]]))), `${root}.get("key")`, way);
          assert.equal(await pathOf(() => use(adapter.transfer({ thing }, [buffer]))), `${root}.thing`, way);
        }
      }
      assert.equal(queue.size + lifo.size + priority.size, 0);
      const value = new adapter.Value("i32");
      assert.throws(() => Reflect.set(value, "value", buffer), TypeError);
      assert.equal(value.value, 0);
      await pool.close();
    });

    it("is refused with its place among all items of a map", async () => {
      const pool = new Pool({ size: 1 });
      const items = Array.from({ length: 10 }, (_, n) => (n === 7 ? new SharedArray("u8", 1).view.buffer : n));
      const maps = [
        () => pool.map(echo, items, { chunkSize: 3 }),
        () => pool.map(echo, items, { chunkSize: 1 }),
        () => all(pool.imap(echo, items, { chunkSize: 2 })),
        () => all(pool.imapUnordered(echo, items)),
      ];
      for (const map of maps) assert.equal(await pathOf(map), "items[7]");
      await pool.close();
    });

    it("is called by its place among all results, in chunks of any size", async () => {
      const pool = new Pool({ size: 1 });
      const items = Array.from({ length: 10 }, (_, n) => (n === 7 ? new SharedArray("u8", 1) : undefined));
      const give = tasks.giveBufferOf;
      const maps = [
        () => pool.map(give, items, { chunkSize: 3 }),
        () => pool.map(give, items, { chunkSize: 1 }),
        () => pool.map(give, later(items), { chunkSize: 4 }),
        () => all(pool.imap(give, items, { chunkSize: 3 })),
        () => all(pool.imap(give, items)),
        () => all(pool.imapUnordered(give, later(items), { chunkSize: 2 })),
        () => all(pool.imapUnordered(give, items)),
      ];
      for (const map of maps) assert.equal(await pathOf(map), "result[7].deep[0]");
      assert.deepEqual(await pool.map(give, [undefined, undefined], { chunkSize: 2 }), [undefined, undefined]);
      await pool.close();
    });

    it("fails in its place in a chunk of imap, after the results before it", async () => {
      await using pool = new Pool({ size: 1 });
      const odd = [["function", "HEDDLE_SEND"] as const, ["getter", "not read"] as const];
      for (const [what, told] of odd) {
        const items = [0, 1, 2, what === "getter" ? made.failsToRead() : () => 1, 4];
        const there = [0, 1, 2, what, 4, "function"];
        for (const map of [
          pool.imap(echo, items, { chunkSize: 5 }),
          pool.imapUnordered(echo, items, { chunkSize: 6 }),
          pool.imap(tasks.giveUnsendable, there, { chunkSize: 6 }),
          pool.imap(tasks.giveUnsendable, there, { chunkSize: 2 }),
        ]) {
          const { given, error } = (await untilFailure(map)) as { given: unknown[]; error: Error & { code?: string } };
          assert.deepEqual([error.code ?? error.message, given], [told, [0, 1, 2]]);
          if (error.code !== undefined) assert.match(Reflect.get(error, "path") as string, /^(items|result)\[3\]$/);
        }
      }
    });

    it("is refused on the way back, and between workers", async () => {
      const array = new SharedArray("u8", 1);
      const pool = new Pool({ size: 1 });
      const queue = new Queue<unknown>();
      assert.equal(await pathOf(() => pool.run(tasks.giveBuffer, array)), "result.deep[0]");
      assert.equal(await pathOf(() => pool.map(tasks.giveBuffer, [array])), "result[0].deep[0]");
      assert.equal(await pathOf(() => all(pool.imap(tasks.giveBuffer, [array]))), "result[0].deep[0]");
      assert.equal(await pathOf(() => all(pool.iterate(tasks.yieldBuffer, array))), "item.deep[0]");
      const worker = new Worker(tasks.giveBuffer, { args: [array] }).start();
      assert.equal(await pathOf(() => resultOf(worker)), "result.deep[0]");
      assert.equal(await pool.run(tasks.putBuffer, array, queue), "item.deep[0]");
      assert.equal(queue.size, 0);
      assert.deepEqual(await pool.run(echo, array.view), new Uint8Array(1));
      await pool.close();
    });
  });

  const bytes = (): InstanceType<typeof SharedArray<"u8">> => new SharedArray("u8", 1);
  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const told = /cannot be sent/;
  /** Reasons, and what arrives of each. */
  const REASONS: Readonly<Record<string, () => readonly [reason: unknown, arrives: (reason: unknown) => void]>> = {
    "a function": () => [() => 1, (reason) => assert.match(String(reason), told)],
    "a symbol": () => [Symbol("why"), (reason) => assert.match(String(reason), told)],
    "a buffer": () => [bytes().view.buffer, (reason) => assert.match(String(reason), told)],
    "a proxy that was revoked": () => [revoked(), (reason) => assert.match(String(reason), told)],
    "an object": () => [{ n: 1, deep: [() => 1] }, (reason) => assert.deepEqual(reason, { n: 1, deep: [undefined] })],
    "an error": () => [made.libraryError(bytes()), (reason) => assertKept(reason, "a reason")],
    "a proxy of an error": () => {
      const ownKeys = (): never => {
        throw new Error("not listed");
      };
      return [new Proxy(new RangeError("enough"), { ownKeys }), (reason) => assert.match(String(reason), /enough/)];
    },
  };

  describe("a reason that cannot be sent, or not whole", () => {
    it("stops a task, a group and a worker, and is what their callers get", async () => {
      const pool = new Pool({ size: 1 });
      const answers = new Queue<unknown>();
      const started = new Event();
      const args = [url, started, answers] as const;
      for (const [name, make] of Object.entries(REASONS)) {
        const [reason, arrives] = make();
        const isReason = (failing: PromiseLike<unknown>): PromiseLike<void> => failsFor(reason, failing, name);
        /** Runs, stops what runs, and checks which reason it tells. */
        const stopped = async <T>(run: () => T, stop: (running: T) => void): Promise<T> => {
          started.clear();
          const running = run();
          await started.wait();
          stop(running);
          arrives(await answers.get());
          return running;
        };
        const aborted = async (run: (signal: AbortSignal) => PromiseLike<unknown>): Promise<void> => {
          const controller = new AbortController();
          await stopped(
            () => run(controller.signal),
            () => controller.abort(reason),
          );
        };
        await aborted((signal) => isReason(pool.submit(tasks.putReason, args, { signal })));
        await aborted((signal) => isReason(pool.map(tasks.putReasonOf, [args], { signal })));
        await aborted((signal) => isReason(all(pool.imap(tasks.putReasonOf, [args], { signal }))));
        await aborted((signal) => {
          const group = new TaskGroup(pool, { signal });
          group.run(tasks.putReason, ...args).then(undefined, () => {});
          return isReason(group.wait());
        });
        await stopped(
          () => pool.submit(tasks.putReason, args),
          (future) => assert.equal(future.cancel(reason), false),
        );
        const group = new TaskGroup(pool);
        await stopped(
          () => group.run(tasks.putReason, ...args),
          () => group.cancel(reason),
        );
        await group.wait();
        const waiting = pool.submit(tasks.putReason, args);
        assert.equal(waiting.cancel(reason), true);
        await isReason(waiting);
        // To start a worker takes long.
        if (name !== "a proxy that was revoked") continue;
        await aborted((signal) => resultOf(new Worker(tasks.putReason, { args, signal }).start()));
        await resultOf(
          await stopped(
            () => new Worker(tasks.putReason, { args }).start(),
            (worker) => worker.cancel(reason),
          ),
        );
      }
      await pool.close();
    });

    it("is what a wait rejects with", async () => {
      const [lock, queue, full] = [new adapter.Lock(), new Queue<number>(), new Queue<number>(1)];
      full.putNowait(1);
      lock.acquireSync();
      const waits: Readonly<Record<string, (options: { signal: AbortSignal }) => Promise<unknown>>> = {
        acquire: (options) => lock.acquire(options),
        hold: (options) => lock.hold(options),
        semaphore: (options) => new adapter.Semaphore(0).acquire(options),
        get: (options) => queue.get(options),
        put: (options) => full.put(2, options),
        join: (options) => full.join(options),
        event: (options) => new Event().wait(options),
        barrier: (options) => new adapter.Barrier(2).wait(options),
        recv: (options) => adapter.pipe()[0].recv(options),
        sleep: (options) => adapter.sleep(86_400_000, options),
      };
      for (const [name, make] of Object.entries(REASONS)) {
        const [reason] = make();
        for (const [way, wait] of Object.entries(waits)) {
          const controller = new AbortController();
          const waited = failsFor(reason, wait({ signal: controller.signal }), `${way}, ${name}`);
          controller.abort(reason);
          await waited;
        }
      }
      lock.release();
    });
  });

  /** Checks that it rejects with the reason, which may be nothing that a promise can resolve to. */
  async function failsFor(reason: unknown, failing: PromiseLike<unknown>, name: string): Promise<void> {
    const isReason = await failing.then(
      () => false,
      (error) => error === reason,
    );
    assert.ok(isReason, name);
  }
};
