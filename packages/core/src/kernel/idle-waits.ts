import type { KeepAlive } from "../contracts/adapter.js";
import { DeadlockError } from "../contracts/errors.js";
import { clock } from "./clock.js";
import { type Kernel, type OutlookOnWaits, partsOfAll } from "./kernel.js";
import { type Parked, WaitHolds } from "./parked.js";
import { sites } from "./sites.js";

/**
 * Asynchronous waits keep this worker's event loop alive, unless nothing but this loop can end them. Then no other worker has the object, and
 * neither a signal nor a timeout was given. Once such waits are all that is left, they would never end. So the wait that began last
 * fails, and the code that awaits it may end the others (ADR 0075).
 */
class IdleWaits extends WaitHolds implements OutlookOnWaits {
  readonly #kernel: Kernel;
  readonly #keepAlive: KeepAlive;
  readonly #waits: ReadonlyMap<number, Parked>;
  #holds = 0;
  /** Waits that do not keep the event loop alive. */
  #others = 0;
  /** In a worker that stays for its pool: whether the pool may give it something to do, beside what waits. */
  #mayGetMore: (() => boolean) | undefined;
  #isHeldForPool = false;
  /** Whether all waits keep the event loop alive: of a daemon, or of a program that listens to a signal of the system. */
  #allLast = false;
  #isTold = false;
  /** The runtime tells once that the loop has nothing left to do, and again only after it had something. */
  #wasIdle = false;

  constructor(kernel: Kernel) {
    super(kernel.adapter.keepAlive);
    this.#kernel = kernel;
    this.#keepAlive = kernel.adapter.keepAlive;
    this.#waits = kernel.parking.leaveTo(this);
    this.#holds = this.#waits.size;
    for (const parked of this.#waits.values()) parked.keepsAlive = true;
  }

  override begin(parked: Parked): void {
    const { onIdle } = this.#keepAlive;
    if (onIdle === undefined || this.#allLast || this.#mayBeEnded(parked)) this.#hold(parked);
    else this.#listen();
  }

  override end(parked: Parked): void {
    if (!parked.keepsAlive) {
      if (--this.#others === 0 && this.#mayGetMore !== undefined) this.#holdForPool();
      return;
    }
    parked.keepsAlive = false;
    if (--this.#holds === 0) this.#keepAlive.letGo();
  }

  last(): void {
    this.#allLast = true;
  }

  stay(mayGetMore: () => boolean): void {
    this.#mayGetMore = mayGetMore;
    this.#holdForPool();
  }

  leave(): void {
    this.#mayGetMore = undefined;
    this.#letGoForPool();
  }

  #holdForPool(): void {
    if (!this.#isHeldForPool) this.#keepAlive.hold();
    this.#isHeldForPool = true;
  }

  #letGoForPool(): void {
    if (this.#isHeldForPool) this.#keepAlive.letGo();
    this.#isHeldForPool = false;
  }

  reconsider(): void {
    if (this.#keepAlive.onIdle === undefined) return;
    for (const parked of this.#waits.values()) {
      if (!parked.keepsAlive || this.#allLast || this.#mayBeEnded(parked)) continue;
      parked.keepsAlive = false;
      this.#listen();
      if (--this.#holds === 0) this.#keepAlive.letGo();
    }
  }

  #hold(parked: Parked): void {
    parked.keepsAlive = true;
    if (this.#holds++ === 0) this.#keepAlive.hold();
  }

  #listen(): void {
    this.#others++;
    this.#letGoForPool();
    if (!this.#isTold) this.#keepAlive.onIdle?.(() => this.#whenIdle());
    this.#isTold = true;
    if (this.#wasIdle) this.#addTurn();
  }

  /** So that the runtime tells again if nothing comes of it. */
  #addTurn(): void {
    clock.setTimeout(() => {}, 0);
  }

  #mayBeEnded({ wait: { gate, limits } }: Parked): boolean {
    if (limits.signal !== undefined || limits.timeout !== Number.POSITIVE_INFINITY) return true;
    const cell = this.#kernel.cells.handleOf(gate.object)?.address;
    return cell === undefined || this.#kernel.deadlocks.mayOthersEnd(cell);
  }

  #whenIdle(): void {
    this.#wasIdle = true;
    if (this.#holds > 0) return;
    this.#allLast ||= this.#keepAlive.hearsSignals?.() ?? false;
    const waits = [...this.#waits.values()];
    // An object may have been given to others since the wait began. They may end the other waits, too.
    const shared = waits.find((parked) => this.#allLast || this.#mayBeEnded(parked));
    if (shared !== undefined) {
      this.#others--;
      this.#hold(shared);
      return;
    }
    if (this.#mayGetMore?.()) {
      this.#holdForPool();
      return;
    }
    const [last] = waits.sort((a, b) => b.serial - a.serial);
    if (last === undefined) return;
    this.#addTurn();
    this.#kernel.parking.giveUp(last, this.#errorOf(last));
  }

  #errorOf({ wait: { gate } }: Parked): Error {
    const { cells, deadlocks, me } = this.#kernel;
    const owners = cells.operationsOf(gate.cell)?.ownersOf?.(gate.cell, gate.queue);
    const why = owners?.includes(me)
      ? `${gate.label} can never be had: ${deadlocks.ownName}, which waits for it, has it. No other worker can release it, and nothing else is left to do here. Release it first, or use an RLock, which its task may acquire again`
      : `This wait for ${gate.label} can never end: no other worker can end it, and ${deadlocks.ownName}, which waits, has nothing else left to do`;
    return new DeadlockError(why, [deadlocks.ownName, gate.label]);
  }
}

/** Has the kernel tell of waits that can never end. */
export function makeIdleWaits(kernel: Kernel): OutlookOnWaits {
  kernel.idleWaits ??= new IdleWaits(kernel);
  // The error comes long after its call.
  kernel.parking.sites = sites;
  return kernel.idleWaits;
}

/**
 * Has all kernels of this copy of core do so. A bundle takes this in with workers alone: one of locks would grow by a fortieth. Where core is
 * loaded as it is published, the build calls this (scripts/whole.mjs, scripts/cjs.mjs).
 */
export function tellIdleWaits(): void {
  partsOfAll.push(makeIdleWaits);
}
