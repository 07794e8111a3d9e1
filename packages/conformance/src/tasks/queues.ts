import type { Connection, Queue, Value } from "@heddle/core";

/** Puts numbers, sometimes letting others run in between, and shuts the queue down. */
export async function putInTurns(queue: Queue<number>, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await queue.put(n);
    if (n % 5 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  queue.shutdown();
}

/** Takes items until the queue is shut down, counts each and only then says that it is done. */
export async function workOff(queue: Queue<number>, done: Value<"i32">): Promise<void> {
  for await (const _ of queue) {
    done.add(1);
    queue.taskDone();
  }
}

/** Blocks for what comes until the queue is shut down, or the other end of the pipe is closed. */
export const blockForItems = (items: Queue<number> | Connection<number>): number[] => [...items.itemsSync()];

/** Puts items until there are no more or the queue is shut down; how many it put. */
export async function putUntilShutDown(queue: Queue<number>, count: number, isSync: boolean): Promise<number> {
  for (let n = 0; n < count; n++) {
    try {
      if (isSync) queue.putSync(n);
      else await queue.put(n);
    } catch (error) {
      return endedBy(error, n);
    }
  }
  return count;
}

/** Takes items until the queue is shut down; how many it took. Shuts it down itself after `last` of them, if that is given. */
export async function getUntilShutDown(
  queue: Queue<number>,
  isSync: boolean,
  last: number | undefined,
  immediate: boolean,
): Promise<number> {
  for (let n = 0; ; n++) {
    try {
      if (isSync) queue.getSync();
      else await queue.get();
    } catch (error) {
      return endedBy(error, n);
    }
    if (n === last) queue.shutdown({ immediate });
    queue.taskDone();
  }
}

export async function joinQueue(queue: Queue<number>): Promise<boolean> {
  return queue.join();
}

/** Puts one item, if need be once there is a place for it. */
export async function putOne(queue: Queue<unknown>, item: unknown, isSync: boolean): Promise<void> {
  if (isSync) queue.putSync(item);
  else await queue.put(item);
}

/** Takes one item, if need be once there is one. */
export async function getOne(queue: Queue<unknown>, isSync: boolean): Promise<unknown> {
  return isSync ? queue.getSync() : queue.get();
}

function endedBy(error: unknown, count: number): number {
  if (Reflect.get(error as object, "code") !== "HEDDLE_QUEUE_SHUT_DOWN") throw error;
  return count;
}
