import type { Event, Surface } from "@heddle/core";
import { until } from "../wait-limit.js";

/** A way to block at an object that other workers have, too. */
interface Way<T, K> {
  make(heddle: Surface): T;
  /** Has something to wait for, in another worker. Gives the part of it that `end` needs. */
  arrange?(object: T): K;
  block(object: T, heddle: Surface): unknown;
  /** Ends the wait, in that worker. */
  end(object: T, kept: K, heddle: Surface): unknown;
}

type Ways = Record<string, Way<unknown, unknown>>;

const way = <T, K = unknown>(it: Way<T, K>): Way<unknown, unknown> => it as Way<unknown, unknown>;

function ofLock(name: "Lock" | "RLock" | "Semaphore" | "BoundedSemaphore"): Ways {
  type AnyLock = InstanceType<Surface[typeof name]>;
  const blocks: Record<string, (lock: AnyLock) => unknown> = {
    acquireSync: (lock) => {
      lock.acquireSync();
      lock.release();
    },
    holdSync: (lock) => lock.holdSync().release(),
    runSync: (lock) => lock.runSync(() => {}),
  };
  const other = {
    make: (heddle: Surface): AnyLock => new heddle[name](),
    arrange: (lock: AnyLock): boolean => lock.tryAcquire(),
    end: (lock: AnyLock): void => lock.release(),
  };
  return Object.fromEntries(Object.entries(blocks).map(([how, block]) => [`${name}.${how}`, way({ ...other, block })]));
}

function ofRWLock(): Ways {
  type RWLock = InstanceType<Surface["RWLock"]>;
  const blocks: Record<string, (lock: RWLock) => unknown> = {
    holdReadSync: (lock) => lock.holdReadSync().release(),
    holdWriteSync: (lock) => lock.holdWriteSync().release(),
    runReadSync: (lock) => lock.runReadSync(() => {}),
    runWriteSync: (lock) => lock.runWriteSync(() => {}),
  };
  const other = {
    make: ({ RWLock }: Surface): RWLock => new RWLock(),
    arrange: (lock: RWLock) => lock.tryHoldWrite(),
    end: (_lock: RWLock, guard: ReturnType<RWLock["tryHoldWrite"]>): void => guard?.release(),
  };
  return Object.fromEntries(Object.entries(blocks).map(([how, block]) => [`RWLock.${how}`, way({ ...other, block })]));
}

function ofCondition(): Ways {
  const make = ({ Condition, Value }: Surface) => ({ condition: new Condition(), isSo: new Value("i32") });
  type Parts = ReturnType<typeof make>;
  const other = {
    make,
    async end({ condition, isSo }: Parts, _kept: unknown, { waiting }: Surface): Promise<void> {
      await until(() => waiting(condition) === 1, "somebody should wait at the condition");
      await condition.lock.run(() => {
        isSo.value = 1;
        condition.notifyAll();
      });
    },
  };
  return {
    "Condition.waitSync": way({
      ...other,
      block: ({ condition }: Parts) => condition.lock.runSync(() => condition.waitSync()),
    }),
    "Condition.waitForSync": way({
      ...other,
      block: ({ condition, isSo }: Parts) =>
        condition.lock.runSync(() => condition.waitForSync(() => isSo.value === 1)),
    }),
  };
}

function ofQueue(name: "Queue" | "LifoQueue" | "PriorityQueue"): Ways {
  type AnyQueue = InstanceType<Surface[typeof name]>;
  const make = (heddle: Surface): AnyQueue => new heddle[name](1);
  const full = { make, arrange: (queue: AnyQueue): void => queue.putNowait(1) };
  const empty = { make, end: (queue: AnyQueue): void => queue.putNowait(1) };
  return {
    [`${name}.putSync`]: way({ ...full, block: (queue) => queue.putSync(2), end: (queue) => queue.getNowait() }),
    [`${name}.joinSync`]: way({
      ...full,
      block: (queue) => queue.joinSync(),
      end(queue) {
        queue.getNowait();
        queue.taskDone();
      },
    }),
    [`${name}.getSync`]: way({ ...empty, block: (queue) => queue.getSync() }),
    [`${name}.itemsSync`]: way({ ...empty, block: (queue) => queue.itemsSync().next() }),
  };
}

function ofPipe(): Ways {
  type Ends = ReturnType<Surface["pipe"]>;
  const other = { make: (heddle: Surface): Ends => heddle.pipe(), end: ([, far]: Ends): void => far.sendSync("item") };
  return {
    "Connection.recvSync": way({ ...other, block: ([near]: Ends) => near.recvSync() }),
    "Connection.pollSync": way({ ...other, block: ([near]: Ends) => near.pollSync() }),
    "Connection.itemsSync": way({ ...other, block: ([near]: Ends) => near.itemsSync().next() }),
  };
}

function ofEvent(): Ways {
  const other = { make: ({ Event }: Surface): Event => new Event(), end: (event: Event): void => event.set() };
  return {
    "Event.waitSync": way({ ...other, block: (event: Event) => event.waitSync() }),
    "Worker.joinSync": way({
      ...other,
      block: (event: Event, { Worker, tasksFrom }: Surface) =>
        new Worker(tasksFrom<typeof import("./blocking.js")>(import.meta.url).waitFor, { args: [event] })
          .start()
          .joinSync(),
    }),
    sleepSync: way({
      ...other,
      block(event: Event, { sleepSync }: Surface) {
        while (!event.isSet) sleepSync(1);
      },
    }),
  };
}

/** Every way to block there is, by its name. */
export const ways: Ways = {
  ...ofLock("Lock"),
  ...ofLock("RLock"),
  ...ofLock("Semaphore"),
  ...ofLock("BoundedSemaphore"),
  ...ofRWLock(),
  ...ofCondition(),
  ...ofQueue("Queue"),
  ...ofQueue("LifoQueue"),
  ...ofQueue("PriorityQueue"),
  ...ofPipe(),
  ...ofEvent(),
  "Barrier.waitSync": way({
    make: ({ Barrier }) => new Barrier(2),
    block: (barrier) => barrier.waitSync(),
    end: (barrier) => barrier.wait(),
  }),
};

export const waitFor = (event: Event): Promise<boolean> => event.wait();
export const tell = (event: Event): void => event.set();

export async function blockBy(adapter: string, name: string, object: unknown): Promise<string> {
  ways[name]?.block(object, await import(adapter));
  return name;
}

/** Has something to wait for at each object, one for each way. Ends one wait after another, once told to, and prints so many lines before. */
export async function endEachOnceTold(
  adapter: string,
  objects: readonly unknown[],
  told: readonly Event[],
  ready: Event,
  lines: number,
): Promise<void> {
  const heddle: Surface = await import(adapter);
  const arranged = Object.entries(ways).map(([name, it], n) => ({ name, ...it, kept: it.arrange?.(objects[n]) }));
  ready.set();
  for (const [n, { name, end, kept }] of arranged.entries()) {
    await told[n]?.wait();
    for (let line = 0; line < lines; line++) console.log(`${name} ${line} ${"-".repeat(40)}`);
    await end(objects[n], kept, heddle);
  }
}

/**
 * Blocks in one way after another, without a turn of the event loop in between. A worker of a pool ends the waits, and prints so many lines
 * before each. It is told to by a call that is made right before the wait. Gives the ways that came to an end, also to `after`, which is
 * called before the event loop has its next turn.
 */
export async function blockInEachWay(
  heddle: Surface,
  lines = 0,
  after: (ended: readonly string[]) => void = () => {},
): Promise<string[]> {
  const { Event, Pool, tasksFrom, adapter } = heddle;
  const tasks = tasksFrom<typeof import("./blocking.js")>(import.meta.url);
  const pool = new Pool({ size: 1, concurrency: 2 });
  const all = Object.entries(ways).map(([name, { make, block }]) => ({ name, block, object: make(heddle) }));
  const [ready, told] = [new Event(), all.map(() => new Event())];
  const objects = all.map(({ object }) => object);
  const calls: Promise<unknown>[] = [pool.run(tasks.endEachOnceTold, adapter.url, objects, told, ready, lines)];
  await ready.wait();
  const ended: string[] = [];
  for (const [n, { name, block, object }] of all.entries()) {
    calls.push(pool.run(tasks.tell, told[n] as Event));
    block(object, heddle);
    ended.push(name);
  }
  after(ended);
  await Promise.all(calls);
  await pool.close();
  return ended;
}

export const callAndBlock = async (adapter: string): Promise<string[]> => blockInEachWay(await import(adapter));
