import { PoolClosedError } from "../../contracts/errors.js";
import { callSite } from "../../contracts/frames.js";
import type { TaskRef } from "../../contracts/task.js";
import type { Services } from "../../worker/services.js";
import { Call } from "../call.js";
import { isOwn, MODE_READY } from "../wire/entries.js";
import type { Link } from "./link.js";
import { RunQueue } from "./run-queue.js";
import { WorkerSet, type WorkerSetOptions } from "./worker-set.js";

const READY: TaskRef = { module: "", name: "ready" };

/**
 * Decides which worker runs which call. It sends waiting calls to workers, a little ahead of the ones that they run. It takes back calls that
 * an idle worker could run sooner, and queues calls again.
 */
export class Dispatch {
  readonly workers: WorkerSet;
  readonly queue = new RunQueue();
  readonly #services: Services;
  readonly #concurrency: number;
  /** The priority of the call that was sent last. */
  #sentPriority = 0;
  /** Why nothing runs any more, once nothing does. */
  #end: string | undefined;
  #isPaused = false;

  constructor(services: Services, options: WorkerSetOptions, onNews: () => void) {
    this.#services = services;
    this.#concurrency = options.concurrency;
    this.workers = new WorkerSet(services, options, onNews);
  }

  get end(): string | undefined {
    return this.#end;
  }

  /** Calls that no worker has started. */
  get queued(): number {
    let posted = 0;
    for (const link of this.workers) posted += link.unstarted;
    return this.queue.size + posted;
  }

  /** Calls that wait or run. */
  get load(): number {
    let load = this.queue.size;
    for (const link of this.workers) load += link.tasks;
    return load;
  }

  add(call: Call): void {
    this.queue.push(call);
    if (call.priority !== this.#sentPriority) this.#recall();
  }

  /** Takes a call out that no worker has started. Otherwise, the link of the worker that runs it. */
  remove(call: Call): Link | undefined {
    for (const link of this.workers) if (link === call.destination) return link.takeBack(call) ? undefined : link;
    this.queue.remove(call);
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
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Sends calls to the workers that should run them. */
  assign(): void {
    if (this.#end !== undefined) return;
    const { kernel } = this.#services;
    const { queue, workers } = this;
    const failed = workers.failure;
    if (failed !== undefined) for (const call of queue.drain()) call.refuse(kernel, failed.error, true);
    for (let call = queue.next; call !== undefined && !this.#isPaused; call = queue.next) {
      let link: Link | undefined;
      workers.outdate(call.ref.module);
      try {
        // With priorities about, workers get nothing ahead: a later call might have to run first.
        link = workers.pick(!queue.isMixed);
      } catch (error) {
        // No worker is left to run anything, and none can be started: the call fails, instead of waiting for ever.
        queue.shift();
        call.refuse(kernel, error);
        continue;
      }
      if (link === undefined) break;
      queue.shift();
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
      // From the end: the worker is at the beginning. A call with transferables cannot be posted again.
      for (const call of calls.slice(kept).reverse()) {
        if (this.workers.roomOf(idle) === 0) break;
        if (call.transferables === undefined && !isOwn(call) && busiest.takeBack(call)) this.#post(call, idle);
      }
    }
  }

  /** A call of another priority than those that were sent ahead has come: they are queued with it again. */
  #recall(): void {
    for (const link of this.workers) {
      if (link.inFlight.size > this.#concurrency) this.queue.reinstate(link.takeBackAll());
    }
  }

  // ── what workers leave undone ──

  /** Queues calls again that were taken back. */
  requeue(calls: readonly Call[]): void {
    if (this.#end === undefined) this.queue.reinstate(calls);
    else this.#refuse(calls, this.#end, false);
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

  /** A worker's initializer has failed. Its calls go to others, except those that were posted with transferables. */
  leave(link: Link, error: unknown): void {
    this.requeue(link.takeBackAll());
    for (const call of [...link.inFlight]) {
      if (link.takeBack(call)) call.refuse(this.#services.kernel, error, true);
    }
  }

  /** Calls that no worker has started reject, and never run. Their caller knows why. */
  refuseQueued(why: string): void {
    const isTakenBack = (call: Call, link: Link): boolean => !isOwn(call) && link.takeBack(call);
    const ahead = [...this.workers].flatMap((link) => [...link.inFlight].filter((call) => isTakenBack(call, link)));
    this.#refuse([...this.queue.drain(), ...ahead], why, true);
  }

  #refuse(calls: Iterable<Call>, why: string, isHandled: boolean): void {
    for (const call of calls) {
      if (isHandled) call.handle();
      call.refuse(this.#services.kernel, new PoolClosedError(why));
    }
  }

  /** Nothing runs any more: calls that have not ended reject. `isHandled`: the caller knows why. */
  stop(end: string, isHandled: boolean): void {
    this.#end ??= end;
    const { kernel } = this.#services;
    this.#refuse(this.queue.drain(), end, isHandled);
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
