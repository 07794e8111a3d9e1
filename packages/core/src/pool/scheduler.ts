import { PoolClosedError } from "../contracts/errors.js";
import type { PoolStats } from "../contracts/pool.js";
import { Backoff } from "../kernel/backoff.js";
import { briefly } from "../kernel/message/index.js";
import type { Ending } from "../worker/child.js";
import type { Realm } from "../worker/realm.js";
import type { Call, Canceller } from "./call.js";
import { crashOf } from "./crash.js";
import { Crew, type CrewOptions } from "./crew.js";
import { Deadlines } from "./deadlines.js";
import { Line } from "./line.js";
import type { Answer, Link } from "./link.js";
import { Tally } from "./tally.js";
import { MODE_INITIALIZE, RETURNED, STOPPED } from "./wire.js";

/** How long to look for an answer before going to sleep, and how short a task must be for that to pay. */
const SPIN_MS = 0.06;
const WORTH_SPINNING_MS = 0.03;
/** Looks at the rings between two looks at the clock. */
const LOOKS = 50;
/** How long answers may be awaited awake, one after another, before the event loop gets its turn. */
const TURN_MS = 10;
/** Only a few calls are worth it: with more under way the workers need the CPU more than we do. */
const MOST_CALLS_SPUN_FOR = 2;

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
  readonly #maySpin: boolean;
  /** Where pool and worker share a processor, the worker does not get on until the pool sleeps. */
  readonly #spinning = new Backoff();
  /** One for all calls: a closure for each would live as long as the call does. */
  readonly #onSettled = (call: Call): void => this.#settled(call);

  constructor(realm: Realm, options: SchedulerOptions) {
    this.#realm = realm;
    this.#options = options;
    this.#maySpin = realm.kernel.adapter.host.availableParallelism() > 1;
    this.#crew = new Crew(realm, options, {
      onAnswer: (link, call, answer, parcel) => this.#answer(link, call, answer, parcel),
      onStart: (link, call) => this.#deadlines.start(link, call),
      onParcel: () => this.#look(),
      onEnd: (link, ending) => this.#bury(link, ending),
      onInitializerFailure: (link, error) => this.#break(link, error),
    });
    this.#deadlines = new Deadlines(
      () => this.#soon(),
      (link, why) => {
        this.#crew.replace(link, why);
        this.#requeue(link.takeBackAll());
      },
    );
    this.#stopListening = realm.kernel.bell.onRing(() => this.#look());
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

  /** Calls `submit` once there is room, in the order of asking: undefined if that was at once, else a promise of it. */
  whenRoom(submit: () => void): Promise<void> | undefined {
    if (this.#whenRoom.length > 0 || this.isFull) {
      return new Promise((resolve) => {
        this.#whenRoom.push(() => {
          submit();
          resolve();
        });
      });
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
    if (link === undefined) this.#line.leave();
    else if (!link.takeBack(call)) {
      call.stopReason = reason;
      link.abort(call, reason);
      return false;
    }
    this.#dispose(call);
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
    await this.#stop(
      new PoolClosedError(`${this.#options.name} was terminated before this task had ended`),
      () => true,
    );
  }

  #break(link: Link, cause: unknown): void {
    if (this.#end !== undefined) return;
    const { name, initializer } = this.#options;
    const what = `${name} is broken: its initializer ${initializer?.name} failed in ${link.name}: ${briefly(cause)}`;
    this.#refusal = new PoolClosedError(what, { cause });
    void this.#stop(this.#refusal, (link) => link.hasTasks);
  }

  async #stop(end: PoolClosedError, isKilled: (link: Link) => boolean): Promise<void> {
    this.#end ??= end;
    for (const call of this.#line.takeAll()) this.#reject(call, end);
    for (const link of this.#crew) {
      for (const call of [...link.outstanding]) {
        call.stopTimer?.();
        if (link.takeBack(call)) this.#dispose(call);
        if (!call.isSettled) call.reject(end);
      }
    }
    this.#tellIfRoom();
    await this.#crew.stop(isKilled);
    this.#stopListening();
  }

  #reject(call: Call, error: unknown): void {
    this.#dispose(call);
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
    while (this.#whenRoom.length > 0 && !this.isFull) this.#whenRoom.shift()?.();
  }

  // ── turns ──

  #soon(): void {
    if (this.#hasTurnComing) return;
    this.#hasTurnComing = true;
    queueMicrotask(() => this.#turn());
  }

  /** Sends everything submitted since the last turn, as one batch a worker. */
  #turn(): void {
    this.#hasTurnComing = false;
    this.#realm.kernel.bell.whileAwake(() => {
      this.#dispatch();
      if (this.#isWorthSpinning() && this.#spinning.isDue()) this.#spin();
    });
  }

  #look(): void {
    if (this.#crew.size > 0) this.#realm.kernel.bell.arm();
    if (this.#read()) this.#dispatch();
  }

  #read(): boolean {
    let hasRead = false;
    for (const link of this.#crew) hasRead = link.read() || hasRead;
    return hasRead;
  }

  #isWorthSpinning(): boolean {
    if (!this.#maySpin || this.#unsettled === 0 || this.#unsettled > MOST_CALLS_SPUN_FOR) return false;
    if (performance.now() - this.#realm.kernel.bell.turnStart > TURN_MS) return false;
    for (const link of this.#crew) if (!link.isIdle && link.pace < WORTH_SPINNING_MS) return true;
    return false;
  }

  #spin(): void {
    const deadline = performance.now() + SPIN_MS;
    do {
      for (let looks = 0; looks < LOOKS; looks++) {
        for (const link of this.#crew) {
          if (link.isQuiet) continue;
          this.#spinning.succeeded();
          link.read();
          this.#dispatch();
          return;
        }
      }
    } while (performance.now() < deadline);
    this.#spinning.failed();
  }

  // ── who runs what ──

  #dispatch(): void {
    if (this.#end !== undefined) return;
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
    this.#tellIfRoom();
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
        if (call.packet.parcel === undefined && busiest.takeBack(call)) idle.post(call);
      }
    }
  }

  /** A call of another priority than those that were sent ahead has come: they stand in line with it again. */
  #recall(): void {
    for (const link of this.#crew) {
      if (link.outstanding.size > this.#options.concurrency) this.#line.reinstate(link.takeBackAll());
    }
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
    this.#dispose(call);
    if (call.mode !== MODE_INITIALIZE) this.#tally.answered(link.heardAt - call.submittedAt, ms);
    if (call.isSettled) {
      kernel.dispose({ bundle: arrived.bundle });
      return;
    }
    let value: unknown;
    try {
      value = kernel.take(arrived, parcel);
    } catch (error) {
      call.reject(error);
      return;
    }
    if (how === RETURNED) call.fulfil(value);
    else if (how === STOPPED) call.cancel(call.stopReason);
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
      else if (isBlaming || call.packet.parcel !== undefined) {
        isTold = this.#crash(link, call, ending) || isTold;
        isBlaming = false;
      } else unstarted.push(call);
    }
    // Of no call's: what an earlier task left behind.
    if (!isTold) link.report(ending.uncaught?.error);
    link.destroy();
    this.#requeue(unstarted);
  }

  /** Its worker has read the arguments, or never will. Those of an initializer are every worker's. */
  #dispose(call: Call): void {
    if (call.mode !== MODE_INITIALIZE) this.#realm.kernel.dispose(call.packet);
  }

  /** True if somebody hears of it. */
  #crash(link: Link, call: Call, ending: Ending): boolean {
    this.#dispose(call);
    if (call.isSettled) return false;
    call.reject(crashOf(link, call, ending));
    return true;
  }
}
