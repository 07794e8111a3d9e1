import assert from "node:assert/strict";
import { it } from "vitest";
import type { Adapter, Doorbells } from "../src/contracts/adapter.js";
import { clock } from "../src/kernel/clock.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { SLOT_BELL, slotAddress } from "../src/kernel/layout.js";
import { Pool } from "../src/pool/pool.js";
import { servePool } from "../src/pool/worker/pool-worker.js";
import { TaskRegistry } from "../src/task/registry.js";
import type { Boot } from "../src/worker/boot.js";
import { StopOrder } from "../src/worker/stop-order.js";
import { Transfers } from "../src/worker/transfers.js";
import { oneThread, openKernel } from "./kernels.js";
import { runPaused } from "./reference/paused.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";
import { servicesOf } from "./services.js";

/*
 * The invariant: an answer that was published is read by the pool's next turn, whenever its ring came.
 *
 * A pool's first turn arms its worker's bell. A caller that submits a call and blocks at once sends the call from the wait's hooks, before
 * that turn:
 *
 *     main                                       worker
 *     submit: a turn is to come
 *     block: the hooks start the worker and send
 *                                                runs the call, of which main's wait is told
 *     the wait ends
 *                                                answers and rings: main is awake, nobody is woken
 *     the turn reads the bell, and arms it on the count that it read: that ring is counted already
 *
 * So the turn has to read before it arms.
 */

/** Lets promises go on. */
async function rest(): Promise<void> {
  for (let n = 0; n < 20; n++) await undefined;
}

/** Main's side, and that of the worker that it starts. All sleep as by `Atomics.wait` and `waitAsync`: a sleep on a count that is gone ends at once. */
function openPool() {
  /** The workers that sleep in their event loop, by the address of their bell. */
  const asleep = new Map<number, { readonly wake: () => void; isRung: boolean }>();
  const doorbells = (kernel: () => Kernel, block: (ms: number) => void): Doorbells => {
    const countOf = (address: number): number => Atomics.load(kernel().region.i32, address);
    return {
      sleepAsync: (address, seen, wake) => void asleep.set(address, { wake, isRung: countOf(address) !== seen }),
      sleepSync: (address, seen, ms) => {
        if (countOf(address) === seen) block(ms);
      },
      pause: () => assert.fail("nobody has a latch here"),
      wake(address) {
        const sleep = asleep.get(address);
        if (sleep !== undefined) sleep.isRung = true;
      },
    };
  };
  let isTold = false;
  const endWait = (): void => {
    isTold = true;
    main.bell.ring(main.slot);
  };
  const booted: Boot[] = [];
  const adapter: Adapter = {
    ...oneThread,
    openDoorbells: () => doorbells(() => main, endWait),
    spawn: ({ boot }) => {
      booted.push(boot as Boot);
      return { pid: 1, post: () => {}, kill: () => {}, setKeepsAlive: () => {} };
    },
  };
  const main = openKernel(adapter, undefined);
  const tasks = new TaskRegistry();
  const task = tasks.task("test:tasks", (n: number) => n + 1, { name: "next" });
  const pool = new Pool(servicesOf(main, tasks), { size: 1 });
  return {
    run: () => pool.run(task, 1),
    block: () => void main.bell.sleepUntil(() => isTold, Number.POSITIVE_INFINITY),
    /** The callback of main's bell in its event loop. */
    wake(): void {
      const address = slotAddress(main.slot) + SLOT_BELL;
      const sleep = asleep.get(address);
      if (sleep?.isRung !== true) return;
      asleep.delete(address);
      sleep.wake();
    },
    /** The worker runs what it was sent and answers. The result rings for that. */
    async answer(): Promise<() => void> {
      const [boot] = booted;
      assert.ok(boot?.job?.kind === "pool", "the hooks of a wait start a worker");
      const pass = (ms: number): void => {
        virtual.now += ms;
      };
      const openDoorbells = (): Doorbells => doorbells(() => worker, pass);
      const place = { memory: boot.memory, slot: boot.slot, id: boot.id };
      const worker = openKernel({ ...oneThread, openDoorbells }, place);
      const ring = worker.bell.ring.bind(worker.bell);
      let rings = 0;
      worker.bell.ring = () => void rings++;
      const creator = { boot, post: assert.fail, onMessage: () => {}, onUncaught: () => {}, finish: () => {} };
      servePool(servicesOf(worker, tasks), creator, boot.job, new Transfers(), new StopOrder());
      await rest();
      assert.ok(rings > 0, "the worker has answered");
      return () => ring(main.slot);
    },
  };
}

/** Gives how many accesses the turn had, before one of which the answer rings. */
async function play(stop: number): Promise<number> {
  stopTheWorld();
  const turns: (() => void)[] = [];
  clock.queueMicrotask = (turn) => void turns.push(turn);
  try {
    const { run, block, wake, answer } = openPool();
    let result: unknown;
    void run().then((value) => {
      result = value;
    });
    block();
    const ring = await answer();
    const turn = (): void => {
      for (const each of turns.splice(0)) each();
    };
    const [length = 0] = runPaused([{ run: turn }, { run: ring }], [stop]);
    if (stop >= length) ring();
    wake();
    await rest();
    assert.equal(result, 2, `the answer that rang before access ${stop} of the turn was not read`);
    return length;
  } finally {
    goOn();
  }
}

it("schedules: a worker that has blocked, in its pool's first turn, paused at each access for the ring of an answer: it is read", async () => {
  let schedules = 0;
  for (let length = 0; schedules <= length; schedules++) length = await play(schedules);
  console.log(`blocked pool: ${schedules} schedules`);
  assert.ok(schedules > 5);
});
