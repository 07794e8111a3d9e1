import { PoolClosedError } from "../../contracts/errors.js";
import type { PoolStats } from "../../contracts/pool.js";
import { clock } from "../../kernel/clock.js";
import { serveDue } from "../../worker/background-timer.js";
import type { WorkerExit } from "../../worker/child-worker.js";
import type { Services } from "../../worker/services.js";
import type { Call, Canceller } from "../call.js";
import { consumeEntry, dropEntry, MODE_INITIALIZE, RETURNED, STOPPED } from "../wire/entries.js";
import { AnswerSpin } from "./answer-spin.js";
import { crashOf, wasSignalled } from "./crash.js";
import type { Answer, Link } from "./link.js";
import { PoolCounters } from "./pool-counters.js";
import { RunQueue } from "./run-queue.js";
import { TaskTimeouts } from "./task-timeouts.js";
import { WorkerSet, type WorkerSetOptions } from "./worker-set.js";

/** Bytes of arguments that wait for a worker: with more, maps and streams wait, and other calls wait outside shared memory. */
const MOST_WAITING_BYTES = 64 << 20;

export interface SchedulerOptions extends WorkerSetOptions {
  readonly maxQueue: number;
}

/**
 * Decides which worker runs which call. It sends waiting calls to workers, a little ahead of what they are running; takes back calls that
 * an idle worker could run sooner; and queues again the calls that a dead worker had not started.
 */
export class Scheduler implements Canceller {
  readonly #services: Services;
  readonly #options: SchedulerOptions;
  readonly #workers: WorkerSet;
  readonly #queue = new RunQueue();
  readonly #counters = new PoolCounters();
  readonly #timeouts: TaskTimeouts;
  #unsettled = 0;
  #ordinal = 0;
  /** The priority of the call that was sent last. */
  #sentPriority = 0;
  #hasTurnComing = false;
  /** Why no more calls are taken, once none are. */
  #refusal: string | undefined;
  /** Why nothing runs any more, once nothing does. */
  #end: string | undefined;
  /** Maps that have not submitted all their chunks. */
  #openMaps = 0;
  readonly #whenIdle: (() => void)[] = [];
  readonly #whenRoom: (() => void)[] = [];
  readonly #stopListening: () => void;
  readonly #spin: AnswerSpin;
  /** One for all calls: a closure for each would live as long as the call does. */
  readonly #onSettled = (call: Call): void => this.#settled(call);

  constructor(services: Services, options: SchedulerOptions) {
    this.#services = services;
    this.#options = options;
    this.#spin = new AnswerSpin(services.kernel);
    this.#workers = new WorkerSet(services, options, {
      onAnswer: (link, call, answer, transferables) => this.#answer(link, call, answer, transferables),
      onStart: (link, call) => this.#timeouts.start(link, call),
      onTransferables: () => this.#look(),
      onEnd: (link, ending) => this.#onWorkerDeath(link, ending),
      onInitializerFailure: (link, error) => this.#leave(link, error),
      onMayStart: () => this.#soon(),
    });
    this.#timeouts = new TaskTimeouts(
      () => this.#soon(),
      (link, why) => {
        this.#workers.replace(link, why);
        this.#requeue(link.takeBackAll());
      },
    );
    const { bell } = services.kernel;
    const stops = [bell.onRing(() => this.#look()), bell.beforeSleep(() => this.#serveBlocked())];
    this.#stopListening = () => {
      for (const stop of stops) stop();
    };
  }

  /** Calls that no worker has started. */
  get queued(): number {
    let posted = 0;
    for (const link of this.#workers) posted += link.unstarted;
    return this.#queue.size + posted;
  }

  get running(): number {
    return this.#unsettled - this.queued;
  }

  get stats(): PoolStats {
    return this.#counters.stats(this.#workers.respawned, this.#workers.life * this.#options.concurrency);
  }

  /** Throws PoolClosedError once the pool takes no more; for `isOpenMap`, once it cannot run what it has taken. */
  checkOpen(isOpenMap = false): void {
    const refusal = isOpenMap ? this.#end : this.#refusal;
    if (refusal !== undefined) throw new PoolClosedError(refusal);
  }

  /** Whether every worker is busy and no more calls may wait. */
  get isFull(): boolean {
    const { maxQueue, size, concurrency } = this.#options;
    if (maxQueue === Number.POSITIVE_INFINITY || this.#end !== undefined) return false;
    let load = this.#queue.size;
    for (const link of this.#workers) load += link.tasks;
    return load >= size * concurrency + maxQueue;
  }

  /** Whether a map or a stream may send more: nothing is gained by packing much more than workers are soon to be sent. */
  get #hasRoom(): boolean {
    return !this.isFull && this.#queue.bytes < MOST_WAITING_BYTES;
  }

  /** Whether arguments may wait in shared memory. */
  get mayShare(): boolean {
    return this.#queue.bytes < MOST_WAITING_BYTES;
  }

  /** Calls `submit` once there is room, in the order of asking: undefined if that was at once, else a promise of it. */
  whenRoom(submit: () => void): Promise<void> | undefined {
    if (this.#whenRoom.length > 0 || !this.#hasRoom) {
      return new Promise((resolve) => void this.#whenRoom.push(() => resolve(submit())));
    }
    submit();
    return undefined;
  }

  /** Lets somebody finish what it does with this pool before a close takes effect, until it calls what this gives. */
  admit(): () => void {
    this.#openMaps++;
    return () => {
      this.#openMaps--;
      this.#tellIfIdle();
    };
  }

  enqueue(call: Call): void {
    if (this.#unsettled++ === 0) this.#services.kernel.adapter.keepAlive.hold();
    call.ordinal = ++this.#ordinal;
    call.onSettled = this.#onSettled;
    this.#queue.push(call);
    if (call.priority !== this.#sentPriority) this.#recall();
    this.#soon();
  }

  cancel(call: Call, reason: unknown): boolean {
    if (call.isSettled) return false;
    const { link } = call;
    if (link === undefined) this.#queue.remove(call);
    else if (!link.takeBack(call)) {
      call.stopReason ??= { reason };
      link.abort(call, reason);
      this.#timeouts.startGrace(link, call, "it was cancelled");
      return false;
    }
    call.dispose(this.#services.kernel);
    call.cancel(reason);
    this.#soon();
    return true;
  }

  /** Rejects a call at once with `reason`: it never runs if it has not started, and is asked to stop if it has. */
  abort(call: Call, reason: unknown): void {
    if (!call.isSettled && !this.cancel(call, reason)) call.cancel(reason);
  }

  // ── the end ──

  async close(): Promise<void> {
    this.#refusal ??= `${this.#options.name} takes no more tasks: it was closed`;
    if (this.#unsettled + this.#openMaps > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await this.#stop(this.#refusal, () => false);
  }

  async terminate(): Promise<void> {
    this.#refusal ??= `${this.#options.name} takes no more tasks: it was terminated`;
    await this.#stop(`${this.#options.name} was terminated before this task had ended`, () => true, true);
  }

  async #stop(end: string, isKilled: (link: Link) => boolean, isHandled = false): Promise<void> {
    this.#end ??= end;
    for (const call of this.#queue.drain()) {
      if (isHandled) call.handle();
      this.#reject(call, new PoolClosedError(end));
    }
    for (const link of this.#workers) {
      for (const call of [...link.inFlight]) {
        if (link.takeBack(call)) call.dispose(this.#services.kernel);
        // One that has timed out is settled and may go on: its worker is killed when its grace is over.
        if (call.isSettled) continue;
        call.stopTimer?.();
        if (isHandled) call.handle();
        call.rejectWith(new PoolClosedError(end));
      }
    }
    this.#tellIfRoom();
    await this.#workers.stop(isKilled);
    this.#stopListening();
  }

  /** Unless the error is also others', its stack is the call's. */
  #reject(call: Call, error: unknown, isShared = false): void {
    call.dispose(this.#services.kernel);
    if (isShared) call.reject(error);
    else call.rejectWith(error);
  }

  #settled(call: Call): void {
    this.#counters.settled(call);
    if (--this.#unsettled > 0) return;
    this.#services.kernel.adapter.keepAlive.letGo();
    this.#tellIfIdle();
  }

  #tellIfIdle(): void {
    if (this.#unsettled + this.#openMaps === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #tellIfRoom(): void {
    // Checked and used in one step: the next one must find the room used.
    while (this.#whenRoom.length > 0 && this.#hasRoom) this.#whenRoom.shift()?.();
  }

  // ── turns ──

  #soon(): void {
    if (this.#hasTurnComing) return;
    this.#hasTurnComing = true;
    clock.queueMicrotask(() => this.#turn());
  }

  /** Sends everything submitted since the last turn, as one batch a worker. */
  #turn(): void {
    this.#hasTurnComing = false;
    this.#services.kernel.bell.whileAwake(() => {
      // An answer that came before, while this worker blocked, has rung already.
      this.#read();
      this.#dispatch();
      if (this.#spin.isWorth(this.#workers, this.#unsettled) && this.#spin.until(this.#workers)) {
        this.#read();
        this.#dispatch();
      }
    });
  }

  #look(): void {
    if (this.#read()) this.#dispatch();
    if (this.#workers.size === 0) return;
    this.#services.kernel.bell.arm();
    // What came before the bell was armed rang while this worker was awake.
    if (this.#read()) this.#dispatch();
  }

  /** This worker blocks, perhaps for what a call is to do: calls are sent, and answers taken in, as its event loop would. */
  #serveBlocked(): number {
    this.#read();
    serveDue();
    this.#queue.reinstate(this.#workers.takeBackLost());
    if (this.#unsettled > 0) this.#assign();
    return serveDue();
  }

  #read(): boolean {
    let hasRead = false;
    for (const link of this.#workers) hasRead = link.read() || hasRead;
    return hasRead;
  }

  // ── who runs what ──

  #dispatch(): void {
    this.#assign();
    // A map that waits for room packs its chunk, which may call the user's code.
    this.#tellIfRoom();
  }

  #assign(): void {
    if (this.#end !== undefined) return;
    const failed = this.#workers.failure;
    if (failed !== undefined) for (const call of this.#queue.drain()) this.#reject(call, failed.error, true);
    for (let call = this.#queue.next; call !== undefined; call = this.#queue.next) {
      let link: Link | undefined;
      try {
        // With priorities about, workers get nothing ahead: what comes later might have to run first.
        link = this.#workers.pick(!this.#queue.isMixed);
      } catch (error) {
        // No worker is left to run anything, and none can be started: the call fails, instead of waiting for ever.
        this.#queue.shift();
        this.#reject(call, error);
        continue;
      }
      if (link === undefined) break;
      this.#queue.shift();
      this.#sentPriority = call.priority;
      this.#post(call, link);
    }
    if (this.#queue.size === 0) this.#rebalance();
    this.#workers.trim();
    for (const link of this.#workers) link.flush();
  }

  #post(call: Call, link: Link): void {
    try {
      link.post(call);
    } catch (error) {
      this.#reject(call, error);
    }
  }

  /** Gives a worker that could start more half of what another has at hand but has not started. */
  #rebalance(): void {
    const { concurrency } = this.#options;
    for (const idle of this.#workers) {
      if (idle.inFlight.size >= concurrency) continue;
      let busiest = idle;
      for (const link of this.#workers) if (link.inFlight.size > busiest.inFlight.size) busiest = link;
      if (busiest.inFlight.size <= concurrency) return;
      const calls = [...busiest.inFlight];
      const kept = Math.max(concurrency, Math.ceil(calls.length / 2));
      // From the end: the worker is at the beginning. A call with transferables cannot be posted again.
      for (const call of calls.slice(kept).reverse()) {
        if (this.#workers.roomOf(idle) === 0) break;
        if (call.transferables === undefined && busiest.takeBack(call)) this.#post(call, idle);
      }
    }
  }

  /** A call of another priority than those that were sent ahead has come: they are queued with it again. */
  #recall(): void {
    for (const link of this.#workers) {
      if (link.inFlight.size > this.#options.concurrency) this.#queue.reinstate(link.takeBackAll());
    }
  }

  /** A worker's initializer has failed: its calls go to others, except those that were posted with transferables. */
  #leave(link: Link, error: unknown): void {
    this.#requeue(link.takeBackAll());
    for (const call of [...link.inFlight]) if (link.takeBack(call)) this.#reject(call, error, true);
  }

  #requeue(calls: readonly Call[]): void {
    if (this.#end === undefined) this.#queue.reinstate(calls);
    else for (const call of calls) this.#reject(call, new PoolClosedError(this.#end));
    this.#soon();
  }

  // ── what comes back ──

  #answer(link: Link, call: Call, { how, ms, arrived }: Answer, posted: readonly unknown[] | undefined): void {
    link.hasServed = true;
    call.stopTimer?.();
    call.dispose(this.#services.kernel);
    if (call.mode !== MODE_INITIALIZE) this.#counters.answered(link.heardAt - call.submittedAt, ms);
    link.suspects.noteRun(call.ref.name);
    if (call.isSettled) {
      dropEntry(this.#services.kernel, arrived);
      return;
    }
    let value: unknown;
    try {
      value = consumeEntry(this.#services.kernel, arrived, posted);
    } catch (error) {
      call.rejectWith(error);
      return;
    }
    if (how === RETURNED) call.fulfil(value);
    else if (how === STOPPED) call.cancel(call.stopReason?.reason);
    else call.rejectWithIts(value);
  }

  #onWorkerDeath(link: Link, exit: WorkerExit): void {
    link.read();
    this.#workers.remove(link);
    const calls = [...link.inFlight];
    // A worker that dies before it has started anything would die again: then a call fails each time, and it ends.
    let fails = link.endReason === undefined && !link.hasServed && !calls.some((call) => link.hasStarted(call.number));
    const unstarted: Call[] = [];
    let isTold = exit.uncaught === undefined;
    for (const call of calls) {
      call.stopTimer?.();
      if (!link.takeBack(call)) isTold = this.#crash(link, call, exit) || isTold;
      else if ((fails && (!wasSignalled(exit) || call.mode === MODE_INITIALIZE)) || call.transferables !== undefined) {
        isTold = this.#crash(link, call, exit) || isTold;
        fails = false;
      } else unstarted.push(call);
    }
    // Of no call's: what an earlier task left behind.
    if (!isTold) link.report(exit.uncaught?.error, link.suspects.names);
    link.destroy();
    this.#requeue(unstarted);
  }

  /** True if somebody hears of it. */
  #crash(link: Link, call: Call, exit: WorkerExit): boolean {
    if (link.endReason === undefined && call.mode !== MODE_INITIALIZE) this.#services.kernel.codec.abandon(call);
    call.dispose(this.#services.kernel);
    if (call.isSettled) return false;
    // It was killed as it did not stop when it was cancelled.
    if (link.endReason !== undefined && call.stopReason !== undefined) call.cancel(call.stopReason.reason);
    else call.rejectWith(crashOf(link, call, exit));
    return true;
  }
}
