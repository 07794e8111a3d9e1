import assert from "node:assert/strict";
import { type Contract, failureOf, refuses, tasksOf } from "../suite.js";
import type * as work from "../tasks/work.js";

/** Arguments that nobody takes, or that are missing, and properties that are set in vain: a TypeError at once, which says what to do. */
export const calls: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const {
    Barrier,
    Condition,
    Event,
    Lock,
    LifoQueue,
    PriorityQueue,
    Pool,
    Queue,
    RWLock,
    Semaphore,
    TaskGroup,
    Worker,
  } = adapter;
  const tasks = tasksOf<typeof work>(suite, "work");

  describe("calls", () => {
    it("arguments beyond those that a method takes are refused at once, and undefined is none", async () => {
      const pool = new Pool({ size: 1, minSize: 0 });
      const [here, there] = adapter.pipe();
      const future = pool.submit(tasks.nothing, [], { signal: AbortSignal.abort() });
      // Its rejection is looked at only in the end.
      future.catch(() => {});
      const group = new TaskGroup(pool);
      const worker = new Worker(tasks.nothing);
      const lock = new Lock();
      const queue = new Queue<unknown>();
      const objects: Record<string, object> = { lock, queue, pool, here, future, group, worker, adapter, Pool };
      objects.rlock = new adapter.RLock();
      objects.rwlock = new RWLock();
      objects.condition = new Condition(lock);
      objects.semaphore = new Semaphore();
      objects.event = new Event();
      objects.barrier = new Barrier(2);
      objects.lifo = new LifoQueue();
      objects.priority = new PriorityQueue();
      objects.value = new adapter.Value("i32");
      objects.array = new adapter.SharedArray("i32", 1);
      objects.map = new adapter.SharedMap();
      const called: readonly (readonly [most: number, object: string, methods: string])[] = [
        [0, "lock", "tryAcquire tryHold release recover dispose"],
        [1, "lock", "acquire acquireSync hold holdSync"],
        [2, "lock", "run runSync"],
        [0, "rlock", "release tryAcquire"],
        [1, "rlock", "acquire acquireSync"],
        [0, "rwlock", "tryHoldRead tryHoldWrite recover"],
        [1, "rwlock", "holdRead holdWriteSync"],
        [2, "rwlock", "runRead runWriteSync"],
        [0, "condition", "notifyAll"],
        [1, "condition", "notify wait waitSync"],
        [2, "condition", "waitFor waitForSync"],
        [0, "semaphore", "tryAcquire tryHold"],
        [1, "semaphore", "release acquire holdSync"],
        [0, "event", "set clear"],
        [0, "map", "clear keys values entries"],
        [1, "map", "get has delete forEach"],
        [3, "map", "set update compareAndSet"],
        [1, "event", "wait waitSync"],
        [0, "barrier", "reset abort"],
        [1, "barrier", "wait waitSync"],
        [0, "queue", "getNowait taskDone"],
        [1, "queue", "putNowait tryPut get getSync tryGet items itemsSync join joinSync shutdown"],
        [2, "queue", "put putSync"],
        [1, "lifo", "putNowait get"],
        [2, "priority", "put putSync putNowait tryPut"],
        [0, "here", "close"],
        [1, "here", "send sendSync recv recvSync tryRecv items itemsSync poll pollSync"],
        [1, "value", "add"],
        [2, "value", "compareExchange"],
        [0, "array", "dispose"],
        [0, "pool", "ready pause resume terminate"],
        [1, "pool", "close"],
        [3, "pool", "submit map imap imapUnordered"],
        [1, "future", "cancel"],
        [0, "group", "wait"],
        [1, "group", "cancel"],
        [0, "worker", "start terminate"],
        [1, "worker", "join joinSync cancel"],
        [0, "adapter", "pipe usage current activeWorkers availableParallelism"],
        [1, "adapter", "waiting isMain tasksFrom inline sleepSync setExceptHook callback"],
        [2, "adapter", "sleep wait asCompleted transfer registerClass"],
        [3, "adapter", "task"],
        [2, "Pool", "use"],
      ];
      for (const [most, object, methods] of called) {
        for (const method of methods.split(" ")) {
          const owner = objects[object] as object;
          const call = Reflect.get(owner, method) as (...args: unknown[]) => unknown;
          const error = await failureOf(async () => call.call(owner, ...Array(most), 5));
          const says = `takes ${["no", "one", "two", "three"][most]} argument`;
          assert.ok(error instanceof TypeError && error.message.includes(says), `${object}.${method}: ${error}`);
        }
      }
      assert.deepEqual([queue.size, lock.locked, new Semaphore().value], [0, false, 1]);
      assert.equal(Reflect.apply(lock.tryAcquire, lock, [undefined]), true);
      await Promise.resolve().then(lock.release.bind(lock));
      for (const [most, name] of [
        ...(["Event"] as const).map((one) => [0, one] as const),
        ...(["Condition", "Pool", "SharedMap"] as const).map((one) => [1, one] as const),
        ...(["Lock", "RLock", "RWLock", "Queue", "LifoQueue", "PriorityQueue"] as const).map(
          (one) => [1, one] as const,
        ),
        ...(["Semaphore", "BoundedSemaphore", "Barrier"] as const).map((one) => [2, one] as const),
        ...(["Value", "SharedArray", "TaskGroup", "Worker"] as const).map((one) => [2, one] as const),
      ]) {
        const make = () => Reflect.construct(adapter[name], [...Array(most), true]);
        await refuses({ [name]: make }, /takes (no|one|two) arguments?, and was given a boolean/);
      }
      const named = { Lock: () => Reflect.construct(Lock, ["jobs"]), Event: () => Reflect.construct(Event, ["jobs"]) };
      await refuses(named, /is (Lock|Event)\.named\("jobs"\)/);
      await refuses({ named: () => Reflect.apply(Event.named, Event, ["a", 1]) }, /Event\.named takes one argument/);
      await failureOf(async () => future);
      there.close();
      await pool.close();
    });

    it("a put without an item is refused at once, and one of undefined is not", async () => {
      const [here, there] = adapter.pipe();
      for (const queue of [new Queue(), new LifoQueue(), new PriorityQueue()]) {
        for (const method of ["put", "putSync", "putNowait", "tryPut"] as const) {
          await refuses(
            { [method]: () => Reflect.apply(queue[method], queue, []) },
            /needs an item: write \w+\(undefined\)/,
          );
          await queue[method](undefined);
        }
        assert.equal(queue.size, 4);
      }
      for (const method of ["send", "sendSync"] as const) {
        await refuses(
          { [method]: () => Reflect.apply(here[method], here, []) },
          /needs an item: write \w+\(undefined\)/,
        );
        await here[method](undefined);
        assert.equal(await there.recv(), undefined);
      }
      here.close();
      there.close();
    });

    it("a property that can only be read refuses to be set, with what to do instead, in sloppy mode too", async () => {
      const pool = new Pool({ size: 1, minSize: 0 });
      const sloppy = new Function("object", "name", "object[name] = 3;");
      const lock = new Lock();
      const properties: readonly (readonly [object, string])[] = [
        [pool, "size queued running stats"],
        [lock, "locked abandoned"],
        [new RWLock(), "readers writing abandoned"],
        [new Condition(lock), "lock"],
        [new Semaphore(), "value"],
        [new Event(), "isSet"],
        [new Barrier(2), "parties waiting broken"],
        [new Queue(5), "maxSize size isEmpty isFull isShutDown"],
        [new adapter.SharedArray("i32", 1), "length view lock"],
        [new adapter.Value("i32"), "lock"],
        [new adapter.SharedMap(), "size lock"],
        [new TaskGroup(pool), "signal"],
        [new Worker(tasks.nothing), "name id pid daemon isAlive exitCode result target"],
      ];
      for (const [object, names] of properties) {
        for (const name of names.split(" ")) {
          await refuses({ [name]: () => sloppy(object, name) }, new RegExp(`\\.${name} can only be read`));
        }
      }
      await refuses({ size: () => sloppy(pool, "size") }, /new Pool\(\{ size \}\)/);
      assert.equal(pool.size, 1);
      const current = adapter.current() as { name: string };
      await refuses({ name: () => (current.name = "other") });
      await pool.close();
    });
  });
};
