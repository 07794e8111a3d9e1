import assert from "node:assert/strict";
import { it } from "vitest";
import type { Task } from "../src/contracts/task.js";
import { CELL_PAYLOAD, CLAIM_POSTED, claimWord, Kind, LINK_CLAIMS, LINK_END } from "../src/kernel/layout.js";
import { RingReader, RingWriter } from "../src/kernel/ring.js";
import { MODE_CALL, TASK, writeEntry } from "../src/pool/wire/entries.js";
import { answersOf, callsOf } from "../src/pool/wire/ring-layout.js";
import { servePool } from "../src/pool/worker/pool-worker.js";
import { TaskRegistry } from "../src/task/registry.js";
import { StopOrder } from "../src/worker/stop-order.js";
import { Transfers } from "../src/worker/transfers.js";
import { openKernels } from "./kernels.js";
import { servicesOf } from "./services.js";

/** A pool and its worker, in one thread: how it is called, and how it serves. */
function openLink(stop = new StopOrder(), finish: () => void = assert.fail, concurrency = 1) {
  const [pool, worker] = openKernels(2);
  assert.ok(worker);
  const link = pool.cells.create(Kind.Link, LINK_END - CELL_PAYLOAD);
  const tasks = new TaskRegistry();
  const writer = new RingWriter(pool.region, callsOf(link), () => pool.bell.ring(worker.slot));
  const answers = new RingReader(pool.region, answersOf(link), () => {});
  /** The tasks that the worker knows. */
  const told = new Set<number>();
  const answered = new Promise<void>((resolve) => {
    pool.bell.onRing(() => {
      pool.bell.arm();
      if (!answers.isEmpty) resolve();
    });
    pool.bell.arm();
  });
  return {
    worker,
    tasks,
    answered,
    /** Bytes of calls that the worker has not read. */
    unread: (): number => writer.unread,
    /** Whether something was answered since this was asked last. */
    hasAnswered(): boolean {
      const has = !answers.isEmpty;
      while (answers.read() !== undefined);
      return has;
    },
    call({ ref }: Task, number = 0): void {
      Atomics.store(pool.region.i32, link + LINK_CLAIMS + number, claimWord(number, CLAIM_POSTED));
      if (!told.has(number)) writer.write(`[${TASK},${number},0,${JSON.stringify([[ref.module, ref.name]])}]`);
      told.add(number);
      writeEntry(writer, number, number, MODE_CALL, pool.codec.pack([21], "args"), undefined);
      writer.flush();
    },
    serve(): void {
      const creator = { boot: undefined, post: assert.fail, onMessage: () => {}, onUncaught: () => {}, finish };
      const job = { kind: "pool", link, concurrency } as const;
      servePool(servicesOf(worker, tasks), creator, job, new Transfers(), stop);
    },
  };
}

it("a pool's worker does not sleep through a call that comes while it goes to sleep", async () => {
  const { worker, tasks, answered, call, serve } = openLink();
  const double = tasks.task("test:tasks", (n: number) => n * 2, { name: "double" });
  // After its last look and before its bell is armed: nobody wakes it, as it is awake.
  const arm = worker.bell.arm.bind(worker.bell);
  worker.bell.arm = () => {
    worker.bell.arm = arm;
    call(double as Task);
    arm();
  };
  serve();
  await answered;
});

it("a pool's worker that becomes busy reads on, as the pool rings for nothing behind an entry that is unread", async () => {
  const { tasks, call, serve, unread } = openLink();
  const late = tasks.task("test:tasks", () => assert.fail("it waits for the other"), { name: "late" });
  // Its worker's turn is over then, with a call at hand.
  const long = tasks.task(
    "test:tasks",
    () => {
      call(late as Task, 2);
      for (const end = performance.now() + 20; performance.now() < end; );
    },
    { name: "long" },
  );
  const begun = new Promise<void>((resolve) => {
    const last = (): Promise<void> => {
      resolve();
      return new Promise(() => {});
    };
    const task = tasks.task("test:tasks", last, { name: "lasting" });
    call(long as Task, 0);
    call(task as Task, 1);
    serve();
  });
  await begun;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(unread(), 0);
});

it("a pool's worker that is told to stop ends once its task has, and not before", async () => {
  const stop = new StopOrder();
  let hasFinished = false;
  const { tasks, answered, call, serve } = openLink(stop, () => {
    hasFinished = true;
  });
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let end = (): void => {};
  const task = tasks.task(
    "test:tasks",
    () => {
      begin();
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    { name: "wait" },
  );
  call(task as Task);
  serve();
  await begun;
  stop.give();
  // The end of a worker takes no more turns than this.
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(hasFinished, false);
  end();
  await answered;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(hasFinished, true);
});

it("a pool's worker answers a call that has settled before it begins the next, which may block it", async () => {
  const { tasks, call, serve, hasAnswered } = openLink(new StopOrder(), assert.fail, 2);
  const settled = tasks.task("test:tasks", async () => "settled", { name: "settled" });
  let begin: (isAnswered: boolean) => void = () => {};
  const next = tasks.task("test:tasks", () => begin(hasAnswered()), { name: "next" });
  const play = (): Promise<boolean> =>
    new Promise((resolve) => {
      begin = resolve;
      call(settled as Task);
      call(next as Task, 1);
    });
  const first = play();
  serve();
  // Both tasks are found by then.
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  hasAnswered();
  assert.equal(await play(), true);
});
