import type { Condition, Lock, RWLock, Surface, Value } from "@heddle/core";
import { findCollector } from "../collect-garbage.js";
import { turn, WAIT_LIMIT_MS } from "../wait-limit.js";

/** Takes every `players`-th turn, `rounds` times; how many it took. */
export async function waitForTurns(
  condition: Condition,
  turn: Value<"i32">,
  me: number,
  players: number,
  rounds: number,
  isSync: boolean,
): Promise<number> {
  let taken = 0;
  const isMine = (): boolean => turn.value % players === me;
  while (taken < rounds) {
    if (isSync) condition.lock.acquireSync();
    else await condition.lock.acquire();
    if (isSync) condition.waitForSync(isMine);
    else while (!isMine()) await condition.wait();
    turn.value++;
    taken++;
    condition.notifyAll();
    condition.lock.release();
  }
  return taken;
}

/** Waits for one notification, and counts itself once it has the lock again. */
export async function waitOnce(condition: Condition, woken: Value<"i32">, isSync: boolean): Promise<boolean> {
  await condition.lock.acquire();
  const wasNotified = isSync ? condition.waitSync() : await condition.wait();
  woken.add(1);
  condition.lock.release();
  return wasNotified;
}

/** Releases the lock once somebody waits for it: so the waiter has really slept. */
export async function releaseOnceAwaited(adapter: string, lock: Lock): Promise<void> {
  const { waiting }: Surface = await import(adapter);
  while (waiting(lock) === 0);
  lock.release();
}

/** Acquires the lock, and lives on until this worker's only proxy of it is collected as garbage. */
export async function acquireAndForget(lock: Lock): Promise<void> {
  await lock.acquire();
  void untilCollected(new WeakRef(lock));
}

/** As {@link acquireAndForget}. That its guard is lost is told to nobody. */
export async function readAndForget(adapter: string, lock: RWLock): Promise<void> {
  await hearNothing(adapter);
  await lock.holdRead();
  void untilCollected(new WeakRef(lock));
}

/** As {@link readAndForget}. */
export async function writeAndForget(adapter: string, lock: RWLock): Promise<void> {
  await hearNothing(adapter);
  await lock.holdWrite();
  void untilCollected(new WeakRef(lock));
}

async function hearNothing(adapter: string): Promise<void> {
  const { setExceptHook }: Surface = await import(adapter);
  setExceptHook(() => {});
}

async function untilCollected(lock: WeakRef<object>): Promise<void> {
  const collectGarbage = findCollector();
  const deadline = performance.now() + WAIT_LIMIT_MS;
  do {
    await turn();
    collectGarbage?.();
  } while (lock.deref() !== undefined && performance.now() < deadline);
  // Finalizers run in a turn of their own.
  await turn();
}

/** Ends with the lock in hand, by whatever of its methods. */
export async function leaveLocked(lock: object, how: string): Promise<void> {
  await Reflect.get(lock, how).call(lock);
}

/** Takes the lock in all ways that give it back. */
export async function takeAndGiveBack(lock: Lock): Promise<void> {
  await lock.run(() => {});
  (await lock.hold()).release();
  lock.acquireSync();
  lock.release();
}

/** Adds 1 while it holds the lock, in a way that blocks; gives the value before. */
export function addHolding(lock: object, how: "runSync" | "runReadSync" | "runWriteSync", total: Value<"i32">): number {
  return Reflect.get(lock, how).call(lock, () => total.add(1));
}

export const giveBack = (lock: Lock): void => lock.release();

/** Holds the lock by a guard that it loses; gives the errors that the except hook is told of then. */
export async function loseGuard(adapter: string, lock: object, how: string): Promise<string | undefined> {
  const { setExceptHook }: Surface = await import(adapter);
  let heard: string | undefined;
  setExceptHook((error) => {
    heard = String(error);
  });
  Reflect.get(lock, how).call(lock);
  const collectGarbage = findCollector();
  const deadline = performance.now() + WAIT_LIMIT_MS;
  while (heard === undefined && performance.now() < deadline) {
    await turn();
    collectGarbage?.();
  }
  return heard;
}
