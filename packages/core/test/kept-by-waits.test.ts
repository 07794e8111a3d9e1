import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, it } from "vitest";
import type { Connection } from "../src/contracts/pipe.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { CELL_HOLDERS, CELL_KIND, Kind } from "../src/kernel/layout.js";
import { claimSlot } from "../src/kernel/worker-table.js";
import { bindData, bindQueues, bindSync } from "./bound.js";
import { oneThread, openKernel } from "./kernels.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const bind = (kernel: Kernel) => ({ ...bindSync(kernel), ...bindQueues(kernel), ...bindData(kernel) });
type Surface = ReturnType<typeof bind>;

/** A worker that waits, and calls `asleep` where it would sleep; and another in the same thread. */
function open(asleep: () => void) {
  const waiting = openKernel(
    {
      ...oneThread,
      openDoorbells: (memory) => ({ ...oneThread.openDoorbells(memory), sleepSync: asleep }),
    },
    undefined,
  );
  const { slot, id } = claimSlot(waiting.region, waiting.slot);
  return { waiting, other: openKernel(oneThread, { memory: waiting.region.memory.token, slot, id }) };
}

interface Row<T extends object> {
  readonly make: (surface: Surface) => T;
  /** Has the other worker do what makes the wait one: gives what it does meanwhile, the last of which ends the wait. */
  readonly arrange: (theirs: T) => readonly (() => unknown)[];
  /** The object of the wait, as the other worker's. */
  readonly awaited?: (theirs: T) => object;
  readonly wait: (mine: T) => Promise<unknown>;
  readonly block: (mine: T) => unknown;
}

/** Plays a row: only the wait refers to its object, and garbage is collected while that lasts. */
async function play<T extends object>(row: Row<T>, blocks: boolean): Promise<void> {
  let checks = 0;
  let steps: readonly (() => unknown)[] = [];
  let check = (): void => {};
  const goOn = (): void => {
    check();
    steps[checks++]?.();
  };
  const { waiting, other } = open(() => {
    collectGarbage();
    goOn();
  });
  const box: { mine: T | undefined } = { mine: row.make(bind(waiting)) };
  const take = (): T => {
    const { mine } = box;
    box.mine = undefined;
    return mine as T;
  };
  bind(other);
  const theirs = other.cells.hold(waiting.cells.handleOf(box.mine as T)?.address ?? 0) as T;
  steps = row.arrange(theirs);
  const cell = other.cells.handleOf(row.awaited?.(theirs) ?? theirs)?.address ?? 0;
  const { i32 } = waiting.region;
  check = () => {
    waiting.cells.letGoOfGarbage();
    assert.notEqual(i32[cell + CELL_KIND], Kind.Free);
    assert.notEqual((i32[cell + CELL_HOLDERS] as number) & (1 << waiting.slot), 0, "its worker still holds it");
  };
  // An object that was looked at in this turn is kept for its length.
  await turn();
  await turn();
  if (blocks) {
    row.block(take());
  } else {
    const wait = row.wait(take());
    for (const _ of steps) {
      for (let n = 0; n < 3; n++) {
        await turn();
        collectGarbage();
        await turn();
      }
      goOn();
    }
    await wait;
  }
  assert.equal(checks, steps.length);
  assert.equal(waiting.usage().waiters, 0);
}

const row =
  <T extends object>(it: Row<T>) =>
  (blocks: boolean) =>
    play(it, blocks);

/** The objects that a worker waits for and another one has. */
const held = (make: (surface: Surface) => InstanceType<Surface["Lock" | "Semaphore"]>) =>
  row({
    make,
    arrange: (theirs) => {
      assert.ok(theirs.tryAcquire());
      return [() => theirs.release()];
    },
    wait: (mine) => mine.acquire(),
    block: (mine) => mine.acquireSync(),
  });

const rwlock = (isRead: boolean) =>
  row({
    make: ({ RWLock }) => new RWLock(),
    arrange: (theirs) => {
      const guard = theirs.holdWriteSync();
      return [() => guard.release()];
    },
    wait: (mine) => (isRead ? mine.holdRead() : mine.holdWrite()),
    block: (mine) => (isRead ? mine.holdReadSync() : mine.holdWriteSync()),
  });

const condition = (isForLock: boolean) =>
  row({
    make: ({ Condition }) => new Condition(),
    awaited: (theirs) => (isForLock ? theirs.lock : theirs),
    arrange: (theirs) => {
      const notify = (): void => {
        assert.ok(theirs.lock.tryAcquire());
        theirs.notify();
      };
      const release = (): void => theirs.lock.release();
      if (isForLock) return [notify, release];
      return [
        () => {
          notify();
          release();
        },
      ];
    },
    wait: (mine) => {
      mine.lock.tryAcquire();
      return mine.wait();
    },
    block: (mine) => {
      mine.lock.tryAcquire();
      return mine.waitSync();
    },
  });

type QueueKind = "Queue" | "LifoQueue" | "PriorityQueue";
const queues: Record<string, (kind: QueueKind) => (blocks: boolean) => Promise<void>> = {
  get: (kind) =>
    row({
      make: (surface) => new surface[kind]<string>(),
      arrange: (theirs) => [() => theirs.putNowait("item")],
      wait: (mine) => mine.get(),
      block: (mine) => mine.getSync(),
    }),
  put: (kind) =>
    row({
      make: (surface) => new surface[kind]<string>(1),
      arrange: (theirs) => {
        theirs.putNowait("first");
        return [() => theirs.getNowait()];
      },
      wait: (mine) => mine.put("second"),
      block: (mine) => mine.putSync("second"),
    }),
  join: (kind) =>
    row({
      make: (surface) => new surface[kind]<string>(),
      arrange: (theirs) => {
        theirs.putNowait("first");
        return [
          () => {
            theirs.getNowait();
            theirs.taskDone();
          },
        ];
      },
      wait: (mine) => mine.join(),
      block: (mine) => mine.joinSync(),
    }),
};

function pipe(polls: boolean): (blocks: boolean) => Promise<void> {
  let far: Connection<string> | undefined;
  return row({
    make: (surface) => {
      const ends = surface.pipe<string>();
      far = ends[1];
      return ends[0];
    },
    arrange: () => [() => far?.sendSync("item")],
    wait: (mine) => (polls ? mine.poll() : mine.recv()),
    block: (mine) => (polls ? mine.pollSync() : mine.recvSync()),
  });
}

const rows: Readonly<Record<string, (blocks: boolean) => Promise<void>>> = {
  Lock: held(({ Lock }) => new Lock()),
  RLock: held(({ RLock }) => new RLock()),
  Semaphore: held(({ Semaphore }) => new Semaphore(1)),
  BoundedSemaphore: held(({ BoundedSemaphore }) => new BoundedSemaphore(1)),
  "RWLock, to read": rwlock(true),
  "RWLock, to write": rwlock(false),
  "Condition, to be notified": condition(false),
  "Condition, for its lock": condition(true),
  Event: row({
    make: ({ Event }) => new Event(),
    arrange: (theirs) => [() => theirs.set()],
    wait: (mine) => mine.wait(),
    block: (mine) => mine.waitSync(),
  }),
  Barrier: row({
    make: ({ Barrier }) => new Barrier(2),
    arrange: (theirs) => [() => void theirs.wait()],
    wait: (mine) => mine.wait(),
    block: (mine) => mine.waitSync(),
  }),
  "Value's lock": row({
    make: ({ Value }) => new Value("i32"),
    awaited: (theirs) => theirs.lock,
    arrange: ({ lock }) => {
      assert.ok(lock.tryAcquire());
      return [() => lock.release()];
    },
    wait: (mine) => mine.lock.acquire(),
    block: (mine) => mine.lock.acquireSync(),
  }),
  "SharedArray's lock": row({
    make: ({ SharedArray }) => new SharedArray("i32", 4),
    awaited: (theirs) => theirs.lock,
    arrange: ({ lock }) => {
      assert.ok(lock.tryAcquire());
      return [() => lock.release()];
    },
    wait: (mine) => mine.lock.acquire(),
    block: (mine) => mine.lock.acquireSync(),
  }),
  ...Object.fromEntries(
    (["Queue", "LifoQueue", "PriorityQueue"] as const).flatMap((kind) =>
      Object.entries(queues).map(([way, make]) => [`${kind}, to ${way}`, make(kind)]),
    ),
  ),
  "Connection, to receive": pipe(false),
  "Connection, to poll": pipe(true),
};

describe("an object that only a wait refers to is there until the wait has ended, even if garbage is collected meanwhile", () => {
  for (const [kind, playRow] of Object.entries(rows)) {
    it.each(["awaits", "blocks"] as const)(`${kind}: a worker that %s`, (way) => playRow(way === "blocks"));
  }
});
