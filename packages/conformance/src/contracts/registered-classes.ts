import assert from "node:assert/strict";
import { untilFailure } from "../source.js";
import { type Contract, failsWith, failureOf, tasksOf } from "../suite.js";
import * as classes from "../tasks/classes.js";

const { Pixel, Point, Purse, TooFar } = classes;

class Money {}

/** Of the module: a registration stays, with all that it refers to. */
const refusing = {
  pack: () => 1,
  unpack: (): Money => {
    throw new RangeError("too much");
  },
};

/** Instances of the program's own classes, where both sides have registered them. */
export const registeredClasses: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof classes>(suite, "classes");
  const { url } = adapter.adapter;

  describe("an instance of a class that is registered", () => {
    it("arrives as one, and comes back as one, wherever it is in a value", async () => {
      await classes.register(url);
      await using pool = new adapter.Pool({ size: 1 });
      await pool.run(tasks.register, url);
      const doubled = await pool.run(tasks.double, new Point(1, 2));
      assert.ok(doubled instanceof Point);
      assert.deepEqual([doubled.x, doubled.y, doubled.plus(doubled).x], [2, 4, 4]);
      const ring = new Point(5, 6);
      ring.self = ring;
      const value = (await pool.run(tasks.giveBack, { ring, list: [ring, new Map([[ring, 1]])] })) as {
        ring: classes.Point;
        list: [classes.Point, Map<classes.Point, number>];
      };
      assert.ok(value.ring instanceof Point && value.ring.self === value.ring && value.list[0] === value.ring);
      assert.equal(value.list[1].get(value.ring), 1);
    });

    it("is made by its class's unpack of what its pack has given, once", async () => {
      await classes.register(url);
      await using pool = new adapter.Pool({ size: 1 });
      await pool.run(tasks.register, url);
      const inner = new Purse(new Map([["penny", 1]]));
      const outer = new Purse(new Map([["crown", 5]]), inner);
      assert.deepEqual(await pool.run(tasks.totalOf, [outer, inner, outer]), [6, 1, 6]);
      const [a, b, c] = (await pool.run(tasks.giveBack, [outer, inner, outer])) as unknown[];
      assert.ok(a instanceof Purse && b instanceof Purse && a === c);
      assert.equal(a.total, 6);
    });

    it("whose unpack throws gives that error as the cause, and tells which class", async () => {
      adapter.registerClass(Money, refusing);
      const queue = new adapter.Queue<Money>();
      await queue.put(new Money());
      const error = await failsWith("HEDDLE_UNREADABLE", () => queue.get());
      assert.match(error.message, /^unpack of Money threw: .*too much/);
      assert.ok(error.cause instanceof RangeError);
    });

    it("goes through queues, and to a worker's target and back", async () => {
      await classes.register(url);
      const queue = new adapter.Queue<classes.Point>();
      await queue.put(new Point(1, 1));
      assert.ok((await queue.get()) instanceof Point);
      // This worker's target gives back what it cannot be given: the module registers nothing there.
      const worker = new adapter.Worker(tasks.giveBack, { args: [new Point(1, 1)] }).start();
      await failsWith("HEDDLE_CLASS_NOT_FOUND", () => worker.result);
      await worker.join();
    });

    it("is a ClassNotFoundError where the class is not registered, and no instance of a subclass", async () => {
      await classes.register(url);
      await using pool = new adapter.Pool({ size: 1 });
      await failsWith("HEDDLE_CLASS_NOT_FOUND", () => pool.run(tasks.giveBack, [new Point(1, 2)]));
      const plain = await pool.run(tasks.giveBack, new Pixel(1, 2));
      assert.deepEqual(plain, { x: 1, y: 2, colour: "red", self: undefined });
      assert.equal(Object.getPrototypeOf(plain), Object.prototype);
    });

    it("is a ClassNotFoundError in its place in a chunk of imap, after the results before it", async () => {
      await classes.register(url);
      await using pool = new adapter.Pool({ size: 1 });
      const chunks = { chunkSize: 4 };
      const ownOf = (what: string) => [1, what, 3, "fail"].map((one) => [one, url] as const);
      const maps: readonly [AsyncIterable<unknown>, before: unknown[]][] = [
        [pool.imap(tasks.giveBack, [1, 2, { at: new Point(1, 2) }, 4, 5], chunks), [1, 2]],
        [pool.imap(tasks.giveOwn, ownOf("here"), chunks), [1]],
        [pool.imapUnordered(tasks.giveOwn, ownOf("there"), chunks), [1]],
      ];
      for (const [map, before] of maps) {
        const { given, error } = await untilFailure(map);
        assert.deepEqual([Reflect.get(Object(error), "code"), given], ["HEDDLE_CLASS_NOT_FOUND", before]);
      }
    });

    it("comes back as the error that it is", async () => {
      await classes.register(url);
      await using pool = new adapter.Pool({ size: 1 });
      const asPlain = (await failureOf(() => pool.run(tasks.goTooFar, 1))) as Error;
      assert.ok(asPlain.cause instanceof Error && !(asPlain.cause instanceof TooFar));
      await pool.run(tasks.register, url);
      const { cause } = (await failureOf(() => pool.run(tasks.goTooFar, 7))) as Error;
      assert.ok(cause instanceof TooFar && cause instanceof RangeError);
      assert.deepEqual([cause.message, cause.by], ["too far by 7", 7]);
      assert.ok(cause.cause instanceof Point && cause.cause.x === 7);
    });

    it("is refused, if it holds what cannot be sent, with its path", async () => {
      await classes.register(url);
      const queue = new adapter.Queue<unknown>();
      const point = Object.assign(new Point(1, 2), { go: () => 1 });
      const error = await failsWith("HEDDLE_SEND", () => queue.put({ point }));
      assert.equal(Reflect.get(error, "path"), "item.point.go");
    });
  });

  describe("an error with an instance of a class that is not registered where it arrives", () => {
    const assertKept = (error: unknown): void => {
      assert.ok(error instanceof RangeError, String(error));
      const { code, list, map, ...others } = error as RangeError & Record<string, unknown>;
      assert.deepEqual([error.message, code, list, map], ["lost there", 7, [1, undefined, undefined], new Map()]);
      assert.deepEqual(others, {});
    };

    /** The errors that the except hook hears of, until there is one. */
    async function heard(act: () => unknown): Promise<unknown> {
      const done = act();
      try {
        return await new Promise((resolve) => adapter.setExceptHook(resolve));
      } finally {
        adapter.setExceptHook(console.error);
        await done;
      }
    }

    it("comes without it, as the outcome of a target or a task", async () => {
      const worker = new adapter.Worker(tasks.failWithOwn, { args: [url] }).start();
      assertKept(await failureOf(() => worker.result));
      await worker.join();
      await using pool = new adapter.Pool({ size: 1 });
      assertKept(await failureOf(() => pool.run(tasks.failWithOwn, url)));
      assertKept(await failureOf(() => pool.map(tasks.failWithOwn, [url])));
      const items = [1, "fail", 3].map((one) => [one, url] as const);
      const { given, error } = await untilFailure(pool.imap(tasks.giveOwn, items, { chunkSize: 3 }));
      assert.deepEqual(given, [1]);
      assertKept(error);
    });

    it("comes without it to the except hook: of a finalizer, and one that a task left behind", async () => {
      const pool = new adapter.Pool({ size: 1, finalizer: tasks.failWithOwn, finalizerArgs: [url] });
      await pool.run(tasks.giveBack, 1);
      assertKept(await heard(() => pool.close()));
      const other = new adapter.Pool({ size: 1 });
      assertKept(await heard(() => other.run(tasks.failWithOwnLater, url)));
      assert.equal(await other.run(tasks.giveBack, 1), 1);
      await other.close();
    });

    it("comes without it as the reason to stop, and disturbs no other call", async () => {
      await classes.register(url);
      const reason = Object.assign(new RangeError("enough"), { code: 7, at: new Point(1, 2) });
      const pool = new adapter.Pool({ size: 1, concurrency: 2 });
      const other = new adapter.Event();
      const waits = pool.submit(tasks.reasonOf, [url, other]);
      await other.wait();
      for (const task of [tasks.reasonOf, tasks.reasonOfAsked]) {
        const started = new adapter.Event();
        const asked = pool.submit(task, [url, started]);
        await started.wait();
        asked.cancel(reason);
        assert.deepEqual(await asked, ["enough", 7, false]);
        const again = new adapter.Event();
        const worker = new adapter.Worker(task, { args: [url, again] }).start();
        await again.wait();
        worker.cancel(reason);
        assert.deepEqual(await worker.result, ["enough", 7, false]);
        await worker.join();
      }
      waits.cancel(new Point(1, 2));
      assert.match(String(((await waits) as unknown[])[0]), /class \w+ has arrived where no class of that name/);
      await pool.close();
    });
  });

  describe("registerClass", () => {
    it("refuses what would not arrive as it was", async () => {
      const { registerClass } = adapter;
      const wrong = registerClass as (...args: unknown[]) => void;
      class Secret {
        #key = 1;
        read(): number {
          return this.#key;
        }
      }
      class Named {}
      registerClass(Named, { name: "taken" });
      for (const args of [
        [undefined],
        [{}],
        [() => 1],
        [class {}],
        [Secret],
        [Named, { pack: () => 1 }],
        [Named, { unpack: () => new Named() }],
        [class Other {}, { name: "taken" }],
      ]) {
        assert.throws(() => wrong(...args), TypeError, String(args[0]));
      }
      registerClass(Secret, { pack: () => 1, unpack: () => new Secret() });
    });
  });
};
