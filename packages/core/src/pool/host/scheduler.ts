import { PoolClosedError } from "../../contracts/errors.js";
import type { CloseOptions } from "../../contracts/pool-options.js";
import type { PoolStats } from "../../contracts/pool-stats.js";
import { clock } from "../../kernel/clock.js";
import { Fifo } from "../../kernel/fifo.js";
import type { Services } from "../../worker/services.js";
import type { Call, Canceller } from "../call.js";
import { AnswerSpin } from "./answer-spin.js";
import { Dispatch, type DispatchOptions } from "./dispatch.js";
import { Events, Fullness } from "./events.js";
import type { Link } from "./link.js";
import { Results } from "./results.js";
import { Retries } from "./retries.js";

/** Bytes of arguments that wait for a worker: with more, maps and streams wait, and other calls wait outside shared memory. */
const MOST_WAITING_BYTES = 64 << 20;

export interface SchedulerOptions extends DispatchOptions {
  readonly maxQueue: number;
}

/**
 * Admits calls to a pool, and has its turns: in each it reads what has come ({@link Results}), then sends what waits ({@link Dispatch}).
 */
export class Scheduler implements Canceller {
  readonly events = new Events();
  readonly #services: Services;
  readonly #options: SchedulerOptions;
  readonly #dispatch: Dispatch;
  readonly #results: Results;
  readonly #retries: Retries;
  #unsettled = 0;
  #ordinal = 0;
  /** Whether there were calls since it was last idle. */
  #hasWorked = false;
  #hasTurnComing = false;
  /** Whether the calls of that turn are with their workers. */
  #isSent = false;
  /** Why no more calls are taken, once none are. */
  #refusal: string | undefined;
  /** Why maps that have begun send no more chunks, once they do not. */
  #mapRefusal: string | undefined;
  /** Maps that have not submitted all their chunks. */
  #openMaps = 0;
  readonly #whenIdle: (() => void)[] = [];
  readonly #whenRoom = new Fifo<() => void>();
  readonly #stopListening: () => void;
  readonly #spin: AnswerSpin;
  readonly #fullness = new Fullness(this.events, () => this.isFull);
  /** One for all calls: a closure for each would live as long as the call does. */
  readonly #onSettled = (call: Call): void => this.#settled(call);

  constructor(services: Services, options: SchedulerOptions) {
    this.#services = services;
    this.#options = options;
    this.#spin = new AnswerSpin(services.kernel.adapter, services.kernel.bell);
    this.#dispatch = new Dispatch(services, options, this.events, () => this.#onNews());
    this.#retries = new Retries(services.timers, (call) => this.#queueAgain(call));
    this.#results = new Results(services, this.#dispatch, this.#retries, () => this.#soon());
    const { bell } = services.kernel;
    const stops = [bell.onRing(() => this.#look()), bell.beforeSleep(() => this.#serveBlocked())];
    this.#stopListening = () => {
      for (const stop of stops) stop();
    };
  }

  get queued(): number {
    return this.#dispatch.queued + this.#retries.size;
  }

  get running(): number {
    return this.#unsettled - this.queued;
  }

  get stats(): PoolStats {
    const { respawned, life } = this.#dispatch.workers;
    return this.#results.counters.stats(respawned, life * this.#options.concurrency);
  }

  // ── admission ──

  /** Throws PoolClosedError once the pool takes no more; for `isOpenMap`, once it cannot run what it has taken. */
  checkOpen(isOpenMap = false): void {
    const refusal = isOpenMap ? (this.#dispatch.end ?? this.#mapRefusal) : this.#refusal;
    if (refusal !== undefined) throw new PoolClosedError(refusal);
  }

  /** Whether every worker is busy and no more calls may wait. */
  get isFull(): boolean {
    const { maxQueue, size, concurrency } = this.#options;
    if (maxQueue === Number.POSITIVE_INFINITY || this.#dispatch.end !== undefined) return false;
    return this.#dispatch.load + this.#retries.size >= size * concurrency + maxQueue;
  }

  /** Whether a map or a stream may send more: nothing is gained by packing much more than workers are soon to be sent. */
  get #hasRoom(): boolean {
    return !this.isFull && this.mayShare;
  }

  /** Whether arguments may wait in shared memory. */
  get mayShare(): boolean {
    return this.#dispatch.queue.bytes < MOST_WAITING_BYTES;
  }

  /** Calls `submit` once there is room, in the order of asking: undefined if that was at once, else a promise of it. */
  whenRoom(submit: () => void): Promise<void> | undefined {
    if (this.#whenRoom.size > 0 || !this.#hasRoom) {
      return new Promise((resolve) => void this.#whenRoom.push(() => resolve(submit())));
    }
    submit();
    return undefined;
  }

  /** Lets a map finish with this pool before a close takes effect, until it calls the function that this gives. */
  admit(): () => void {
    this.#openMaps++;
    return () => {
      this.#openMaps--;
      this.#tellIfIdle();
    };
  }

  /** The workers that a call for all is for; none if none may be started yet. Throws if none can be started. */
  workersForAll(module: string): readonly Link[] {
    this.checkOpen();
    return this.#dispatch.workersForAll(module);
  }

  /**
   * Takes a call, which one worker is to run if there is a `worker`. With `mayStart`, an idle worker may have it before this returns: it is to be
   * one that cannot be refused.
   */
  enqueue(call: Call, mayStart: boolean, worker?: Link): void {
    if (this.#unsettled++ === 0) this.#services.kernel.adapter.keepAlive.hold();
    this.#hasWorked = true;
    call.queuedAs(++this.#ordinal);
    call.whenSettled(this.#onSettled);
    if (worker !== undefined) {
      this.#dispatch.addFor(worker, call);
      this.#soon();
      return;
    }
    this.#dispatch.add(call);
    // The first call of this turn: a worker that sleeps wakes up while the rest of the turn runs.
    const isFirst = !this.#hasTurnComing && this.#dispatch.queue.size === 1;
    this.#fullness.look();
    const isSent = mayStart && isFirst && this.#dispatch.workers.hasIdle;
    if (isSent) this.#dispatch.assign();
    this.#soon();
    this.#isSent = isSent;
  }

  cancel(call: Call, reason: unknown): boolean {
    if (call.isSettled) return false;
    const link = this.#retries.remove(call) ? undefined : this.#dispatch.remove(call);
    if (link !== undefined) {
      call.askedToStop(reason);
      link.abort(call, reason);
      this.#results.timeouts.startGrace(link, call, "it was cancelled");
      return false;
    }
    call.dispose(this.#services.kernel);
    call.cancel(reason);
    this.#soon();
    return true;
  }

  /** A call whose last attempt has failed waits for a worker again, behind those that wait. */
  #queueAgain(call: Call): void {
    call.queuedAs(++this.#ordinal);
    this.#dispatch.add(call);
    this.#soon();
  }

  /** Rejects a call at once with `reason`: it never runs if it has not started, and is asked to stop if it has. */
  abort(call: Call, reason: unknown): void {
    if (!call.isSettled && !this.cancel(call, reason)) call.cancel(reason);
  }

  #settled(call: Call): void {
    this.#results.counters.settled(call);
    if (--this.#unsettled > 0) return;
    this.#services.kernel.adapter.keepAlive.letGo();
    this.#tellIfIdle();
  }

  #tellIfIdle(): void {
    if (this.#unsettled + this.#openMaps > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
    if (!this.#hasWorked) return;
    this.#hasWorked = false;
    this.#fullness.look();
    this.events.tell("idle", undefined);
  }

  #tellIfRoom(): void {
    this.#fullness.look();
    // Checked and used in one step: the next one must find the room used.
    while (this.#whenRoom.size > 0 && this.#hasRoom) this.#whenRoom.shift()?.();
  }

  /** Starts workers ahead. The program goes on until they serve, and a close waits for that. */
  async ready(): Promise<void> {
    this.checkOpen();
    const { keepAlive } = this.#services.kernel.adapter;
    const leave = this.admit();
    keepAlive.hold();
    try {
      const starts = this.#dispatch.startAhead();
      this.#soon();
      await Promise.all(starts);
    } finally {
      keepAlive.letGo();
      leave();
    }
  }

  get isPaused(): boolean {
    return this.#dispatch.isPaused;
  }

  pause(): void {
    this.checkOpen();
    this.#dispatch.pause();
  }

  resume(): void {
    this.#dispatch.resume();
    this.#soon();
  }

  // ── the end ──

  async close({ cancelQueued = false }: CloseOptions = {}): Promise<void> {
    this.#refusal ??= `${this.#options.name} takes no more tasks: it was closed`;
    if (cancelQueued) this.#refuseQueued(`${this.#options.name} was closed before this task had started`);
    if (this.isPaused) this.resume();
    if (this.#unsettled + this.#openMaps > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await this.#stop(this.#refusal, () => false);
  }

  async terminate(): Promise<void> {
    this.#refusal ??= `${this.#options.name} takes no more tasks: it was terminated`;
    await this.#stop(`${this.#options.name} was terminated before this task had ended`, () => true, true);
  }

  #refuseQueued(why: string): void {
    this.#mapRefusal ??= why;
    this.#dispatch.refuseQueued(why, this.#retries.end());
    this.#tellIfRoom();
  }

  async #stop(end: string, isKilled: (link: Link) => boolean, isHandled = false): Promise<void> {
    this.#dispatch.stop(end, isHandled, this.#retries.end());
    this.#tellIfRoom();
    await this.#dispatch.workers.stop(isKilled);
    this.#stopListening();
  }

  // ── turns ──

  /** The event loop has heard of something. It is read at once: a dead worker's answers are freed when its end was told. */
  #onNews(): void {
    this.#results.read();
    this.#soon();
  }

  #soon(): void {
    this.#isSent = false;
    if (this.#hasTurnComing) return;
    this.#hasTurnComing = true;
    clock.queueMicrotask(() => this.#turn());
  }

  /** Sends everything submitted since the last turn, as one batch a worker. */
  #turn(): void {
    this.#hasTurnComing = false;
    const { workers } = this.#dispatch;
    const { bell } = this.#services.kernel;
    if (this.#isSent) {
      // A worker that has taken this one's processor as it was woken may have answered by now.
      if (this.#results.read()) this.#send();
      else if (this.#spin.isWorth(workers, this.#unsettled)) bell.whileAwake(() => this.#awaitAnswer());
      return;
    }
    bell.whileAwake(() => {
      // An answer that came before, while this worker blocked, has rung already.
      this.#results.read();
      this.#send();
      if (this.#spin.isWorth(workers, this.#unsettled)) this.#awaitAnswer();
    });
  }

  #awaitAnswer(): void {
    if (!this.#spin.until(this.#dispatch.workers)) return;
    this.#results.read();
    this.#send();
  }

  #look(): void {
    if (!this.#results.read()) {
      this.#listen();
      return;
    }
    this.#send();
    // The callers that await the answers go on first. One may send the next call, whose worker is then at work while the bell is armed.
    clock.queueMicrotask(() => this.#listen());
  }

  #listen(): void {
    if (this.#dispatch.workers.size === 0) return;
    this.#services.kernel.bell.arm();
    // An answer that came before the bell was armed rang while this worker was awake.
    if (this.#results.read()) this.#send();
  }

  #send(): void {
    this.#dispatch.assign();
    // A map that waits for room packs its chunk, which may call the user's code.
    this.#tellIfRoom();
  }

  /** This worker blocks, perhaps for what a call is to do: calls are sent, and answers taken in, as its event loop would. */
  #serveBlocked(): void {
    this.#results.read();
    this.#dispatch.takeBackLost();
    if (this.#unsettled > 0) this.#dispatch.assign();
  }
}
