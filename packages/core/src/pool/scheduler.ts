import { WorkerCrashedError } from "../contracts/errors.js";
import type { ResourceLimits } from "../contracts/worker.js";
import type { Realm } from "../worker/realm.js";
import type { Call, Canceller } from "./call.js";
import { closedError } from "./call.js";
import { Link } from "./link.js";
import { type Arrived, RETURNED, STOPPED } from "./wire.js";

/** How long to look for an answer before going to sleep, and how short a task must be for that to pay. */
const SPIN_MS = 0.06;
const WORTH_SPINNING_MS = 0.03;
/** Looks at the rings between two looks at the clock. */
const LOOKS = 50;
/** How long answers may be awaited awake, one after another, before the event loop gets its turn. */
const TURN_MS = 4;
/** Only a few calls are worth it: with more under way the workers need the CPU more than we do. */
const MOST_CALLS_SPUN_FOR = 2;

export interface SchedulerOptions {
  readonly name: string;
  readonly size: number;
  readonly resourceLimits: ResourceLimits | undefined;
}

/**
 * Who runs what: hands waiting calls to workers, a little ahead of what they are running, takes back what an idle one could
 * do sooner, and puts what a dead one had not started in line again.
 */
export class Scheduler implements Canceller {
  readonly #realm: Realm;
  readonly #options: SchedulerOptions;
  readonly #links: Link[] = [];
  /** Calls that wait, in order; settled ones among them are skipped. */
  #waiting: Call[] = [];
  #first = 0;
  #unsettled = 0;
  #queued = 0;
  #ordinal = 0;
  #hasTurnComing = false;
  #state: "open" | "closing" | "closed" = "open";
  readonly #whenIdle: (() => void)[] = [];
  readonly #stopListening: () => void;
  readonly #maySpin: boolean;

  constructor(realm: Realm, options: SchedulerOptions) {
    this.#realm = realm;
    this.#options = options;
    this.#maySpin = realm.kernel.adapter.host.availableParallelism() > 1;
    this.#stopListening = realm.kernel.bell.onRing(() => this.#look());
  }

  /** Calls that no worker has started. */
  get queued(): number {
    let posted = 0;
    for (const link of this.#links) {
      for (const number of link.outstanding.keys()) if (!link.hasStarted(number)) posted++;
    }
    return this.#queued + posted;
  }

  get running(): number {
    return this.#unsettled - this.queued;
  }

  /** Throws PoolClosedError once the pool takes no more. */
  checkOpen(): void {
    if (this.#state !== "open") throw closedError(this.#options.name, "takes no more tasks: it was closed");
  }

  enqueue(call: Call): void {
    if (this.#unsettled++ === 0) this.#realm.kernel.adapter.keepAlive.hold();
    call.onSettled = () => this.#settled();
    this.#waiting.push(call);
    this.#queued++;
    this.#soon();
  }

  cancel(call: Call, reason: unknown): boolean {
    if (call.isSettled) return false;
    const { link } = call;
    if (link === undefined) this.#queued--;
    else if (!link.takeBack(call)) {
      call.stopReason = reason;
      link.abort(call, reason);
      return false;
    }
    this.#realm.kernel.dispose(call.packet);
    call.cancel(reason);
    this.#soon();
    return true;
  }

  /** Rejects a call at once with `reason`: it never runs if it has not started, and is asked to stop if it has. */
  abort(call: Call, reason: unknown): void {
    if (!call.isSettled && !this.cancel(call, reason)) call.cancel(reason);
  }

  async close(): Promise<void> {
    if (this.#state === "open") this.#state = "closing";
    if (this.#unsettled > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await this.#stop();
  }

  async terminate(): Promise<void> {
    this.#state = "closing";
    const error = closedError(this.#options.name, "was terminated before this task had ended");
    const waiting = this.#waiting.slice(this.#first);
    this.#waiting = [];
    this.#first = 0;
    this.#queued = 0;
    for (const call of waiting) if (!call.isSettled) this.#reject(call, error);
    for (const link of this.#links) {
      for (const call of [...link.outstanding.values()]) {
        if (link.takeBack(call)) this.#realm.kernel.dispose(call.packet);
        if (!call.isSettled) call.reject(error);
      }
    }
    await this.#stop();
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.child.kill()));
    this.#state = "closed";
    this.#stopListening();
  }

  #reject(call: Call, error: unknown): void {
    this.#realm.kernel.dispose(call.packet);
    call.reject(error);
  }

  #settled(): void {
    if (--this.#unsettled > 0) return;
    this.#realm.kernel.adapter.keepAlive.letGo();
    for (const resolve of this.#whenIdle.splice(0)) resolve();
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
      if (this.#isWorthSpinning()) this.#spin();
    });
  }

  #look(): void {
    if (this.#links.length > 0) this.#realm.kernel.bell.arm();
    if (this.#read()) this.#dispatch();
  }

  #read(): boolean {
    let hasRead = false;
    for (const link of this.#links) hasRead = link.read() || hasRead;
    return hasRead;
  }

  #isWorthSpinning(): boolean {
    if (!this.#maySpin || this.#unsettled === 0 || this.#unsettled > MOST_CALLS_SPUN_FOR) return false;
    if (performance.now() - this.#realm.kernel.bell.turnStart > TURN_MS) return false;
    return this.#links.some((link) => link.outstanding.size > 0 && link.pace < WORTH_SPINNING_MS);
  }

  #spin(): void {
    const deadline = performance.now() + SPIN_MS;
    do {
      for (let looks = 0; looks < LOOKS; looks++) {
        for (const link of this.#links) {
          if (link.isQuiet) continue;
          link.read();
          this.#dispatch();
          return;
        }
      }
    } while (performance.now() < deadline);
  }

  // ── who runs what ──

  #dispatch(): void {
    if (this.#state === "closed") return;
    for (let call = this.#next(); call !== undefined; call = this.#next()) {
      const link = this.#linkWithRoom();
      if (link === undefined) break;
      this.#first++;
      this.#queued--;
      link.post(call);
    }
    if (this.#first === this.#waiting.length) {
      this.#waiting = [];
      this.#first = 0;
      this.#rebalance();
    }
    for (const link of this.#links) link.flush();
  }

  /** The call that has waited longest. */
  #next(): Call | undefined {
    for (; this.#first < this.#waiting.length; this.#first++) {
      const call = this.#waiting[this.#first];
      if (call !== undefined && !call.isSettled) return call;
    }
    return undefined;
  }

  /** An idle worker, else a new one, else the one with the least to do. */
  #linkWithRoom(): Link | undefined {
    let best: Link | undefined;
    for (const link of this.#links) {
      if (link.room > 0 && (best === undefined || link.outstanding.size < best.outstanding.size)) best = link;
    }
    if (best?.outstanding.size === 0 || this.#links.length >= this.#options.size) return best;
    return this.#addLink() ?? best;
  }

  #addLink(): Link | undefined {
    const { name, resourceLimits } = this.#options;
    const link = new Link(this.#realm, {
      name: `${name}-${++this.#ordinal}`,
      resourceLimits,
      onAnswer: (call, how, arrived, parcel) => this.#answer(link, call, how, arrived, parcel),
      onParcel: () => this.#look(),
      onEnd: (ended, exitCode, uncaught) => this.#bury(ended, exitCode, uncaught),
    });
    this.#links.push(link);
    return link;
  }

  /** Gives an idle worker half of what another has at hand but has not started. */
  #rebalance(): void {
    for (const idle of this.#links) {
      if (idle.outstanding.size > 0) continue;
      const busiest = this.#links.reduce((a, b) => (b.outstanding.size > a.outstanding.size ? b : a));
      if (busiest.outstanding.size < 2) return;
      const calls = [...busiest.outstanding.values()];
      // From the end: the worker is at the beginning. What was posted with a parcel cannot be posted again.
      for (const call of calls.slice(Math.ceil(calls.length / 2)).reverse()) {
        if (idle.room === 0) break;
        if (call.packet.parcel === undefined && busiest.takeBack(call)) idle.post(call);
      }
    }
  }

  // ── what comes back ──

  #answer(link: Link, call: Call, how: number, arrived: Arrived, parcel: readonly unknown[] | undefined): void {
    const { kernel } = this.#realm;
    link.hasServed = true;
    if (call.isSettled) {
      for (const handle of arrived.handles ?? []) kernel.cells.release(handle);
      return;
    }
    let value: unknown;
    try {
      value = kernel.unpack(arrived.body, arrived.blobs, arrived.handles, parcel);
    } catch (error) {
      call.reject(error);
      return;
    }
    if (how === RETURNED) call.fulfil(value);
    else if (how === STOPPED) call.cancel(call.stopReason);
    else call.reject(call.blame(value));
  }

  #bury(link: Link, exitCode: number, uncaught: { readonly error: unknown } | undefined): void {
    link.read();
    this.#links.splice(this.#links.indexOf(link), 1);
    const unstarted: Call[] = [];
    for (const call of [...link.outstanding.values()]) {
      // A worker that dies before it has served anything would die again: then a call fails each time, and it ends.
      const isBlamed = !link.hasServed && unstarted.length === 0 && !call.isSettled;
      if (!link.takeBack(call)) this.#crash(link, call, exitCode, uncaught);
      else if (isBlamed || call.packet.parcel !== undefined) {
        this.#realm.kernel.dispose(call.packet);
        this.#crash(link, call, exitCode, uncaught);
        link.hasServed = true;
      } else unstarted.push(call);
    }
    link.destroy();
    this.#waiting = [...unstarted, ...this.#waiting.slice(this.#first)];
    this.#first = 0;
    this.#queued += unstarted.length;
    if (this.#queued > 0) this.#soon();
  }

  #crash(link: Link, call: Call, exitCode: number, uncaught: { readonly error: unknown } | undefined): void {
    if (call.isSettled) return;
    link.hasServed = true;
    const how =
      uncaught === undefined ? `with exit code ${exitCode}` : `by an uncaught error: ${String(uncaught.error)}`;
    const error = new WorkerCrashedError(`${link.name} ended ${how} while it ran ${call.ref.name}`, {
      exitCode,
      ...(uncaught === undefined ? {} : { cause: uncaught.error }),
    });
    call.reject(error);
  }
}
