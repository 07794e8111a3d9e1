/** As surface.types.ts, for streams, futures, groups and the other queues. Nothing runs this: `tsc` is the test. */
import {
  asCompleted,
  Barrier,
  type Connection,
  type Future,
  LifoQueue,
  Pool,
  type PoolStats,
  PriorityQueue,
  pipe,
  Queue,
  RWLock,
  TaskGroup,
  task,
  wait,
} from "@heddle/node-threads";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles where the two types are the same one. */
const same = <A, B>(_: Equal<A, B>): void => {};

const half = task(import.meta, async (a: number) => a / 2);
const add = task(import.meta, (a: number, b: number) => a + b);
const count = task(import.meta, function* (to: number) {
  for (let n = 0; n < to; n++) yield String(n);
});
const countLater = task(import.meta, async function* (to: number) {
  for (let n = 0; n < to; n++) yield n;
});

export async function streams(pool: Pool): Promise<void> {
  const halves = pool.imap(half, [1, 2]);
  // The results, not promises of them.
  same<typeof halves, AsyncIterableIterator<number>>(true);
  for await (const n of pool.imapUnordered(half, new Set([1]), { chunkSize: 2, priority: 1 })) n.toFixed();
  for await (const text of pool.iterate(count, 4)) text.toUpperCase();
  for await (const n of pool.iterate(countLater, 4)) n.toFixed();
  // @ts-expect-error the items are numbers
  pool.imap(half, ["1"]);
  // @ts-expect-error add takes two arguments
  pool.imap(add, [1]);
  // @ts-expect-error half gives nothing to iterate over
  pool.iterate(half, 1);
  // @ts-expect-error its argument is missing
  pool.iterate(count);
}

export async function futures(pool: Pool): Promise<void> {
  const future = pool.submit(half, [1], { timeout: 5, grace: 5, priority: 1 });
  same<typeof future, Future<number>>(true);
  const { done, pending } = await wait([future], { until: "firstError", timeout: 1 });
  same<typeof done, Set<Future<number>>>(true);
  same<typeof pending, Set<Future<number>>>(true);
  for await (const outcome of asCompleted([future])) {
    outcome.future.cancel();
    if (outcome.status === "fulfilled") outcome.value.toFixed();
    // @ts-expect-error only a fulfilled one has a value
    else outcome.value.toFixed();
  }
  // @ts-expect-error no such moment
  wait([future], { until: "second" });
  // @ts-expect-error plain promises cannot be cancelled
  wait([Promise.resolve(1)]);
  const stats: PoolStats = pool.stats;
  stats.runTime.p99.toFixed();
  // @ts-expect-error statistics are for reading
  stats.completed = 1;
}

export async function groups(pool: Pool): Promise<void> {
  await using group = new TaskGroup(pool);
  const sum = group.run(add, 1, 2);
  same<typeof sum, Future<number>>(true);
  // @ts-expect-error wrong argument type
  group.run(add, 1, "2");
  // @ts-expect-error a group needs a pool
  new TaskGroup();
}

export async function channels(): Promise<void> {
  const lifo: Queue<number> = new LifoQueue<number>(3);
  const urgent = new PriorityQueue<string>();
  await urgent.put("now", { priority: -1 });
  // @ts-expect-error only priority queues know priorities
  await lifo.put(1, { priority: 1 });
  for await (const item of urgent) item.toUpperCase();
  const [left, right] = pipe<{ n: number }>();
  same<typeof left, Connection<{ n: number }>>(true);
  await left.send({ n: 1 });
  (await right.recv()).n.toFixed();
  // @ts-expect-error another kind of message
  await left.send("n");
  using reading = await new RWLock().holdRead({ timeout: 1 });
  reading.release();
  const place: number = await new Barrier(2, { action: () => {} }).wait();
  // @ts-expect-error parties are a number
  new Barrier("two");
  // @ts-expect-error Queue items are strings
  await new Queue<string>().put(place);
  await using pool = new Pool({ size: 1, initializer: half, initArgs: [1], concurrency: 2, maxQueue: 5 });
  // @ts-expect-error an initializer is a task
  new Pool({ initializer: () => {} });
  void pool;
}
