import assert from "node:assert/strict";
import { it } from "vitest";
import type { Adapter, Doorbells } from "../src/contracts/adapter.js";
import { Kernel } from "../src/kernel/kernel.js";
import { Call } from "../src/pool/call.js";
import { Link } from "../src/pool/link.js";
import { servePool } from "../src/pool/servant.js";
import { MODE_CALL } from "../src/pool/wire.js";
import { TaskRegistry } from "../src/task/registry.js";
import type { Boot } from "../src/worker/boot.js";
import { Parcels } from "../src/worker/parcels.js";
import { StopOrder } from "../src/worker/stop-order.js";
import { oneThread } from "./kernels.js";
import { realmOf } from "./realms.js";
import { giveWay } from "./reference/explore.js";
import { runPaused } from "./reference/paused.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";

/** A pool's end of a link, and the worker at the other end, which does something only when it is woken. */
function openLink() {
  let wakeWorker = (): void => {};
  const bells = (wake: (act: () => void) => void): Doorbells => ({
    sleepAsync: (_, __, act) => wake(act),
    sleepSync: (_, __, ms) => {
      virtual.now += ms;
    },
    pause: () => assert.fail("nobody has a latch here"),
    wake: () => {},
  });
  let job: Boot["job"] | undefined;
  const adapter: Adapter = {
    ...oneThread,
    openDoorbells: () => bells(() => {}),
    spawn: ({ boot }) => {
      ({ job } = boot as Boot);
      return { pid: 1, post: () => {}, kill: () => {}, setKeepsAlive: () => {} };
    },
  };
  const pool = new Kernel(adapter, undefined);
  const answered: number[] = [];
  const link = new Link(realmOf(pool), {
    name: "worker",
    resourceLimits: undefined,
    given: {},
    concurrency: 1,
    maxTasks: Number.POSITIVE_INFINITY,
    hasInitializer: false,
    finalizer: undefined,
    events: {
      onAnswer: (_, call) => answered.push(call.ordinal),
      onStart: () => {},
      onParcel: () => {},
      onEnd: () => {},
    },
  });
  const { slot, id } = link.child;
  const openDoorbells = (): Doorbells =>
    bells((wake) => {
      wakeWorker = wake;
    });
  const worker = new Kernel({ ...oneThread, openDoorbells }, { memory: pool.region.memory.token, slot, id });
  const ran: number[] = [];
  const tasks = new TaskRegistry();
  const task = tasks.task("test:tasks", (n: number) => ran.push(n), { name: "note" });
  assert.ok(job?.kind === "pool");
  const creator = { boot: undefined, post: assert.fail, onMessage: () => {}, finish: () => {} };
  servePool(realmOf(worker, tasks), creator, job, new Parcels(), new StopOrder());
  const takenBack: number[] = [];
  let posted = 0;
  const post = (): void => {
    const call = new Call(
      task.ref,
      MODE_CALL,
      pool.pack([posted], "args"),
      undefined,
      () => {},
      () => {},
    );
    call.ordinal = posted++;
    link.post(call);
    link.flush();
  };
  for (let n = 0; n < 3; n++) post();
  const operations = {
    serve: { run: () => wakeWorker() },
    "take back": { run: () => takenBack.push(...link.takeBackAll().map(({ ordinal }) => ordinal)) },
    post: { run: post },
    read: { run: () => void link.read() },
  };
  const end = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) {
      for (let n = 0; n < 10; n++) await undefined;
      wakeWorker();
      link.read();
    }
    const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
    const all = Array.from({ length: posted }, (_, n) => n);
    assert.deepEqual(sorted([...ran, ...takenBack]), all, "each call is run once, or taken back");
    assert.deepEqual(sorted(answered), sorted(ran), "and answered if it has run");
  };
  return { operations, end };
}

const OF_POOL = ["take back", "post", "read"] as const;

it("schedules: a pool's worker takes calls, paused at each access, while its pool posts and takes back, and the other way round", async () => {
  let schedules = 0;
  try {
    for (const name of OF_POOL) {
      for (const order of [["serve", name] as const, [name, "serve"] as const]) {
        for (let stop = 0; ; stop++) {
          stopTheWorld();
          const { operations, end } = openLink();
          const [length = 0] = runPaused(
            order.map((each) => operations[each]),
            [stop],
          );
          schedules++;
          try {
            await end();
          } catch (error) {
            throw new Error(`${order.join(" / ")}, paused before access ${stop}`, { cause: error });
          }
          goOn();
          await giveWay();
          if (length <= stop) break;
        }
      }
    }
  } finally {
    goOn();
  }
  console.log(`link: ${schedules} schedules`);
  assert.ok(schedules > 50);
}, 120_000);
