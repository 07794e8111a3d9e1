import assert from "node:assert/strict";
import { afterAll, it } from "vitest";
import type { Adapter, Doorbells, SpawnRequest } from "../src/contracts/adapter.js";
import { WorkerCrashedError } from "../src/contracts/errors.js";
import type { Future } from "../src/contracts/future.js";
import type { Lock } from "../src/contracts/sync.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { Pool } from "../src/pool/pool.js";
import { MOST_INLINE } from "../src/pool/wire/entries.js";
import { servePool } from "../src/pool/worker/pool-worker.js";
import { TaskRegistry } from "../src/task/registry.js";
import type { Boot, FromCreator } from "../src/worker/boot.js";
import { StopOrder } from "../src/worker/stop-order.js";
import { Transfers } from "../src/worker/transfers.js";
import { bindSync } from "./bound.js";
import { oneThread, openKernel } from "./kernels.js";
import { CrashInjector, Death, type Steps } from "./reference/crash-injector.js";
import { giveWay } from "./reference/explore.js";
import { checkHeap } from "./reference/heap.js";
import { bells } from "./reference/links.js";
import { collect, goOn, stopTheWorld } from "./reference/virtual.js";
import { servicesOf } from "./services.js";

/** More changes than a worker makes here. */
const MOST_INSTANTS = 2000;
/** The lanes of CI play every death; `npm test` plays one in so many. */
const STRIDE = process.env.HEDDLE_LANES === "1" ? 1 : 20;
/** More than the longest chain of promises that follows from one step. */
const PROMISES = 60;
/** Too long for a ring: it travels in a cell of its own. */
const LONG = "x".repeat(MOST_INLINE + 1);
const CANCELLED = new Error("enough", { cause: LONG });

type Given = readonly [n: number, lock: Lock, text: string];

interface PoolWorker {
  readonly thread: CrashInjector["thread"];
  /** The first thing it does, or the next: serve, once it was rung. */
  turn(): void;
  readonly post: (message: FromCreator) => void;
  readonly end: (exitCode: number) => void;
  readonly endIfFinished: () => void;
  /** Tasks of its that wait for what comes. */
  readonly waiting: (() => void)[];
}

/** A pool and its workers, each of which does something only in a turn of its own. The first one is killed before its change number `instant`. */
class Play implements Steps {
  readonly ran: number[] = [];
  readonly workers: PoolWorker[] = [];
  readonly outcomes = new Map<number, unknown>();
  readonly futures: Future<unknown>[] = [];
  readonly lock: Lock;
  readonly #kernel: Kernel;
  readonly #pool: Pool;
  readonly #task;
  readonly #instant: number;
  #injector: CrashInjector | undefined;
  #wakePool = (): void => {};

  constructor(instant: number) {
    this.#instant = instant;
    const openDoorbells = (): Doorbells =>
      bells((wake) => {
        this.#wakePool = wake;
      });
    const spawn: Adapter["spawn"] = (request) => this.#spawn(request);
    this.#kernel = openKernel({ ...oneThread, openDoorbells, spawn }, undefined);
    this.lock = new (bindSync(this.#kernel).Lock)();
    const tasks = new TaskRegistry();
    this.#task = tasks.task("test:tasks", (..._: Given): unknown => assert.fail("not here"), { name: "act" });
    this.#pool = new Pool(servicesOf(this.#kernel, tasks), { size: 1, name: "victim" });
  }

  /** Whether the first worker lives. */
  get isAlive(): boolean {
    return this.#injector?.isDead !== true;
  }

  async step(_: CrashInjector["thread"], act: () => unknown): Promise<void> {
    act();
    for (let n = 0; n < PROMISES; n++) await undefined;
  }

  #spawn({ boot, onDeath, onEnd }: SpawnRequest): ReturnType<Adapter["spawn"]> {
    const { memory, slot, id, job } = boot as Boot;
    let wake = (): void => {};
    const openDoorbells = (): Doorbells =>
      bells((act) => {
        wake = act;
      });
    const kernel = openKernel({ ...oneThread, openDoorbells }, { memory, slot, id });
    bindSync(kernel);
    // To make room for many waits is no part of this.
    kernel.waiters.freeNode(kernel.waiters.newNode());
    const thread = { kernel, slot, isAlive: true };
    if (this.workers.length === 0) this.#injector = new CrashInjector(thread, this.#instant);
    const tasks = new TaskRegistry();
    const services = servicesOf(kernel, tasks);
    const waiting: (() => void)[] = [];
    tasks.task("test:tasks", (...given: Given) => this.#act(given, services.current.info.signal, waiting), {
      name: "act",
    });
    const stop = new StopOrder();
    const inbox: FromCreator[] = [];
    const end = (exitCode: number): void => {
      thread.isAlive = false;
      onDeath(exitCode);
      onEnd();
    };
    let hasFinished = false;
    const finish = (): void => {
      hasFinished = true;
    };
    const creator = { boot: undefined, post: assert.fail, onMessage: () => {}, onUncaught: () => {}, finish };
    assert.equal(job.kind, "pool");
    const start = (): void =>
      servePool(services, creator, job as Boot["job"] & { kind: "pool" }, new Transfers(), stop);
    let begun = false;
    const turn = (): void => {
      if (!begun) start();
      else wake();
      begun = true;
      for (const { type } of inbox.splice(0)) if (type === "stop") stop.give();
    };
    const worker: PoolWorker = {
      thread,
      turn,
      waiting,
      post: (message) => void inbox.push(message),
      end,
      endIfFinished: () => {
        if (hasFinished) end(0);
      },
    };
    this.workers.push(worker);
    return { pid: 1, post: worker.post as (message: unknown) => void, kill: () => end(1), setKeepsAlive: () => {} };
  }

  /** The task: answers in the ring, in a cell, with an object, by an error, at once or later. */
  #act([n, lock, text]: Given, signal: AbortSignal, waiting: (() => void)[]): unknown {
    assert.ok(!this.ran.includes(n), `call ${n} runs once`);
    this.ran.push(n);
    assert.equal(text, n % 3 === 0 ? LONG : "short");
    switch (n % 4) {
      case 0:
        return LONG;
      case 1:
        return new Promise((resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          waiting.push(() => resolve(n));
        });
      case 2:
        return [lock, n];
      default:
        throw new RangeError(LONG, { cause: lock });
    }
  }

  /** The expected outcome of a call that was answered. */
  #mustBeRight(n: number, outcome: unknown): void {
    if (n % 4 === 0) assert.equal(outcome, LONG);
    else if (n % 4 === 1) assert.equal(outcome, n);
    else if (n % 4 === 2) assert.deepEqual(outcome, [this.lock, n]);
    else {
      assert.ok(outcome instanceof RangeError, String(outcome));
      assert.deepEqual([outcome.message, outcome.cause], [LONG, this.lock]);
    }
  }

  async submit(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const n = this.futures.length;
      const future = this.#pool.submit(this.#task, [n, this.lock, n % 3 === 0 ? LONG : "short"]);
      this.futures.push(future);
      const note = (outcome: unknown): void => void this.outcomes.set(n, outcome);
      future.then(note, note);
    }
    await this.pool();
  }

  /** The pool has its turn. */
  pool(act: () => unknown = () => this.#wakePool()): Promise<void> {
    return this.step(this.#thread, act);
  }

  get #thread(): CrashInjector["thread"] {
    return { kernel: this.#kernel, slot: this.#kernel.slot, isAlive: true };
  }

  /** The first worker does something, if it lives. It may die of it, of which the pool hears. */
  async dying(act: (worker: PoolWorker) => void): Promise<void> {
    const [worker] = this.workers;
    assert.ok(worker && this.#injector);
    if (!this.isAlive) return;
    await this.#injector.step(this, () => act(worker));
    if (!this.isAlive) await this.pool(() => worker.end(1));
  }

  /** It dies now at the latest. All that is left goes on by another worker, until the pool is closed. */
  async end(): Promise<void> {
    const [first] = this.workers;
    if (this.isAlive) await this.pool(() => first?.end(1));
    await this.#settle();
    const closed = this.#pool.close();
    await this.#settle();
    await closed;
    let crashed = 0;
    for (const [n] of this.futures.entries()) {
      assert.ok(this.outcomes.has(n), `call ${n} is answered`);
      const outcome = this.outcomes.get(n);
      if (outcome instanceof WorkerCrashedError) crashed++;
      else if (outcome !== CANCELLED) {
        assert.ok(this.ran.includes(n), `call ${n} has run`);
        this.#mustBeRight(n, outcome);
      }
    }
    assert.ok(crashed <= 1, `${crashed} calls are said to have run when their worker died`);
    collect(this.lock);
    checkHeap(this.#kernel.region);
    const { bytes, workers } = this.#kernel.usage();
    assert.deepEqual({ bytes, workers }, { bytes: 0, workers: 1 }, "the region is as it was");
  }

  async #settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      await this.pool();
      for (const worker of this.workers) {
        if (!worker.thread.isAlive) continue;
        await this.step(worker.thread, worker.turn);
        await this.step(worker.thread, () => worker.waiting.shift()?.());
        await this.pool(() => worker.endIfFinished());
      }
    }
  }
}

// The end of a dead worker's promises is nobody's error.
const listeners = process.listeners("unhandledRejection");
const others: unknown[] = [];
process.removeAllListeners("unhandledRejection");
process.on("unhandledRejection", (error) => {
  if (!(error instanceof Death)) others.push(error);
});
afterAll(() => {
  process.removeAllListeners("unhandledRejection");
  for (const listener of listeners) process.on("unhandledRejection", listener);
});

it("a pool's worker dies at any change, while it is called, answers and is told to stop: each call is answered, runs once, or crashes", async () => {
  let deaths = 0;
  for (let lived = false, instant = 0; !lived; instant += STRIDE) {
    assert.ok(instant < MOST_INSTANTS);
    stopTheWorld();
    try {
      const play = new Play(instant);
      await play.submit(4);
      await play.dying((worker) => worker.turn());
      await play.pool();
      await play.submit(2);
      await play.dying((worker) => worker.turn());
      await play.pool(() => play.futures[1]?.cancel(CANCELLED));
      await play.dying((worker) => worker.turn());
      await play.pool(() => play.futures[5]?.cancel(CANCELLED));
      await play.pool();
      await play.submit(4);
      await play.dying((worker) => worker.turn());
      await play.pool();
      await play.dying((worker) => worker.turn());
      await play.dying((worker) => worker.waiting.shift()?.());
      await play.pool();
      lived = play.isAlive;
      await play.end();
    } catch (error) {
      throw new Error(`killed before its change number ${instant}`, { cause: error });
    } finally {
      goOn();
    }
    if (!lived) deaths++;
    await giveWay();
    assert.deepEqual(others, []);
  }
  console.log(`link: ${deaths} deaths of a pool's worker`);
  assert.ok(deaths > 500 / STRIDE);
}, 120_000);
