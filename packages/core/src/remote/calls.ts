import type { AsyncContext } from "../contracts/adapter.js";
import { Backoff } from "../kernel/backoff.js";
import { clock } from "../kernel/clock.js";
import { canSpin, type Kernel } from "../kernel/kernel.js";
import { ENDS } from "../kernel/layout.js";
import { creatorOf } from "../kernel/worker-table.js";
import type { Services } from "../worker/services.js";

/** How long to look for a reply, or the next call, before going to sleep. */
const SPIN_MS = 0.06;
/** Another worker that was not heard for so long may sleep in its event loop: to wake it takes longer than a spin. */
const AWAKE_MS = 1;
/** How long replies may be awaited awake, one after another, before the event loop gets its turn. */
const TURN_MS = 10;
/** With more under way, others need the processor more. */
const MOST_SPUN_FOR = 2;

/** The side of an endpoint in a worker that calls it. */
interface Caller {
  /** The calls that are not answered yet. */
  readonly pending: number;
  readonly hasReply: boolean;
  /** Settles the calls whose replies have come; whether there was one. */
  read(): boolean;
  /** A worker has ended, perhaps the home. */
  check(): void;
}

/** The side of an endpoint in its home. */
interface Server {
  /** Whether this worker has to go on for those that may call. */
  readonly isWanted: boolean;
  /** Whether a call runs that is not answered yet. */
  readonly isRunning: boolean;
  readonly hasRequest: boolean;
  /** Runs the calls that have come; whether there was one. */
  read(): boolean;
  /** Somebody has let go of the endpoint, or a worker has ended. */
  check(): void;
}

/** The calls of one worker to others' endpoints, and of others to its own. */
export class Calls {
  readonly kernel: Kernel;
  /** Whether this worker goes on for those that may call it: neither the main worker, nor a pool's, which lives as long as its pool. */
  readonly mayHold: boolean;
  readonly #services: Services;
  readonly #servers = new Set<Server>();
  /** Those with calls that are not answered. */
  readonly #callers = new Set<Caller>();
  readonly #maySpin: boolean;
  readonly #backoff = new Backoff();
  #ends = 0;
  #holds = false;
  /** Looks no more when the bell rings; undefined while there is nothing to look for. */
  #stopListening: (() => void) | undefined;
  #isLooking = false;
  #looksAgain = false;
  #hasTurnComing = false;
  /** When a reply came last, and when a call was served last. */
  #heardAt = Number.NEGATIVE_INFINITY;
  #servedAt = Number.NEGATIVE_INFINITY;

  constructor(services: Services, mayHold: boolean) {
    this.kernel = services.kernel;
    this.mayHold = mayHold;
    this.#services = services;
    this.#maySpin = canSpin(services.kernel.adapter);
  }

  get context(): AsyncContext {
    return this.#services.adapter.context;
  }

  /** The name of this worker. */
  get name(): string {
    return this.#services.current.info.name;
  }

  reportUncaught(error: unknown): void {
    this.#services.reportUncaught(error, this.#services.current.info);
  }

  /** A call of this caller's has been sent. */
  awaits(caller: Caller): void {
    this.#callers.add(caller);
    this.#updateHold();
    this.#soon();
  }

  serves(server: Server): void {
    this.#servers.add(server);
    this.#updateHold();
    this.#soon();
  }

  /** No call of some worker's runs any more. */
  settled(server: Server): void {
    if (this.#servers.has(server)) server.check();
  }

  servesNoMore(server: Server): void {
    this.#servers.delete(server);
    this.#updateHold();
  }

  /** The calls of a caller were ended here. */
  ended(caller: Caller): void {
    this.#callers.delete(caller);
    this.#updateHold();
  }

  /** Whether this worker has started the worker in that slot, or one that has. */
  hasStarted(slot: number): boolean {
    for (let at = slot; at >= 0; ) {
      at = creatorOf(this.kernel.region, at);
      if (at === this.kernel.slot) return true;
    }
    return false;
  }

  #soon(): void {
    if (this.#hasTurnComing) return;
    this.#hasTurnComing = true;
    clock.queueMicrotask(() => {
      this.#hasTurnComing = false;
      if (this.#isWorthSpinning()) this.kernel.bell.whileAwake(() => this.#spin());
      this.#look();
    });
  }

  #isWorthSpinning(): boolean {
    if (!this.#maySpin) return false;
    let pending = 0;
    for (const caller of this.#callers) pending += caller.pending;
    if (pending > MOST_SPUN_FOR) return false;
    // An answer that is under way comes by the event loop, or by a microtask.
    for (const server of this.#servers) if (server.isRunning) return false;
    const now = clock.now();
    const since = now - (pending > 0 ? Math.max(this.#heardAt, this.#servedAt) : this.#servedAt);
    return since < AWAKE_MS && now - this.kernel.bell.turnStart < TURN_MS && this.#backoff.isDue();
  }

  #spin(): void {
    const hasCome = (): boolean => {
      for (const caller of this.#callers) if (caller.hasReply) return true;
      for (const server of this.#servers) if (server.hasRequest) return true;
      return false;
    };
    this.#backoff.spin(hasCome, clock.now() + SPIN_MS);
  }

  /** Takes what has come. A function that is called here may come here again: then all is looked at once more. */
  #look(): void {
    this.#looksAgain = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#looksAgain && this.#servers.size + this.#callers.size > 0) {
        this.#looksAgain = false;
        this.#lookOnce();
      }
    } finally {
      this.#isLooking = false;
    }
    this.#updateHold();
  }

  #lookOnce(): void {
    this.kernel.bell.arm();
    const ends = Atomics.load(this.kernel.region.i32, ENDS);
    for (const caller of this.#callers) {
      if (caller.read()) this.#heardAt = clock.now();
    }
    for (const server of this.#servers) {
      if (!server.read()) continue;
      this.#servedAt = clock.now();
      // The next call comes soon, perhaps.
      this.#soon();
    }
    if (ends !== this.#ends) {
      this.#ends = ends;
      for (const caller of this.#callers) caller.check();
      for (const server of this.#servers) server.check();
    }
    for (const caller of this.#callers) if (caller.pending === 0) this.#callers.delete(caller);
  }

  /** The event loop goes on while a call of this worker's is not answered, or others may call it. */
  #updateHold(): void {
    if (this.#servers.size + this.#callers.size > 0)
      this.#stopListening ??= this.kernel.bell.onRing(() => this.#look());
    else {
      this.#stopListening?.();
      this.#stopListening = undefined;
    }
    const { keepAlive } = this.kernel.adapter;
    const holds = this.#callers.size > 0 || (this.mayHold && [...this.#servers].some(({ isWanted }) => isWanted));
    if (holds === this.#holds) return;
    this.#holds = holds;
    if (holds) keepAlive.hold();
    else keepAlive.letGo();
  }
}
