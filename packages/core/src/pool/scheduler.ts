import { PoolClosedError } from "../contracts/errors.js";
import type { PoolStats } from "../contracts/pool.js";
import { clock } from "../kernel/clock.js";
import { serveDue } from "../worker/background-timer.js";
import type { Ending } from "../worker/child.js";
import type { Realm } from "../worker/realm.js";
import { AnswerSpin } from "./answer-spin.js";
import type { Call, Canceller } from "./call.js";
import { crashOf, wasAskedToEnd } from "./crash.js";
import { Crew, type CrewOptions } from "./crew.js";
import { Deadlines } from "./deadlines.js";
import { Line } from "./line.js";
import type { Answer, Link } from "./link.js";
import { Tally } from "./tally.js";
import { dropEntry, MODE_INITIALIZE, RETURNED, STOPPED, takeEntry } from "./wire.js";

/** Bytes of arguments that wait for a worker: with more, maps and streams wait, and other calls wait outside shared memory. */
const MOST_WAITING_BYTES = 64 << 20;

export interface SchedulerOptions extends CrewOptions {
  readonly maxQueue: number;
}

/**
 * Who runs what: hands waiting calls to workers, a little ahead of what they are running, takes back what an idle one could
 * do sooner, and puts what a dead one had not started in line again.
 */
export class Scheduler implements Canceller {
  readonly #realm: Realm;
  readonly #options: SchedulerOptions;
  readonly #crew: Crew;
  readonly #line = new Line();
  readonly #tally = new Tally();
  readonly #deadlines: Deadlines;
  #unsettled = 0;
  #ordinal = 0;
  /** The priority of the call that was sent last. */
  #sentPriority = 0;
  #hasTurnComing = false;
  /** Why no more calls are taken, once none are. */
  #refusal: PoolClosedError | undefined;
  /** Why nothing runs any more, once nothing does. */
  #end: PoolClosedError | undefined;
  /** Maps that have not submitted all their chunks. */
  #guests = 0;
  readonly #whenIdle: (() => void)[] = [];
  readonly #whenRoom: (() => void)[] = [];
  readonly #stopListening: () => void;
  readonly #spin: AnswerSpin;
  /** One for all calls: a closure for each would live as long as the call does. */
  readonly #onSettled = (call: Call): void => this.#settled(call);

  constructor(realm: Realm, options: SchedulerOptions) {
    this.#realm = realm;
    this.#options = options;
    this.#spin = new AnswerSpin(realm.kernel);
    this.#crew = new Crew(realm, options, {
      onAnswer: (link, call, answer, parcel) => this.#answer(link, call, answer, parcel),
      onStart: (link, call) => this.#deadlines.start(link, call),
      onParcel: () => this.#look(),
      onEnd: (link, ending) => this.#bury(link, ending),
      onInitializerFailure: (link, error) => this.#leave(link, error),
      onMayStart: () => this.#soon(),
    });
    this.#deadlines = new Deadlines(
      () => this.#soon(),
      (link, why) => {
        this.#crew.replace(link, why);
        this.#requeue(link.takeBackAll());
      },
    );
    const { bell } = realm.kernel;
    const stops = [bell.onRing(() => this.#look()), bell.beforeSleep(() => this.#serveBlocked())];
    this.#stopListening = () => {
      for (const stop of stops) stop();
    };
  }

  /** Calls that no worker has started. */
  get queued(): number {
    let posted = 0;
    for (const link of this.#crew) posted += link.unstarted;
    return this.#line.size + posted;
  }

  get running(): number {
    return this.#unsettled - this.queued;
  }

  get stats(): PoolStats {
    return this.#tally.stats(this.#crew.respawned, this.#crew.life * this.#options.concurrency);
  }

  /** Throws PoolClosedError once the pool takes no more; `isGuest`, once it cannot run what it has taken. */
  checkOpen(isGuest = false): void {
    const refusal = isGuest ? this.#end : this.#refusal;
    // An error of its own for each, with its own stack.
    if (refusal !== undefined) throw new PoolClosedError(refusal.message, { cause: refusal.cause });
  }

  /** Whether every worker is busy and no more calls may wait. */
  get isFull(): boolean {
    const { maxQueue, size, concurrency } = this.#options;
    if (maxQueue === Number.POSITIVE_INFINITY || this.#end !== undefined) return false;
    let load = this.#line.size;
    for (const link of this.#crew) load += link.tasks;
    return load >= size * concurrency + maxQueue;
  }

  /** Whether a map or a stream may send more: nothing is gained by packing much more than workers are soon to be sent. */
  get #hasRoom(): boolean {
    return !this.isFull && this.#line.bytes < MOST_WAITING_BYTES;
  }

  /** Whether arguments may wait in shared memory. */
  get mayShare(): boolean {
    return this.#line.bytes < MOST_WAITING_BYTES;
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
    this.#guests++;
    return () => {
      this.#guests--;
      this.#tellIfIdle();
    };
  }

  enqueue(call: Call): void {
    if (this.#unsettled++ === 0) this.#realm.kernel.adapter.keepAlive.hold();
    call.ordinal = ++this.#ordinal;
    call.onSettled = this.#onSettled;
    this.#line.push(call);
    if (call.priority !== this.#sentPriority) this.#recall();
    this.#soon();
  }

  cancel(call: Call, reason: unknown): boolean {
    if (call.isSettled) return false;
    const { link } = call;
    if (link === undefined) this.#line.leave(call);
    else if (!link.takeBack(call)) {
      call.stopReason ??= { reason };
      link.abort(call, reason);
      this.#deadlines.startGrace(link, call, "it was cancelled");
      return false;
    }
    call.dispose(this.#realm.kernel);
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
    this.#refusal ??= new PoolClosedError(`${this.#options.name} takes no more tasks: it was closed`);
    if (this.#unsettled + this.#guests > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await this.#stop(this.#refusal, () => false);
  }

  async terminate(): Promise<void> {
    this.#refusal ??= new PoolClosedError(`${this.#options.name} takes no more tasks: it was terminated`);
    const end = new PoolClosedError(`${this.#options.name} was terminated before this task had ended`);
    await this.#stop(end, () => true, true);
  }

  async #stop(end: PoolClosedError, isKilled: (link: Link) => boolean, isHandled = false): Promise<void> {
    this.#end ??= end;
    for (const call of this.#line.takeAll()) {
      if (isHandled) call.handle();
      this.#reject(call, end);
    }
    for (const link of this.#crew) {
      for (const call of [...link.outstanding]) {
        if (link.takeBack(call)) call.dispose(this.#realm.kernel);
        // One that has timed out is settled and may go on: its worker is killed when its grace is over.
        if (call.isSettled) continue;
        call.stopTimer?.();
        if (isHandled) call.handle();
        call.reject(end);
      }
    }
    this.#tellIfRoom();
    await this.#crew.stop(isKilled);
    this.#stopListening();
  }

  #reject(call: Call, error: unknown): void {
    call.dispose(this.#realm.kernel);
    call.reject(error);
  }

  #settled(call: Call): void {
    this.#tally.settled(call);
    if (--this.#unsettled > 0) return;
    this.#realm.kernel.adapter.keepAlive.letGo();
    this.#tellIfIdle();
  }

  #tellIfIdle(): void {
    if (this.#unsettled + this.#guests === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #tellIfRoom(): void {
    // Looked for, and taken, in one step: the next in line must find it taken.
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
    this.#realm.kernel.bell.whileAwake(() => {
      this.#dispatch();
      if (this.#spin.isWorth(this.#crew, this.#unsettled) && this.#spin.until(this.#crew)) {
        this.#read();
        this.#dispatch();
      }
    });
  }

  #look(): void {
    // While this worker is awake, a ring does not have to wake it.
    if (this.#read()) this.#dispatch();
    if (this.#crew.size === 0) return;
    this.#realm.kernel.bell.arm();
    // What came before the bell was armed rang while this worker was awake.
    if (this.#read()) this.#dispatch();
  }

  /** This worker blocks, perhaps for what a call is to do: calls are sent, and answers taken in, as its event loop would. */
  #serveBlocked(): number {
    this.#read();
    serveDue();
    this.#line.reinstate(this.#crew.takeBackLost());
    if (this.#unsettled > 0) this.#assign();
    return serveDue();
  }

  #read(): boolean {
    let hasRead = false;
    for (const link of this.#crew) hasRead = link.read() || hasRead;
    return hasRead;
  }

  // ── who runs what ──

  #dispatch(): void {
    this.#assign();
    // Who waits for room packs what it sends, which may call the user's code.
    this.#tellIfRoom();
  }

  #assign(): void {
    if (this.#end !== undefined) return;
    const failed = this.#crew.failure;
    if (failed !== undefined) for (const call of this.#line.takeAll()) this.#reject(call, failed.error);
    for (let call = this.#line.next; call !== undefined; call = this.#line.next) {
      let link: Link | undefined;
      try {
        // With priorities about, workers get nothing ahead: what comes later might have to run first.
        link = this.#crew.pick(!this.#line.isMixed);
      } catch (error) {
        // No worker is left to run anything, and none can be started: the call fails, instead of waiting for ever.
        this.#line.shift();
        this.#reject(call, error);
        continue;
      }
      if (link === undefined) break;
      this.#line.shift();
      this.#sentPriority = call.priority;
      this.#post(call, link);
    }
    if (this.#line.size === 0) this.#rebalance();
    this.#crew.trim();
    for (const link of this.#crew) link.flush();
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
    for (const idle of this.#crew) {
      if (idle.outstanding.size >= concurrency) continue;
      let busiest = idle;
      for (const link of this.#crew) if (link.outstanding.size > busiest.outstanding.size) busiest = link;
      if (busiest.outstanding.size <= concurrency) return;
      const calls = [...busiest.outstanding];
      const kept = Math.max(concurrency, Math.ceil(calls.length / 2));
      // From the end: the worker is at the beginning. What was posted with a parcel cannot be posted again.
      for (const call of calls.slice(kept).reverse()) {
        if (this.#crew.roomOf(idle) === 0) break;
        if (call.parcel === undefined && busiest.takeBack(call)) this.#post(call, idle);
      }
    }
  }

  /** A call of another priority than those that were sent ahead has come: they stand in line with it again. */
  #recall(): void {
    for (const link of this.#crew) {
      if (link.outstanding.size > this.#options.concurrency) this.#line.reinstate(link.takeBackAll());
    }
  }

  /** A worker's initializer has failed: what it was given goes to others, but for what was posted with a parcel. */
  #leave(link: Link, error: unknown): void {
    this.#requeue(link.takeBackAll());
    for (const call of [...link.outstanding]) if (link.takeBack(call)) this.#reject(call, error);
  }

  #requeue(calls: readonly Call[]): void {
    if (this.#end === undefined) this.#line.reinstate(calls);
    else for (const call of calls) this.#reject(call, this.#end);
    this.#soon();
  }

  // ── what comes back ──

  #answer(link: Link, call: Call, { how, ms, arrived }: Answer, parcel: readonly unknown[] | undefined): void {
    const { kernel } = this.#realm;
    link.hasServed = true;
    call.stopTimer?.();
    call.dispose(this.#realm.kernel);
    if (call.mode !== MODE_INITIALIZE) this.#tally.answered(link.heardAt - call.submittedAt, ms);
    link.suspects.noteRun(call.ref.name);
    if (call.isSettled) {
      dropEntry(kernel, arrived);
      return;
    }
    let value: unknown;
    try {
      value = takeEntry(kernel, arrived, parcel);
    } catch (error) {
      call.reject(error);
      return;
    }
    if (how === RETURNED) call.fulfil(value);
    else if (how === STOPPED) call.cancel(call.stopReason?.reason);
    else call.reject(call.blame(value));
  }

  #bury(link: Link, ending: Ending): void {
    link.read();
    this.#crew.remove(link);
    const calls = [...link.outstanding];
    // A worker that dies before it has started anything would die again: then a call fails each time, and it ends.
    let isBlaming = link.ending === undefined && !link.hasServed && !calls.some((call) => link.hasStarted(call.number));
    const unstarted: Call[] = [];
    let isTold = ending.uncaught === undefined;
    for (const call of calls) {
      call.stopTimer?.();
      if (!link.takeBack(call)) isTold = this.#crash(link, call, ending) || isTold;
      else if ((isBlaming && (!wasAskedToEnd(ending) || call.mode === MODE_INITIALIZE)) || call.parcel !== undefined) {
        isTold = this.#crash(link, call, ending) || isTold;
        isBlaming = false;
      } else unstarted.push(call);
    }
    // Of no call's: what an earlier task left behind.
    if (!isTold) link.report(ending.uncaught?.error, link.suspects.names);
    link.destroy();
    this.#requeue(unstarted);
  }

  /** True if somebody hears of it. */
  #crash(link: Link, call: Call, ending: Ending): boolean {
    if (link.ending === undefined && call.mode !== MODE_INITIALIZE) this.#realm.kernel.codec.abandon(call);
    call.dispose(this.#realm.kernel);
    if (call.isSettled) return false;
    // It was killed as it did not stop when it was cancelled.
    if (link.ending !== undefined && call.stopReason !== undefined) call.cancel(call.stopReason.reason);
    else call.reject(crashOf(link, call, ending));
    return true;
  }
}
