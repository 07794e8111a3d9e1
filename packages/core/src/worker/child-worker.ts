import type { SpawnedWorker } from "../contracts/adapter.js";
import { LockStateError } from "../contracts/errors.js";
import type { ResourceLimits } from "../contracts/worker.js";
import { clock } from "../kernel/clock.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  CELL_KIND,
  Kind,
  LOCK_STATE,
  MOST_STATUS_NAME_BYTES,
  SLOT_BLOCKED_ON,
  SLOT_STATUS,
  STATUS_EXIT_CODE,
  STATUS_LEFT,
  STATUS_NAME,
  STATUS_NAME_BYTES,
  STATUS_OWNER,
  STATUS_WORDS,
  slotAddress,
  WORD,
} from "../kernel/layout.js";
import type { OwnedPacket, Packet, Transferables } from "../kernel/message/index.js";
import { quiesce } from "../kernel/quiesce.js";
import { recover } from "../kernel/recovery.js";
import { TextEncoder } from "../kernel/web.js";
import { claimSlot, creatorOf, eachSlot, freeSlot } from "../kernel/worker-table.js";
import { Flag } from "../sync/event.js";
import { Mutex } from "../sync/mutex.js";
import type { BackgroundTimers } from "./background-timers.js";
import type { Boot, FromCreator, FromWorker } from "./boot.js";
import { markCancelled, markKilled } from "./cancel-word.js";
import { endedUnbegun } from "./explained.js";
import { thrownFromWorker, toPost } from "./posted.js";
import type { Services } from "./services.js";
import { TargetState } from "./target-state.js";

/** How long exit hooks may take in a worker that did not end in time. */
const EXIT_GRACE_MS = 1000;

export interface ChildWorkerOptions {
  readonly name: string;
  readonly daemon: boolean;
  readonly job: Boot["job"];
  /** The arguments within the job, whose objects are kept for it until its end. */
  readonly args: Packet | undefined;
  readonly env: Record<string, string | undefined> | undefined;
  readonly resourceLimits: ResourceLimits | undefined;
  /** The options as the user gave them: some may be the adapter's own. */
  readonly given: object;
  readonly onMessage: (message: FromWorker) => void;
  /** The worker has ended and was recovered, and all that it posted was heard. */
  readonly onEnd: (ending: WorkerExit) => void;
}

/** How a worker ended. */
export interface WorkerExit {
  readonly exitCode: number;
  /** The signal that killed it, if one did. */
  readonly signal: string | undefined;
  /** The error that ended it, if nothing caught it. */
  readonly uncaught: { readonly error: unknown } | undefined;
  /** The message of its end, if Heddle never ran in it. */
  readonly unbegun: string | undefined;
  /** The fault in how it ended by itself: it left a lock locked, which is still so. */
  readonly left: LockStateError | undefined;
}

/** A worker that this one started: its slot, its status, its end. */
export class ChildWorker {
  readonly id: number;
  readonly slot: number;
  readonly #endListeners = new Set<() => void>();
  #hasEnded = false;
  readonly #kernel: Kernel;
  readonly #timers: BackgroundTimers;
  readonly #status: Flag;
  /** The messages that were sent to it, whose objects are kept for it. */
  readonly #sent: Packet[] = [];
  readonly #spawned: SpawnedWorker;
  #uncaught: { readonly error: unknown } | undefined;
  /** Its arguments could not be posted: the constructor throws. */
  #failedToStart = false;
  #isKilled = false;
  #isToldToStop = false;
  #isRecovered = false;
  #hasBegun = true;
  #lastExitCode: number | undefined;
  #signal: string | undefined;

  constructor(
    { kernel, adapter, timers }: Pick<Services, "kernel" | "adapter" | "timers">,
    options: ChildWorkerOptions,
  ) {
    kernel.checkStart();
    this.#kernel = kernel;
    this.#timers = timers;
    const { name, daemon, job, args, env, resourceLimits, given } = options;
    const { slot, id } = claimSlot(kernel.region, kernel.slot);
    this.slot = slot;
    this.id = id;
    if (args !== undefined) this.#sent.push(args);
    let status = 0;
    try {
      status = createStatus(kernel, slot, name);
      this.#status = new Flag(kernel, status, `the end of ${name}`);
      const boot: Boot = {
        memory: kernel.region.memory.token,
        slot,
        id,
        name,
        daemon,
        isBundled: kernel.isBundled,
        hasTasksInEntry: kernel.hasTasksInEntry,
        status,
        job,
      };
      this.#spawned = adapter.spawn({
        url: adapter.url,
        name,
        boot,
        env: env === undefined ? undefined : definedIn(env),
        resourceLimits,
        given,
        onMessage: (message) => {
          this.#hear(message as FromWorker);
          options.onMessage(message as FromWorker);
        },
        // A copy by the runtime, which may lack properties. It counts only if the worker could not tell of the error.
        onUncaught: (error) => {
          this.#uncaught ??= { error };
        },
        onDeath: (exitCode, signal) => this.#die(this.#normalizeExitCode(exitCode), signal),
        onEnd: () => {
          if (!this.#failedToStart)
            options.onEnd({
              exitCode: this.#exitCode,
              signal: this.#signal,
              uncaught: this.#uncaught,
              unbegun: this.#hasBegun ? undefined : endedUnbegun(adapter.url),
              left: leftBy(kernel, name, this.#status.cell),
            });
          this.#end();
        },
      });
    } catch (error) {
      // Nothing runs in the slot: the next worker is to find it free.
      try {
        if (status !== 0) kernel.cells.letGo(status);
      } finally {
        freeSlot(kernel.region, slot);
      }
      throw error;
    }
    try {
      this.#spawned.setKeepsAlive(!daemon);
      if (args?.transferables !== undefined) this.#postTransferables(args.transferables);
    } catch (error) {
      // It runs, and nobody will know of it: it is ended, and then all of it is given back.
      this.#failedToStart = true;
      void this.kill();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#spawned.pid;
  }

  get isAlive(): boolean {
    return !this.#isRecovered && !this.#status.isSet;
  }

  /** Its target, which may have come farther than was heard of. */
  get target(): TargetState {
    return new TargetState(this.#kernel, this.#status.cell);
  }

  get exitCode(): number | undefined {
    return this.isAlive ? undefined : this.#exitCode;
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  /** Blocks until the worker has said that it ended, or `timeout` has passed. */
  joinSync(timeout: number): boolean {
    return this.#isRecovered || this.#status.waitSync({ timeout });
  }

  /** Calls `listener` once the worker has ended, unless what this gives is called first. Leaves nothing behind then. */
  onceEnded(listener: () => void): () => void {
    if (this.#hasEnded) listener();
    else this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  post(message: FromCreator, transfer: readonly object[]): void {
    this.#spawned.post(message, transfer);
  }

  #postTransferables({ values, transfer }: Transferables): void {
    this.post({ type: "transferables", transferables: values }, transfer);
  }

  /** Asks the worker to stop. */
  cancel(reason: OwnedPacket): void {
    if (markCancelled(this.#kernel, this.slot, reason)) {
      this.post({ type: "cancel", reason: undefined }, []);
      return;
    }
    const { posted, transfer } = toPost(reason);
    this.post({ type: "cancel", reason: posted }, transfer);
    if (reason.references !== undefined) this.#sent.push(reason);
  }

  setKeepsAlive(keeps: boolean): void {
    this.#spawned.setKeepsAlive(keeps);
  }

  /** Has a pool's worker end once it has nothing left to do. */
  stop(): void {
    if (this.#isRecovered || this.#isToldToStop) return;
    this.#isToldToStop = true;
    this.post({ type: "stop" }, []);
  }

  /**
   * Has the worker end at once, by way of its exit hooks, if it has not ended by itself in `timeout` ms. If it does not do even that, kills
   * it. `onLate` hears of it. The function that this returns calls it off.
   */
  endWithin(timeout: number, onLate: () => void): () => void {
    let stopTimer = this.#timers.start(timeout, () => {
      // It is for the user's code, which no blocking wait runs.
      clock.queueMicrotask(onLate);
      this.post({ type: "exit" }, []);
      stopTimer = this.#timers.start(EXIT_GRACE_MS, () => void this.kill());
    });
    const callOff = (): void => stopTimer();
    this.onceEnded(callOff);
    return callOff;
  }

  async kill(): Promise<void> {
    if (this.#isRecovered) return;
    this.#isKilled = true;
    markKilled(this.#kernel, this.slot);
    const { keepAlive } = this.#kernel.adapter;
    keepAlive.hold();
    try {
      // Where any process may be killed, the others can tell that it has died, and inherit its latch.
      const { region, bell, adapter } = this.#kernel;
      const quiesced = adapter.capabilities.isolatedCrashes ? [] : quiesce(region, bell, this.slot);
      this.#spawned.kill();
      // Wakes those that block, which then find themselves quiesced: not every backend can kill a worker that is asleep.
      for (const slot of quiesced) bell.ring(slot);
      await new Promise<void>((resolve) => this.onceEnded(resolve));
    } finally {
      keepAlive.letGo();
    }
  }

  /** Node gives 0 for a worker that was stopped before it ran; only one that says itself that it ended did so normally. */
  #normalizeExitCode(exitCode: number): number {
    return exitCode === 0 && this.#isKilled && !this.#status.isSet ? 1 : exitCode;
  }

  #hear(message: FromWorker): void {
    if (message.type !== "uncaught" || message.error === undefined) return;
    this.#uncaught = { error: thrownFromWorker(this.#kernel, message.error) };
  }

  #die(exitCode: number, signal: string | undefined): void {
    recover(this.#kernel, this.slot);
    // Ends of pipes that a worker was sent are closed if it crashed, not if it was ended on purpose.
    if (exitCode !== 0 && !this.#isKilled) for (const packet of this.#sent) this.#kernel.codec.abandon(packet);
    // One in which Heddle runs says so itself.
    this.#hasBegun = exitCode !== 0 || this.#status.isSet;
    markEnded(this.#kernel, this.#status, exitCode);
    this.#lastExitCode = exitCode;
    this.#signal = signal;
    this.#isRecovered = true;
  }

  #end(): void {
    const kernel = this.#kernel;
    for (const packet of this.#sent.splice(0)) kernel.codec.dispose(packet);
    // Before somebody else may be who has that slot.
    kernel.referenceSets.dropUnsentOf(this.slot);
    freeSlot(kernel.region, this.slot);
    kernel.cells.letGo(this.#status.cell);
    kernel.idleWaits?.reconsider();
    this.#hasEnded = true;
    for (const listener of this.#endListeners) listener();
    this.#endListeners.clear();
  }

  get #exitCode(): number {
    return this.#lastExitCode ?? (this.#kernel.region.i32[this.#status.cell + STATUS_EXIT_CODE] as number);
  }
}

/**
 * The cell that says which worker has a slot, and in the end how it ended.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `STATUS_OWNER`, `STATUS_NAME`, `STATUS_NAME_BYTES` | the slot + 1; the name | the creator, before `SLOT_STATUS` | constant |
 * | `STATUS_LEFT` | 0 | the worker as it ends by itself, before the flag | the cell of a lock that it leaves locked |
 * | `STATUS_EXIT_CODE` | 0 | the worker that finds it ended, before the flag | its exit code |
 *
 * The flag is `EVENT_FLAG` (sync/event.ts), `STATUS_TARGET` is the target's (target-state.ts).
 */
function createStatus(kernel: Kernel, slot: number, name: string): number {
  const text = new TextEncoder().encode(name).subarray(0, MOST_STATUS_NAME_BYTES);
  const status = kernel.cells.create(Kind.Status, STATUS_WORDS);
  try {
    const { i32, u8 } = kernel.region;
    u8.set(text, (status + STATUS_NAME) * WORD);
    Atomics.store(i32, status + STATUS_NAME_BYTES, text.length);
    Atomics.store(i32, status + STATUS_OWNER, slot + 1);
    Atomics.store(i32, slotAddress(slot) + SLOT_STATUS, status);
    return status;
  } catch (error) {
    kernel.cells.letGo(status);
    throw error;
  }
}

/** Each of them says in the same word whether it is abandoned. */
const LOCKS: ReadonlySet<number> = /* @__PURE__ */ new Set([Kind.Lock, Kind.RLock, Kind.RWLock]);

/** The error for a lock that a worker has left behind, unless another worker has released it, or no worker has it any more. */
function leftBy(kernel: Kernel, name: string, status: number): LockStateError | undefined {
  const cell = kernel.region.i32[status + STATUS_LEFT] as number;
  if (cell === 0) return undefined;
  kernel.region.reach(cell + LOCK_STATE);
  if (!LOCKS.has(kernel.region.i32[cell + CELL_KIND] as number)) return undefined;
  const { isLeft, isAbandoned } = new Mutex(kernel, cell);
  const lock = kernel.names.labelOf(cell);
  if (isLeft) {
    return new LockStateError(
      `${name} has ended and left ${lock} locked: waits for it last until another worker releases it. ` +
        "Hold a lock by hold or run; to take in one worker and give back in another, use a Semaphore of one permit",
    );
  }
  if (!isAbandoned) return undefined;
  return new LockStateError(
    `${name} has ended and left ${lock} locked: it is abandoned. Hold a lock by run, or by a guard that a finally releases`,
  );
}

/** Says that a worker has ended, to those who wait for it. */
export function markEnded(kernel: Kernel, status: Flag, exitCode: number): void {
  if (status.isSet) return;
  const { region, bell } = kernel;
  Atomics.store(region.i32, status.cell + STATUS_EXIT_CODE, exitCode);
  status.set();
  const owner = Atomics.load(region.i32, status.cell + STATUS_OWNER);
  // Its creator may block, and has a pool's calls to give to somebody else.
  if (owner !== 0) bell.ring(creatorOf(region, owner - 1));
  // A blocked worker may have waited for an act of this worker alone (see deadlock.ts).
  eachSlot(region, (slot) => {
    if (Atomics.load(region.i32, slotAddress(slot) + SLOT_BLOCKED_ON) !== 0) bell.ring(slot);
  });
}

/** Without variables whose value is undefined: those are not set. */
const definedIn = (env: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
