import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type Cluster, connect } from "../dist/index.js";
import { program, TestServer, titled } from "./server.js";

const LEASE = 30_000;

describe.skipIf(program === undefined)(titled("objects at a server"), () => {
  let server: TestServer;
  let one: Cluster;
  let other: Cluster;
  let lastName = 0;
  const name = (): string => `object ${++lastName}`;

  beforeAll(async () => {
    server = await TestServer.start("--appendonly", "no");
    [one, other] = await Promise.all([
      connect({ url: server.url, lease: LEASE }),
      connect({ url: server.url, lease: LEASE }),
    ]);
  }, 60_000);

  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await server.stop();
  });

  it("a lock excludes, is handed on in order, and its tokens rise", async () => {
    const lock = name();
    const [mine, theirs] = [one.Lock.named(lock), other.Lock.named(lock)];
    const first = await mine.hold();
    assert.equal(await theirs.locked, true);
    assert.equal(await theirs.tryAcquire(), false);
    assert.equal(await theirs.acquire({ timeout: 10 }), false);
    const tokens = [first.token];
    const waiting = [theirs, mine, theirs].map((each) => each.run(({ token }) => tokens.push(token)));
    assert.equal(await first.release(), true);
    await Promise.all(waiting);
    assert.deepEqual(
      tokens,
      tokens.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(tokens).size, tokens.length);
    assert.equal(await mine.locked, false);
    await assert.rejects(mine.release(), { code: "HEDDLE_LOCK_STATE" });
    await assert.rejects(mine.recover(), { code: "HEDDLE_LOCK_STATE" });
  });

  it("a wait that is aborted leaves no trace, and what it had been granted is given back", async () => {
    const lock = name();
    const [mine, theirs] = [one.Lock.named(lock), other.Lock.named(lock)];
    const guard = await mine.hold();
    const stop = new AbortController();
    const waiting = theirs.hold({ signal: stop.signal });
    stop.abort(new Error("enough"));
    await assert.rejects(waiting, /enough/);
    await guard.release();
    // The release and the abort meet: whichever comes first, the lock is free in the end.
    for (let round = 0; round < 20; round++) {
      const held = await mine.hold();
      const late = new AbortController();
      const either = theirs.hold({ signal: late.signal }).then(
        (granted) => granted.release(),
        () => true,
      );
      const released = held.release();
      if (round % 2 === 0) await Promise.resolve();
      late.abort();
      await Promise.all([released, either]);
      await mine.run(() => {});
    }
  });

  it("an RLock is its task's, however often", async () => {
    const lock = name();
    const [mine, theirs] = [one.RLock.named(lock), other.RLock.named(lock)];
    assert.equal(await mine.run(() => mine.run(() => theirs.tryAcquire())), false);
    await Promise.all([mine.acquire(), mine.acquire()]);
    await mine.release();
    assert.equal(await theirs.locked, true);
    await assert.rejects(theirs.release(), { code: "HEDDLE_LOCK_STATE" });
    await mine.release();
    assert.equal(await theirs.tryAcquire(), true);
    await theirs.release();
  });

  it("an RWLock has many readers or one writer, and a waiting writer holds up readers", async () => {
    const lock = name();
    const [mine, theirs] = [one.RWLock.named(lock), other.RWLock.named(lock)];
    const reads = await Promise.all([mine.holdRead(), theirs.holdRead()]);
    const writing = theirs.holdWrite();
    while ((await mine.tryHoldRead())?.release() !== undefined);
    assert.equal(await mine.readers, 2);
    for (const read of reads) await read.release();
    const write = await writing;
    assert.equal(await mine.writing, true);
    assert.equal(await mine.tryHoldWrite(), undefined);
    const stop = new AbortController();
    const given = mine.holdWrite({ signal: stop.signal });
    const read = mine.holdRead();
    stop.abort(new Error("enough"));
    await assert.rejects(given, /enough/);
    await write.release();
    await (await read).release();
    assert.equal(await mine.readers, 0);
  });

  it("a semaphore counts, and a bounded one refuses more than at first", async () => {
    const semaphore = name();
    const [mine, theirs] = [one.Semaphore.named(semaphore, 2), other.Semaphore.named(semaphore, 2)];
    await Promise.all([mine.acquire(), theirs.acquire()]);
    assert.equal(await mine.tryAcquire(), false);
    const waiting = theirs.run(() => "in");
    await mine.release();
    assert.equal(await waiting, "in");
    await theirs.release();
    assert.equal(await mine.value, 2);
    await assert.rejects(other.Semaphore.named(semaphore, 3).acquire(), TypeError);
    await assert.rejects(mine.release(0), RangeError);
    const bounded = one.BoundedSemaphore.named(name(), 1);
    await assert.rejects(bounded.release(), RangeError);
    assert.equal(await bounded.value, 1);
  });

  it("an event wakes all that wait for it", async () => {
    const event = name();
    const [mine, theirs] = [one.Event.named(event), other.Event.named(event)];
    const waiting = [mine.wait(), theirs.wait({ timeout: 20_000 })];
    await mine.set();
    assert.deepEqual(await Promise.all(waiting), [true, true]);
    assert.equal(await theirs.isSet, true);
    await theirs.clear();
    assert.equal(await mine.wait({ timeout: 1 }), false);
  });

  it("a condition's wait releases the lock, and has it again", async () => {
    const condition = name();
    const [mine, theirs] = [one.Condition.named(condition), other.Condition.named(condition)];
    let isThere = false;
    const waiting = mine.lock.acquire().then(async () => {
      const found = await mine.waitFor(() => isThere, { timeout: 20_000 });
      await mine.lock.release();
      return found;
    });
    await theirs.lock.acquire();
    isThere = true;
    await theirs.notifyAll();
    await theirs.lock.release();
    assert.equal(await waiting, true);
    await assert.rejects(mine.notify(), { code: "HEDDLE_LOCK_STATE" });
    await mine.lock.acquire();
    assert.equal(await mine.wait({ timeout: 1 }), false);
    assert.equal(await mine.lock.release(), true);
  });

  it("a barrier lets all go on together, after its action, and breaks", async () => {
    const barrier = name();
    let acted = 0;
    const action = (): void => void acted++;
    const [mine, theirs] = [one.Barrier.named(barrier, 3, { action }), other.Barrier.named(barrier, 3, { action })];
    for (let round = 1; round <= 3; round++) {
      const places = await Promise.all([mine.wait(), theirs.wait(), mine.wait()]);
      assert.deepEqual(places.toSorted(), [0, 1, 2]);
      assert.equal(acted, round);
    }
    const broken = { code: "HEDDLE_BROKEN_BARRIER" };
    await Promise.all([assert.rejects(mine.wait(), broken), assert.rejects(theirs.wait({ timeout: 0 }), broken)]);
    assert.equal(await theirs.broken, true);
    await mine.reset();
    assert.equal(await theirs.broken, false);
    const failing = other.Barrier.named(name(), 1, {
      action: () => {
        throw new Error("no");
      },
    });
    await assert.rejects(failing.wait(), /no/);
    assert.equal(await failing.broken, true);
  });

  it("a queue keeps order, has bounds, and carries any value", async () => {
    const queue = name();
    const [mine, theirs] = [one.Queue.named<unknown>(queue, 2), other.Queue.named<unknown>(queue, 2)];
    const value = { map: new Map([[1, new Date(0)]]), bytes: new Uint8Array([0, 255, 10]), missing: undefined };
    await mine.put(value);
    await mine.put(2);
    assert.equal(await theirs.isFull, true);
    await assert.rejects(mine.putNowait(3), { code: "HEDDLE_QUEUE_FULL" });
    const third = mine.put(3);
    assert.deepEqual(await theirs.get(), value);
    assert.equal(await third, true);
    assert.deepEqual([await theirs.get(), await theirs.get()], [2, 3]);
    await assert.rejects(theirs.getNowait(), { code: "HEDDLE_QUEUE_EMPTY" });
    const next = theirs.get();
    await mine.put(4);
    assert.equal(await next, 4);
    await assert.rejects(
      mine.put(() => {}),
      { code: "HEDDLE_SEND" },
    );
    await assert.rejects(mine.put(one.Lock.named("any")), { code: "HEDDLE_SEND" });
    for (let done = 0; done < 4; done++) await theirs.taskDone();
    assert.equal(await mine.join(), true);
    await assert.rejects(mine.taskDone(), RangeError);
    const stop = new AbortController();
    const given = theirs.get({ signal: stop.signal });
    stop.abort(new Error("enough"));
    await assert.rejects(given, /enough/);
    await mine.put("last");
    assert.equal(await theirs.get(), "last");
    await Promise.all([assert.rejects(theirs.get(), { code: "HEDDLE_QUEUE_SHUT_DOWN" }), mine.shutdown()]);
    await assert.rejects(mine.put(5), { code: "HEDDLE_QUEUE_SHUT_DOWN" });
  });

  it("LIFO and priority queues have their order", async () => {
    const lifo = new one.LifoQueue<number>();
    for (const item of [1, 2, 3]) await lifo.put(item);
    assert.deepEqual([await lifo.get(), await lifo.get(), await lifo.get()], [3, 2, 1]);
    const ranked = new one.PriorityQueue<string>();
    const priorities = { last: Number.POSITIVE_INFINITY, c: 1.5, b: 1, a: -2, first: Number.NEGATIVE_INFINITY, d: 1.5 };
    for (const [item, priority] of Object.entries(priorities)) await ranked.put(item, { priority });
    const order: string[] = [];
    while (!(await ranked.isEmpty)) order.push(await ranked.get());
    assert.deepEqual(order, ["first", "a", "b", "c", "d", "last"]);
    await assert.rejects(lifo.put(1, { priority: 1 }), RangeError);
  });

  it("a received item is the queue's until it is acknowledged, and goes to the dead letters in the end", async () => {
    const jobs = name();
    const [mine, theirs] = [
      one.Queue.named<string>(jobs, { maxDeliveries: 2 }),
      other.Queue.named<string>(jobs, { maxDeliveries: 2 }),
    ];
    assert.equal(await mine.put("job", { id: "1" }), true);
    assert.equal(await theirs.put("job", { id: "1" }), false);
    const first = await theirs.receive();
    assert.deepEqual([first.item, first.count, await mine.size], ["job", 1, 0]);
    assert.equal(await first.nack({ delay: 1 }), true);
    assert.equal(await first.ack(), false);
    const second = await mine.receive();
    assert.equal(second.count, 2);
    await second.nack();
    assert.equal(await one.Queue.named<string>(`${jobs}.dead`).get(), "job");
    await mine.put("job", { id: "1" });
    assert.equal(await (await theirs.receive()).ack(), true);
    assert.equal(await mine.join({ timeout: 0 }), true);
  });

  it("an item that is promised to a wait which is aborted is not lost", async () => {
    const queue = name();
    const [mine, theirs] = [one.Queue.named<number>(queue), other.Queue.named<number>(queue)];
    for (let round = 0; round < 40; round++) {
      const stop = new AbortController();
      const waiting = mine.get({ signal: stop.signal }).catch(() => undefined);
      const put = theirs.put(round);
      // The message of the promise and the abort meet at different places.
      if (round % 4 > 0) await put;
      for (let turn = 0; turn < round % 8; turn++) await new Promise(setImmediate);
      stop.abort();
      await put;
      assert.equal((await waiting) ?? (await theirs.get({ timeout: 20_000 })), round);
    }
  });

  it("a delayed item comes by itself", async () => {
    const queue = new one.Queue<string>();
    const waiting = queue.get();
    await queue.put("later", { delay: 30 });
    assert.equal(await waiting, "later");
  });

  it("an immediate shutdown discards what is left", async () => {
    const queue = one.Queue.named<number>(name());
    await queue.put(1);
    await queue.put(2, { delay: 60_000 });
    await queue.shutdown({ immediate: true });
    assert.equal(await queue.size, 0);
    assert.equal(await queue.join(), true);
    await assert.rejects(queue.get(), { code: "HEDDLE_QUEUE_SHUT_DOWN" });
  });

  it("a value is changed in one step, as its type holds it", async () => {
    const value = name();
    const [mine, theirs] = [one.Value.named(value, "i32", 5), other.Value.named(value, "i32", 5)];
    assert.equal(await mine.value, 5);
    assert.equal(await theirs.add(2 ** 31 - 6), 5);
    assert.equal(await mine.add(1), 2 ** 31 - 1);
    assert.equal(await mine.value, -(2 ** 31));
    await theirs.set(7.9);
    assert.equal(await mine.compareExchange(1, 2), 7);
    assert.equal(await mine.compareExchange(7, 2), 7);
    assert.equal(await theirs.value, 2);
    // Another program comes between: the change is made again, of the new number.
    const seen: number[] = [];
    const changes = [mine, theirs, mine].map((each) => each.update((n) => seen.push(n) && n * 2));
    assert.deepEqual(
      (await Promise.all(changes)).toSorted((a, b) => a - b),
      [4, 8, 16],
    );
    assert.equal(await theirs.value, 16);
    await assert.rejects(other.Value.named(value, "i32", 6).value, TypeError);
    await assert.rejects(other.Value.named(value, "u32", 5).add(1), TypeError);
    assert.equal(await mine.lock.run(() => theirs.lock.locked), true);
  });

  it("a value holds any number of its type", async () => {
    const big = new one.Value("i64", 2n ** 63n - 1n);
    assert.equal(await big.add(2n), 2n ** 63n - 1n);
    assert.equal(await big.value, -(2n ** 63n) + 1n);
    const unsigned = new one.Value("u64", 2n ** 32n - 1n);
    await unsigned.add(1n);
    assert.equal(await unsigned.value, 2n ** 32n);
    assert.equal(await unsigned.compareExchange(2n ** 32n, -1n), 2n ** 32n);
    assert.equal(await unsigned.value, 2n ** 64n - 1n);
    const byte = new one.Value("i8", 127);
    await byte.add(1);
    assert.equal(await byte.value, -128);
    await byte.add(-1);
    assert.equal(await byte.value, 127);
    const half = new one.Value("f32");
    await half.add(0.1);
    assert.equal(await half.value, Math.fround(0.1));
    const float = new one.Value("f64", Number.NaN);
    assert.equal(await float.compareExchange(Number.NaN, -0), Number.NaN);
    assert.equal(await float.compareExchange(0, 1 / 3), -0);
    assert.equal(await float.add(Number.POSITIVE_INFINITY), 1 / 3);
    assert.equal(await float.value, Number.POSITIVE_INFINITY);
    await float.add(Number.NEGATIVE_INFINITY);
    assert.equal(await float.update(() => 1), 1);
    // @ts-expect-error: there is no such type.
    assert.throws(() => new one.Value("int"), TypeError);
    // @ts-expect-error: a bigint is of 64 bits.
    await assert.rejects(new one.Value("i32").set(1n), TypeError);
  });

  it("wrong use of them is told of at once", async () => {
    assert.throws(() => one.Lock.named(""), TypeError);
    // @ts-expect-error: a signal is an option.
    await assert.rejects(one.Lock.named("x").acquire(AbortSignal.timeout(5)), TypeError);
    assert.throws(() => new one.Barrier(0), RangeError);
    assert.throws(() => new one.Queue({ maxSize: -1 }), RangeError);
  });
});

it("connect tells of wrong options, and of a server that is not there", async () => {
  // @ts-expect-error: there is no such option.
  await assert.rejects(connect({ url: "redis://127.0.0.1:1", ttl: 5 }), TypeError);
  await assert.rejects(connect({ url: "nowhere" }), TypeError);
  await assert.rejects(connect({ url: "redis://127.0.0.1:1", lease: 1 }), RangeError);
  await assert.rejects(connect({ url: "redis://127.0.0.1:1", namespace: "{a}" }), TypeError);
  await assert.rejects(connect({ url: "redis://127.0.0.1:1" }), { code: "HEDDLE_SERVER_UNREACHABLE" });
});
