import { TimeoutError } from "../../contracts/errors.js";
import type { ResourceLimits } from "../../contracts/worker.js";
import { clock } from "../../kernel/clock.js";
import type { Services } from "../../worker/services.js";
import type { Call } from "../call.js";
import type { Events } from "./events.js";
import type { Finalizer, Initializer } from "./initializer.js";
import { Link } from "./link.js";
import { Restarts } from "./restarts.js";

/** The time that workers of a pool that was left open have to end in, once the program has nothing else to do. */
const PROGRAM_END_MS = 1000;

export interface WorkerSetOptions {
  readonly name: string;
  readonly size: number;
  readonly minSize: number;
  readonly idleTimeout: number;
  readonly stopTimeout: number;
  readonly concurrency: number;
  readonly maxTasksPerWorker: number;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly given: object;
  readonly initializer: Initializer | undefined;
  readonly initializerRetries: number;
  readonly finalizer: Finalizer | undefined;
}

/** A worker whose initializer has failed: it serves nothing, and ends. */
export interface Unusable {
  readonly link: Link;
  readonly error: unknown;
}

const NONE: readonly never[] = Object.freeze([]);

/** Its worker was killed, or has ended. */
const isGone = ({ child }: Link): boolean => child.isKilled || !child.isAlive;

/**
 * Its worker has ended by itself after it had started something, of which the event loop has not heard yet. One that had started nothing may
 * have died of what the next would die of: that costs a call, once it is heard of.
 */
function isLost(link: Link): boolean {
  if (link.child.isAlive) return false;
  return link.hasServed || [...link.inFlight].some(({ number }) => link.hasStarted(number));
}

/**
 * The workers of a pool. They are started when there is work for them, replaced when they have run all they may, and ended when idle for
 * long. At most `size` of them run tasks at any time. A worker that will replace another may start, but gets no task before the other has
 * ended its last.
 */
export class WorkerSet implements Iterable<Link> {
  readonly #services: Services;
  readonly #options: WorkerSetOptions;
  readonly #onNews: () => void;
  readonly #events: Events;
  readonly #links: Link[] = [];
  readonly #restarts: Restarts;
  readonly #unusable: Unusable[] = [];
  #ordinal = 0;
  #respawned = 0;
  #isStopped = false;
  #isDisposed = false;
  /** Whether a worker may be spent. */
  #maySpend: boolean;
  /** Lets idle workers end with the program. */
  readonly #atIdle = (): void => void this.#endWithProgram();
  /** Milliseconds that workers lived that have ended. */
  #pastLife = 0;
  #stopTimer: (() => void) | undefined;

  /** Calls `onNews` when the event loop has heard of something that a look at the workers tells. */
  constructor(services: Services, options: WorkerSetOptions, events: Events, onNews: () => void) {
    this.#services = services;
    this.#options = options;
    this.#onNews = onNews;
    this.#events = events;
    this.#maySpend = options.maxTasksPerWorker !== Number.POSITIVE_INFINITY;
    this.#restarts = new Restarts(services.timers, options.initializerRetries, onNews);
  }

  [Symbol.iterator](): ArrayIterator<Link> {
    return this.#links[Symbol.iterator]();
  }

  get size(): number {
    return this.#links.length;
  }

  /** Whether a worker waits for a call, and has served others before. */
  get hasIdle(): boolean {
    for (const link of this.#links) if (link.hasServed && link.isIdle && link.room(false) > 0) return true;
    return false;
  }

  /** Workers that had to be replaced. */
  get respawned(): number {
    return this.#respawned;
  }

  /** Milliseconds that all workers have lived, added up. */
  get life(): number {
    const now = clock.now();
    return this.#links.reduce((life, { startedAt }) => life + now - startedAt, this.#pastLife);
  }

  /**
   * The worker for the next call: an idle one, else a new one, else that with the least to do. Undefined if all have enough. Throws
   * when there is none and none can be started.
   */
  pick(mayLookAhead: boolean): Link | undefined {
    const { size } = this.#options;
    const best = this.#leastBusy(mayLookAhead);
    if (best?.isIdle || this.#staying >= size || !this.#restarts.mayStart) return best;
    // Workers that take their time to end hold those up that take their places, or there would be ever more of them.
    if (this.#leaving > 2 * size) return best;
    let added: Link;
    try {
      added = this.#add();
    } catch (error) {
      if (this.#links.length === 0) throw error;
      return best;
    }
    return this.#mayGive(added) ? added : best;
  }

  /** Starts workers until as many stay as are to be kept, and at least one. Gives those that have not served, and how many may not start yet. */
  startAhead(): { readonly starting: readonly Link[]; readonly missing: number } {
    const wanted = Math.max(1, this.#options.minSize);
    while (this.#staying < wanted && this.#restarts.mayStart) this.#add();
    const starting = this.#links.filter((link) => !link.hasServed && link.endReason === undefined && !isLost(link));
    return { starting, missing: Math.max(0, wanted - this.#staying) };
  }

  /**
   * A task of that module is to run. Workers keep a module as it was when they loaded it. Those that were started before the module was
   * evaluated again here are replaced.
   */
  outdate(module: string): void {
    const { tasks } = this.#services;
    if (tasks.reevaluations === 0) return;
    for (const link of this.#links) {
      if (!tasks.wasReevaluatedAfter(module, link.reevaluations)) continue;
      link.isOutdated = true;
      this.#maySpend = true;
    }
  }

  /** How many more calls `link` should be sent in a rebalance. */
  roomOf(link: Link): number {
    return !isLost(link) && this.#mayGive(link) ? link.room(true) : 0;
  }

  /** Ends those workers that are not wanted any more, now that some may have become idle. */
  trim(): void {
    const { size, minSize } = this.#options;
    if (this.#maySpend) {
      for (const link of this.#links) {
        if (!link.isIdle || link.endReason !== undefined) continue;
        // More than `size` can stay when a worker was replaced whose last calls were then taken back.
        if (link.isSpent) {
          this.#respawned++;
          const why = link.isOutdated
            ? "had loaded a module that was evaluated again"
            : "had run all the tasks that a worker may run";
          void this.#end(link, why);
        } else if (this.#staying > size) void this.#end(link, "was one too many");
      }
    }
    if (minSize < size) this.#watchIdle();
  }

  /** Why no call need wait: no worker serves or gets ready, and too many starts in a row have failed. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#links.some((link) => link.endReason === undefined) ? undefined : this.#restarts.failure;
  }

  /** Kills a worker, whose place another one takes when there is work for it. */
  replace(link: Link, why: string): void {
    if (link.endReason === undefined) this.#respawned++;
    void link.end(why);
  }

  /** Those whose initializers have failed since it was asked last. */
  takeUnusable(): readonly Unusable[] {
    return this.#unusable.length === 0 ? NONE : this.#unusable.splice(0);
  }

  /** The calls that lost workers had not started. */
  takeBackLost(): Call[] {
    return this.#links.filter(isLost).flatMap((link) => link.takeBackAll());
  }

  /** The workers whose ends the event loop has heard of. They are none of these any more. */
  takeEnded(): readonly Link[] {
    let ended: readonly Link[] = NONE;
    for (const link of this.#links) if (link.exit !== undefined) ended = [...ended, link];
    for (const link of ended) {
      if (link.endReason === undefined) this.#respawned++;
      this.#pastLife += clock.now() - link.startedAt;
      this.#links.splice(this.#links.indexOf(link), 1);
      this.#events.ended(link);
      if (this.#links.length === 0) this.#services.atIdle.delete(this.#atIdle);
    }
    return ended;
  }

  /** Lets all workers end but those that `isKilled` is true of. */
  async stop(isKilled: (link: Link) => boolean): Promise<void> {
    const { initializer, finalizer } = this.#options;
    const { keepAlive } = this.#services.kernel.adapter;
    const why = "was stopped with its pool";
    this.#stopWatching();
    this.#isStopped = true;
    this.#restarts.stop();
    keepAlive.hold();
    try {
      await Promise.all(this.#links.map((link) => (isKilled(link) ? link.end(why) : this.#end(link, why))));
    } finally {
      keepAlive.letGo();
    }
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    initializer?.dispose();
    finalizer?.dispose();
  }

  /** Lets a worker end by itself, in the time that it has for that. */
  #end(link: Link, why: string): Promise<void> {
    const { stopTimeout } = this.#options;
    return link.stop(why, stopTimeout, () => {
      const what = `${link.name} ${why}, but did not end within ${stopTimeout} ms: something in it goes on`;
      link.report(new TimeoutError(`${what}, such as a task, a timer or a connection, which a finalizer could close`));
    });
  }

  /** Those that run something, which then nobody waits for, end when the program does. */
  async #endWithProgram(): Promise<void> {
    const { stopTimeout } = this.#options;
    const { keepAlive } = this.#services.kernel.adapter;
    const idle = this.#links.filter((link) => link.isIdle && !link.child.isKilled);
    if (idle.length === 0) return;
    keepAlive.hold();
    try {
      const timeout = Math.min(stopTimeout, PROGRAM_END_MS);
      await Promise.all(idle.map((link) => link.stop("was stopped with its program", timeout)));
    } finally {
      keepAlive.letGo();
    }
  }

  #leastBusy(mayLookAhead: boolean): Link | undefined {
    let best: Link | undefined;
    for (const link of this.#links) {
      if (isLost(link) || link.room(mayLookAhead) === 0 || !this.#mayGive(link)) continue;
      if (best === undefined || link.inFlight.size < best.inFlight.size) best = link;
    }
    return best;
  }

  /** No more workers run tasks than may: only while some are being replaced there are more of them. */
  #mayGive(link: Link): boolean {
    const { size } = this.#options;
    if (this.#links.length <= size || link.hasTasks) return true;
    // One that was killed runs nothing that counts, even if its end was not heard of, or takes long.
    return this.#links.filter((other) => other.hasTasks && !isGone(other)).length < size;
  }

  /** Workers that will take more. */
  get #staying(): number {
    let staying = 0;
    for (const link of this.#links) if (link.endReason === undefined && !link.isSpent && !isLost(link)) staying++;
    return staying;
  }

  /** Workers that take no more and have not ended. */
  get #leaving(): number {
    return this.#links.filter((link) => !isLost(link)).length - this.#staying;
  }

  #add(): Link {
    const { name, resourceLimits, given, concurrency, maxTasksPerWorker, initializer, finalizer } = this.#options;
    const link = new Link(this.#services, {
      name: `${name}-${this.#ordinal + 1}`,
      resourceLimits,
      given,
      concurrency,
      maxTasks: maxTasksPerWorker,
      hasInitializer: initializer !== undefined,
      finalizer: finalizer?.job,
      onNews: this.#onNews,
      events: this.#events,
    });
    this.#ordinal++;
    this.#links.push(link);
    this.#services.atIdle.add(this.#atIdle);
    this.#events.started(link);
    if (initializer !== undefined) {
      const onSuccess = (): void => this.#restarts.succeeded();
      link.post(initializer.call(onSuccess, (error) => this.#fail(link, error)));
    }
    return link;
  }

  #fail(link: Link, error: unknown): void {
    if (this.#isStopped) return;
    this.#restarts.failed(error);
    // One that has ended is none of them any more, and what it was given goes to others anyway.
    if (!this.#links.includes(link)) return;
    this.#respawned++;
    void this.#end(link, "could not be used, as its initializer failed,");
    this.#unusable.push({ link, error });
  }

  // ── idle workers: a timer exists only while there is one that is not to be kept ──

  get #superfluous(): Link[] {
    const surplus = this.#staying - this.#options.minSize;
    if (surplus <= 0) return [];
    const idle = this.#links.filter((link) => link.isIdle && link.endReason === undefined);
    return idle.sort((a, b) => a.idleSince - b.idleSince).slice(0, surplus);
  }

  #watchIdle(): void {
    const [longest] = this.#superfluous;
    if (longest === undefined) this.#stopWatching();
    else if (this.#stopTimer === undefined) {
      const left = Math.max(0, longest.idleSince + this.#options.idleTimeout - clock.now());
      this.#stopTimer = this.#services.timers.start(left, () => this.#endIdle());
    }
  }

  #endIdle(): void {
    this.#stopTimer = undefined;
    const now = clock.now();
    for (const link of this.#superfluous) {
      if (now - link.idleSince >= this.#options.idleTimeout) void this.#end(link, "was idle for long");
    }
    this.#watchIdle();
  }

  #stopWatching(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }
}
