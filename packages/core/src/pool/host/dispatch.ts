import { PoolClosedError, WorkerCrashedError } from "../../contracts/errors.js";
import { callSite } from "../../contracts/frames.js";
import type { TaskRef } from "../../contracts/task.js";
import type { Services } from "../../worker/services.js";
import { Call } from "../call.js";
import { isOwn, MODE_READY } from "../wire/entries.js";
import { Affinity, isGone } from "./affinity.js";
import type { Events } from "./events.js";
import type { Link } from "./link.js";
import { type Rate, RateLimit } from "./rate-limit.js";
import { RunQueue } from "./run-queue.js";
import { WorkerSet, type WorkerSetOptions } from "./worker-set.js";

const READY: TaskRef = { module: "", name: "ready" };

export interface DispatchOptions extends WorkerSetOptions {
  readonly rateLimit: Rate | undefined;
}

/**
 * Decides which worker runs which call. It sends waiting calls to workers, a little ahead of the ones that they run. It takes back calls that
 * an idle worker could run sooner, and queues calls again.
 */
export class Dispatch {
  readonly workers: WorkerSet;
  readonly queue = new RunQueue();
  readonly #services: Services;
  readonly #concurrency: number;
  readonly #rate: RateLimit | undefined;
  readonly #affinity = new Affinity();
  /** Calls for one worker each, while the pool is paused. */
  readonly #held: { readonly call: Call; readonly link: Link }[] = [];
  /** The priority of the call that was sent last. */
  #sentPriority = 0;
  /** Why nothing runs any more, once nothing does. */
  #end: string | undefined;
  #isPaused = false;

  constructor(services: Services, options: DispatchOptions, events: Events, onNews: () => void) {
    this.#services = services;
    this.#concurrency = options.concurrency;
    const { rateLimit } = options;
    this.#rate = rateLimit && new RateLimit(rateLimit, services.timers, onNews);
    this.workers = new WorkerSet(services, options, events, onNews);
  }

  get end(): string | undefined {
    return this.#end;
  }

  /** Calls that no worker has started. */
  get queued(): number {
    let posted = 0;
    for (const link of this.workers) posted += link.unstarted;
    return this.#waiting + posted;
  }

  /** Calls that were not sent to a worker. */
  get #waiting(): number {
    return this.queue.size + this.#held.length + this.#affinity.size;
  }

  /** Calls that wait or run. */
  get load(): number {
    let load = this.#waiting;
    for (const link of this.workers) load += link.tasks;
    return load;
  }

  add(call: Call): void {
    this.queue.push(call);
    if (call.priority !== this.#sentPriority) this.#recall();
  }

  /** The workers that stay, once as many were started as are to be kept. A worker that ends soon, or is to be replaced, is none of them. */
  workersForAll(module: string): readonly Link[] {
    this.workers.outdate(module);
    this.workers.startAhead();
    return [...this.workers].filter((link) => !isGone(link) && !link.isSpent);
  }

  /** Sends a call to the one worker that is to run it, behind those that it has. */
  addFor(link: Link, call: Call): void {
    if (this.#isPaused) this.#held.push({ call, link });
    else this.#post(call, link);
  }

  #postHeld(): void {
    for (const { call, link } of this.#held.splice(0)) {
      if (isGone(link)) call.refuse(this.#services.kernel, endedBefore(call, link));
      else this.#post(call, link);
    }
  }

  /** Sends calls that wait for their workers to those that have room. */
  #postBound(): void {
    this.queue.reinstate(this.#affinity.takeLost());
    while (this.#affinity.size > 0 && this.#rate?.mayStart !== false) {
      const next = this.#affinity.takeNext();
      if (next === undefined) return;
      this.#rate?.take();
      this.#post(next.call, next.link);
    }
  }

  #takeHeld(): Call[] {
    return [...this.#held.splice(0).map(({ call }) => call), ...this.#affinity.takeAll()];
  }

  /** Takes a call out that no worker has started. Otherwise, the link of the worker that runs it. */
  remove(call: Call): Link | undefined {
    for (const link of this.workers) if (link === call.destination) return link.takeBack(call) ? undefined : link;
    if (!this.#affinity.remove(call)) this.queue.remove(call);
    return undefined;
  }

  /**
   * Starts as many workers as are to be kept, and at least one.
   *
   * @returns A promise for each that has not served yet. It resolves once the worker serves: then its initializer has run.
   */
  startAhead(): Promise<unknown>[] {
    const { codec } = this.#services.kernel;
    const ready = (post: (call: Call) => void): Promise<unknown> =>
      new Promise((resolve, reject) => {
        post(new Call(READY, MODE_READY, codec.packArguments([], "args"), callSite(), resolve, reject));
      });
    const { starting, missing } = this.workers.startAhead();
    const started = starting.map((link) => ready((call) => link.post(call)));
    // Those that may not start yet, as an initializer has failed lately.
    const later = Array.from({ length: missing }, () => ready((call) => this.queue.push(call)));
    return [...started, ...later];
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** No call is sent until {@link resume}. Those that were sent ahead are taken back, so that they do not start. */
  pause(): void {
    this.#isPaused = true;
    for (const link of this.workers) this.queue.reinstate(link.takeBackAll());
    this.#unbind();
  }

  /** Calls that wait for their workers stand in the queue again: calls before them of their keys may have been taken back. */
  #unbind(): void {
    if (this.#affinity.size > 0) this.queue.reinstate(this.#affinity.takeAll());
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Sends calls to the workers that should run them. */
  assign(): void {
    if (this.#end !== undefined) return;
    const { kernel } = this.#services;
    const { queue, workers } = this;
    if (!this.#isPaused) this.#postHeld();
    if (!this.#isPaused && this.#affinity.size > 0) this.#postBound();
    const failed = workers.failure;
    if (failed !== undefined) for (const call of queue.drain()) call.refuse(kernel, failed.error, true);
    for (let call = queue.next; call !== undefined && !this.#isPaused; call = queue.next) {
      let link: Link | undefined;
      if (this.#rate?.mayStart === false) break;
      workers.outdate(call.ref.module);
      try {
        // With priorities about, workers get nothing ahead: a later call might have to run first. Nor do they with a rate: a call that is sent starts.
        const bound = call.key === undefined ? undefined : this.#affinity.workerOf(call);
        if (bound !== undefined && bound.room(true) === 0) {
          queue.shift();
          this.#affinity.hold(call, bound);
          continue;
        }
        link = bound ?? workers.pick(!queue.isMixed && this.#rate === undefined);
      } catch (error) {
        // No worker is left to run anything, and none can be started: the call fails, instead of waiting for ever.
        queue.shift();
        call.refuse(kernel, error);
        continue;
      }
      if (link === undefined) break;
      queue.shift();
      this.#rate?.take();
      this.#affinity.bind(call, link);
      this.#sentPriority = call.priority;
      this.#post(call, link);
    }
    if (queue.size === 0 && !this.#isPaused) this.#rebalance();
    workers.trim();
    for (const link of workers) link.flush();
  }

  #post(call: Call, link: Link): void {
    try {
      link.post(call);
    } catch (error) {
      call.refuse(this.#services.kernel, error);
    }
  }

  /**
   * Gives a worker that could start more half of the calls of the busiest worker, from the end. In work stealing, an idle worker does that
   * for itself (Blumofe and Leiserson, J. ACM 46, 1999). Go's scheduler takes half, too. Here the pool does it, as a claim is all that pool
   * and worker contend for.
   */
  #rebalance(): void {
    for (const idle of this.workers) {
      if (idle.inFlight.size >= this.#concurrency) continue;
      let busiest = idle;
      for (const link of this.workers) if (link.inFlight.size > busiest.inFlight.size) busiest = link;
      if (busiest.inFlight.size <= this.#concurrency) return;
      const calls = [...busiest.inFlight];
      const kept = Math.max(this.#concurrency, Math.ceil(calls.length / 2));
      // From the end: the worker is at the beginning.
      for (const call of calls.slice(kept).reverse()) {
        if (this.workers.roomOf(idle) === 0) break;
        if (!call.isPinned && call.key === undefined && !isOwn(call) && busiest.takeBack(call)) this.#post(call, idle);
      }
    }
  }

  /** A call of another priority than those that were sent ahead has come: they are queued with it again. */
  #recall(): void {
    for (const link of this.workers) {
      if (link.inFlight.size > this.#concurrency) this.queue.reinstate(link.takeBackAll());
    }
    this.#unbind();
  }

  // ── what workers leave undone ──

  /** Queues calls again that were taken back. */
  requeue(calls: readonly Call[]): void {
    if (this.#end === undefined) this.queue.reinstate(calls);
    else this.#refuse(calls, this.#end, false);
  }

  /** A worker has ended. Calls that it had not started, or that waited for it, go to others. */
  forget(link: Link, unstarted: readonly Call[]): void {
    this.requeue([...unstarted, ...this.#affinity.leave(link)]);
  }

  /** This worker blocks: calls go to other workers that a worker had not started which has ended meanwhile. */
  takeBackLost(): void {
    this.queue.reinstate(this.workers.takeBackLost());
  }

  /** Kills a worker. Calls that it has not started go to others. */
  replace(link: Link, why: string): void {
    this.workers.replace(link, why);
    this.requeue(link.takeBackAll());
  }

  /** A worker's initializer has failed. Its calls go to others, except those that no other worker may have. */
  leave(link: Link, error: unknown): void {
    this.requeue(link.takeBackAll());
    for (const call of [...link.inFlight]) {
      if (link.takeBack(call)) call.refuse(this.#services.kernel, error, true);
    }
  }

  /** Calls that no worker has started reject, and never run; so do `others`. Their caller knows why. */
  refuseQueued(why: string, others: readonly Call[]): void {
    const isTakenBack = (call: Call, link: Link): boolean => !isOwn(call) && link.takeBack(call);
    const ahead = [...this.workers].flatMap((link) => [...link.inFlight].filter((call) => isTakenBack(call, link)));
    this.#refuse([...this.queue.drain(), ...this.#takeHeld(), ...ahead, ...others], why, true);
  }

  #refuse(calls: Iterable<Call>, why: string, isHandled: boolean): void {
    for (const call of calls) {
      if (isHandled) call.handle();
      call.refuse(this.#services.kernel, new PoolClosedError(why));
    }
  }

  /** Nothing runs any more: calls that have not ended reject, and so do `others`. `isHandled`: the caller knows why. */
  stop(end: string, isHandled: boolean, others: readonly Call[]): void {
    this.#end ??= end;
    this.#rate?.stop();
    const { kernel } = this.#services;
    this.#refuse([...this.queue.drain(), ...this.#takeHeld(), ...others], end, isHandled);
    for (const link of this.workers) {
      for (const call of [...link.inFlight]) {
        if (link.takeBack(call)) call.dispose(kernel);
        // One that has timed out is settled and may go on: its worker is killed when its grace is over.
        if (call.isSettled) continue;
        call.stopTimer();
        if (isHandled) call.handle();
        call.rejectWith(new PoolClosedError(end));
      }
    }
  }
}

const endedBefore = (call: Call, { name, exit }: Link): WorkerCrashedError =>
  new WorkerCrashedError(`${name} ended before it ran ${call.ref.name}`, {
    exitCode: exit?.exitCode,
    signal: exit?.signal,
  });
