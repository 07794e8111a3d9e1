import assert from "node:assert/strict";
import * as threads from "@heddle/node-threads";
import * as inline from "heddle/inline";
import {
  activeWorkers,
  Barrier,
  Condition,
  current,
  Event,
  Lock,
  Pool,
  Process,
  pipe,
  Queue,
  RLock,
  SendError,
  Thread,
  task,
  usage,
} from "heddle/inline";
import { describe, it } from "vitest";

const seen: number[] = [];
const lock = new Lock();
const rlock = new RLock();

const note = task(import.meta, (n: number) => seen.push(n), { name: "note" });
const who = task(import.meta, () => [current().name, current().isMain, new Queue() instanceof Queue], { name: "who" });
const blocks = task(import.meta, (queue: Queue) => queue.getSync(), { name: "blocks" });
const keep = task(import.meta, (given: { n: number }) => given.n++, { name: "keep" });
const countsOn = task(
  import.meta,
  async (started: Event, results: Queue<number>) => {
    started.set();
    await gate;
    results.putNowait(7);
  },
  { name: "countsOn" },
);
let open = (): void => {};
const gate = new Promise<void>((resolve) => {
  open = resolve;
});

let inside = 0;
async function alone(kind: "lock" | "rlock"): Promise<number> {
  const guard = await (kind === "lock" ? lock : rlock).hold();
  const most = ++inside;
  await new Promise((resolve) => setImmediate(resolve));
  inside--;
  guard.release();
  return most;
}
const enter = task(import.meta, alone, { name: "enter" });

const code = (expected: string) => (error: unknown) => Reflect.get(error as object, "code") === expected;

describe("heddle/inline", () => {
  it("has every name that the backends have, and Process beside Thread", () => {
    assert.deepEqual(
      Object.keys(threads).filter((name) => !(name in inline)),
      [],
    );
    assert.equal(Process, Thread);
    assert.equal(inline.adapter.capabilities.parallel, false);
  });

  it("runs the very function that the test sees, of a worker of its own", async () => {
    const pool = new Pool({ size: 2, name: "near" });
    await pool.map(note, [1, 2, 3]);
    assert.deepEqual(seen.sort(), [1, 2, 3]);
    assert.deepEqual(await pool.run(who), ["near-1", false, true]);
    await pool.close();
    const thread = new Thread(who, { name: "one" }).start();
    assert.deepEqual(await thread.result, ["one", false, true]);
    await thread.join();
    assert.deepEqual([current().isMain, activeWorkers().length, usage().workers], [true, 0, 1]);
  });

  it("warns once of each option that needs a worker of its own, and goes on", async () => {
    const told: unknown[] = [];
    const { error } = console;
    const write = process.stderr.write;
    const hear = (text: unknown): boolean => told.push(String(text).trim()) > 0;
    Object.assign(console, { error: hear });
    Object.assign(process.stderr, { write: hear });
    try {
      const env = { ...process.env };
      const resourceLimits = { stackSizeMb: 1 };
      for (const _ of [1, 2]) {
        await new Thread(who, { env, resourceLimits }).start().join();
        await Pool.use({ size: 1, resourceLimits, execArgv: ["--no-warnings"], argv: [] }, (pool) => pool.run(who));
      }
    } finally {
      Object.assign(console, { error });
      Object.assign(process.stderr, { write });
    }
    const warnings = ["env", "resourceLimits", "execArgv", "argv"].map(
      (option) => `Warning: ${option} has no effect with heddle/inline, as all workers run in this thread`,
    );
    assert.deepEqual(told, warnings);
  });

  it("copies what is sent, and refuses what cannot be", async () => {
    const pool = new Pool({ size: 1 });
    const given = { n: 1 };
    await pool.run(keep, given);
    assert.equal(given.n, 1);
    await assert.rejects(pool.run(keep, { n: 1, fn: () => 1 } as never), SendError);
    await pool.close();
  });

  it("throws a DeadlockError where a wait would block for ever, here and in a task", async () => {
    const held = new Lock();
    held.acquireSync();
    const condition = new Condition();
    condition.lock.acquireSync();
    const thread = new Thread(who);
    const [here] = pipe();
    const waits = [
      () => held.acquireSync(),
      () => new Queue().getSync(),
      () => new Event().waitSync(),
      () => new Barrier(2).waitSync(),
      () => condition.waitSync(),
      () => here.recvSync(),
      () => thread.start().joinSync(),
    ];
    for (const wait of waits) assert.throws(wait, code("HEDDLE_DEADLOCK"), String(wait));
    condition.lock.release();
    held.release();
    await thread.join();
    const pool = new Pool({ size: 1 });
    await assert.rejects(pool.run(blocks, new Queue()), code("HEDDLE_DEADLOCK"));
    assert.throws(() => new Queue().getSync({ timeout: 5 }), code("HEDDLE_QUEUE_EMPTY"));
    await pool.close();
  });

  it("a lock of the module that tasks share keeps them apart, a re-entrant one too", async () => {
    const pool = new Pool({ size: 3 });
    for (const kind of ["lock", "rlock"] as const) {
      assert.deepEqual(await pool.map(enter, [kind, kind, kind], { chunkSize: 1 }), [1, 1, 1]);
    }
    await pool.close();
  });

  it("code of a worker that was terminated goes on, and nobody sees what it does", async () => {
    const results = new Queue<number>();
    const started = new Event();
    const thread = new Thread(countsOn, { args: [started, results] }).start();
    thread.result.catch(() => {});
    await started.wait();
    await thread.terminate();
    open();
    await gate;
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([results.size, thread.isAlive, usage().workers], [0, false, 1]);
  });

  it("a class that extends one of its classes is told as usual", async () => {
    class Mine extends Pool {}
    const mine = new Mine({ size: 1 });
    assert.deepEqual([mine instanceof Mine, mine instanceof Pool, new Lock() instanceof RLock], [true, true, false]);
    assert.ok(!(new Pool() instanceof Mine));
    await mine.close();
  });
});
