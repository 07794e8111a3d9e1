import assert from "node:assert/strict";
import type { Adapter, Doorbells } from "../../src/contracts/adapter.js";
import { Call } from "../../src/pool/call.js";
import { Events } from "../../src/pool/host/events.js";
import { Link } from "../../src/pool/host/link.js";
import { MODE_CALL } from "../../src/pool/wire/entries.js";
import { servePool } from "../../src/pool/worker/pool-worker.js";
import { TaskRegistry } from "../../src/task/registry.js";
import type { Boot } from "../../src/worker/boot.js";
import { StopOrder } from "../../src/worker/stop-order.js";
import { Transfers } from "../../src/worker/transfers.js";
import { oneThread, openKernel } from "../kernels.js";
import { servicesOf } from "../services.js";
import { type Operation, runPaused } from "./paused.js";
import { goOn, stopTheWorld, virtual } from "./virtual.js";

/** Doorbells of a worker that does something only when `sleepAsync` has it woken, in virtual time. */
export const bells = (sleepAsync: (wake: () => void) => void): Doorbells => ({
  sleepAsync: (_, __, wake) => sleepAsync(wake),
  sleepSync: (_, __, ms) => {
    virtual.now += ms;
  },
  pause: () => assert.fail("nobody has a latch here"),
  wake: () => {},
});

/** A pool's end of a link, and the worker at the other end, which does something only when it is woken. */
export function openLink() {
  let wakeWorker = (): void => {};
  let job: Boot["job"] | undefined;
  const adapter: Adapter = {
    ...oneThread,
    openDoorbells: () => bells(() => {}),
    spawn: ({ boot }) => {
      ({ job } = boot as Boot);
      return { pid: 1, post: () => {}, kill: () => {}, setKeepsAlive: () => {} };
    },
  };
  const pool = openKernel(adapter, undefined);
  const answered: number[] = [];
  const read = (): void => {
    for (const { call } of link.read()) answered.push(call.ordinal);
  };
  const link = new Link(servicesOf(pool), {
    name: "worker",
    resourceLimits: undefined,
    given: {},
    concurrency: 1,
    maxTasks: Number.POSITIVE_INFINITY,
    hasInitializer: false,
    finalizer: undefined,
    events: new Events(),
    onNews: () => {},
  });
  const { slot, id } = link.child;
  const openDoorbells = (): Doorbells =>
    bells((wake) => {
      wakeWorker = wake;
    });
  const worker = openKernel({ ...oneThread, openDoorbells }, { memory: pool.region.memory.token, slot, id });
  const ran: number[] = [];
  const tasks = new TaskRegistry();
  const running: (() => void)[] = [];
  /** The first thing that the next task does. */
  let first = (): void => {};
  // Every other one ends later: until then its worker can be told that it is cancelled.
  const note = (n: number): Promise<void> | undefined => {
    ran.push(n);
    const act = first;
    first = () => {};
    act();
    return n % 2 === 0 ? undefined : new Promise((resolve) => void running.push(resolve));
  };
  const task = tasks.task("test:tasks", note, { name: "note" });
  assert.ok(job?.kind === "pool");
  const creator = { boot: undefined, post: assert.fail, onMessage: () => {}, onUncaught: () => {}, finish: () => {} };
  const services = servicesOf(worker, tasks);
  servePool(services, creator, job, new Transfers(), new StopOrder());
  const takenBack: number[] = [];
  let posted = 0;
  const post = (): void => {
    const call = new Call(
      task.ref,
      MODE_CALL,
      pool.codec.pack([posted], "args"),
      undefined,
      () => {},
      () => {},
    );
    call.queuedAs(posted++);
    link.post(call);
    link.flush();
  };
  for (let n = 0; n < 3; n++) post();
  /** As a pool does with a call that is cancelled, or whose time is up. */
  const cancel = (call: Call | undefined): void => {
    if (call === undefined) return;
    if (link.takeBack(call)) takenBack.push(call.ordinal);
    else link.abort(call, new Error("enough"));
  };
  const operations: Readonly<Record<string, Operation>> = {
    serve: { run: () => wakeWorker() },
    "end a task": { run: () => running.shift()?.() },
    "cancel the first": { run: () => cancel([...link.inFlight][0]) },
    "cancel the last": { run: () => cancel([...link.inFlight].at(-1)) },
    "take back": { run: () => takenBack.push(...link.takeBackAll().map(({ ordinal }) => ordinal)) },
    post: { run: post },
    read: { run: read },
  };
  const end = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) {
      for (let n = 0; n < 10; n++) await undefined;
      running.shift()?.();
      wakeWorker();
      read();
    }
    const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
    const all = Array.from({ length: posted }, (_, n) => n);
    assert.deepEqual(sorted([...ran, ...takenBack]), all, "each call is run once, or taken back");
    assert.deepEqual(sorted(answered), sorted(ran), "and answered if it has run");
  };
  const inNextTask = (act: () => void): void => {
    first = act;
  };
  return { operations, end, link, info: services.current.info, inNextTask };
}

/** The operations of a pool. */
export const OF_POOL = ["take back", "post", "read", "cancel the first", "cancel the last"];
/** The state at first: calls are on their way, run, were answered, or both. */
export const BEFORE = [[], ["serve"], ["serve", "end a task"], ["serve", "end a task", "read", "post"]];

/** Lets promises go on, as they do in a worker between two turns. */
async function rest(): Promise<void> {
  for (let n = 0; n < 20; n++) await undefined;
}

/**
 * Plays one schedule: the state at first, and then the first of `order`, in which the others run, see {@link runPaused}. Gives how many
 * accesses it had.
 */
export async function playLink(
  before: readonly string[],
  order: readonly string[],
  stops: readonly number[],
  inTurn = false,
): Promise<number> {
  stopTheWorld();
  try {
    const { operations, end } = openLink();
    for (const name of before) {
      operations[name]?.run();
      await rest();
    }
    const [length = 0] = runPaused(
      order.map((each) => operations[each] as Operation),
      stops,
      { inTurn },
    );
    await end();
    return length;
  } catch (error) {
    const what = `${[...before, order.join(" / ")].join("; ")}, paused before access ${stops.join(", ")}`;
    throw new Error(what, { cause: error });
  } finally {
    goOn();
  }
}
