import type { Creator } from "../../contracts/adapter.js";
import { Backoff } from "../../kernel/backoff.js";
import { clock } from "../../kernel/clock.js";
import { makeIdleWaits } from "../../kernel/idle-waits.js";
import { canSpin } from "../../kernel/kernel.js";
import {
  CLAIM_CANCELLED,
  CLAIM_POSTED,
  CLAIM_STARTED,
  CLAIMS,
  claimWord,
  LINK_CLAIMS,
  LINK_END,
  LINK_PACE,
} from "../../kernel/layout.js";
import { nameOfParts, type TaskNameParts } from "../../kernel/message/packet.js";
import { isThenable } from "../../kernel/promises.js";
import { RingReader } from "../../kernel/ring.js";
import { isTraced, trace } from "../../kernel/trace.js";
import { creatorOf } from "../../kernel/worker-table.js";
import type { AnyFunction } from "../../task/definitions.js";
import type { PoolJob } from "../../worker/boot.js";
import { TaskScope } from "../../worker/current.js";
import { finishServing } from "../../worker/serve.js";
import type { Services } from "../../worker/services.js";
import type { StopOrder } from "../../worker/stop-order.js";
import type { Transfers } from "../../worker/transfers.js";
import {
  type ArrivedEntry,
  CONTROL,
  consumeEntry,
  consumeThrown,
  dropEntry,
  type Entry,
  eachEntry,
  HAS_CARRIER,
  MODE_INITIALIZE,
  MODE_READY,
  modeOf,
  openEntry,
  placeOf,
  RETURNED,
  STOPPED,
  TASK,
  TELLS_START,
  THREW,
} from "../wire/entries.js";
import { callsOf } from "../wire/ring-layout.js";
import { AnswerWriter } from "./answers.js";
import { applyTask, type KnownTask, openArguments, type ReceivedCall } from "./apply.js";
import { HeldLocks } from "./held-locks.js";

/** How long tasks may run one after another before the event loop gets its turn. */
const TURN_MS = 10;
/**
 * How long to look for the next call before going to sleep: waking a thread takes some 100 µs on virtual machines. A worker that sleeps a
 * little too early would wait for a pool that does the same.
 */
const SPIN_MS = 0.25;
/** And how long to sleep in a blocking wait, which wakes faster, before letting the event loop have its turn. */
const DOZE_MS = 1;
/** The longest pace that a word can tell of. */
const MOST_NANOSECONDS = 2 ** 31 - 1;

/** Serves a pool over a link, until told to stop. Takes calls in order, so many at a time, and answers each as soon as it has ended. */
export function servePool(own: Services, creator: Creator, job: PoolJob, transfers: Transfers, stop: StopOrder): void {
  new PoolWorker(own, creator, job, transfers, stop).start();
}

class PoolWorker {
  readonly #services: Services;
  readonly #creator: Creator;
  readonly #job: PoolJob;
  readonly #stop: StopOrder;
  readonly #link: number;
  readonly #reader: RingReader;
  readonly #answers: AnswerWriter;
  readonly #transfers: Transfers;
  /** By the index that the pool has given them. */
  readonly #tasks: KnownTask[] = [];
  readonly #calls: ReceivedCall[] = [];
  readonly #maySpin: boolean;
  readonly #concurrency: number;
  readonly #scopes: TaskScope[] = [];
  readonly #locks: HeldLocks;
  /** Tasks that the pool has asked to stop, and that were not told yet. */
  readonly #aborts: { readonly scope: TaskScope; readonly arrived: ArrivedEntry }[] = [];
  /** Calls that run and did not end in the turn they began in. */
  #running = 0;
  /** How many of them there may be at this moment. */
  #limit: number;
  #isWorking = false;
  #isInitialized: boolean;
  #isFinishing = false;
  #isTurnOver = false;
  /** When this worker began to serve, in its event loop's first turn. */
  readonly #begun = clock.now();
  /** Whether the next call waits for a microtask. */
  #isYielding = false;
  /** Milliseconds that a call takes, averaged with more weight on the recent ones. */
  #pace = 0;
  readonly #backoff = new Backoff();

  constructor(services: Services, creator: Creator, job: PoolJob, transfers: Transfers, stop: StopOrder) {
    const { kernel } = services;
    this.#services = services;
    this.#creator = creator;
    this.#job = job;
    this.#stop = stop;
    this.#isInitialized = job.hasInitializer !== true;
    this.#link = job.link;
    this.#transfers = transfers;
    this.#concurrency = job.concurrency;
    this.#limit = job.concurrency;
    this.#maySpin = canSpin(kernel.adapter);
    kernel.region.reach(job.link + LINK_END);
    const pool = creatorOf(kernel.region, kernel.slot);
    const ringPool = (): void => kernel.bell.ring(pool);
    this.#reader = new RingReader(kernel.region, callsOf(job.link), ringPool);
    this.#locks = new HeldLocks(kernel, creator);
    this.#answers = new AnswerWriter(kernel, creator, job.link, ringPool);
  }

  start(): void {
    const { kernel } = this.#services;
    const { bell } = kernel;
    makeIdleWaits(kernel).stay(() => this.#mayGetMore);
    bell.onRing(() => this.#look());
    this.#services.current.hearOfCancel = (scope) => this.#hearOfCancel(scope);
    this.#transfers.onArrival = () => this.#work();
    this.#stop.onGiven = () => this.#work();
    this.#work();
  }

  /**
   * Once it was told to stop, nothing runs and nothing waits to be run or sent, this worker serves no more. After an initializer that
   * failed nothing is run, so nothing is waited for.
   */
  #finishIfDone(): void {
    if (!this.#stop.isGiven || this.#isFinishing) return;
    if (this.#isWorking || this.#running > 0) return;
    if (this.#limit > 0 && this.#hasCalls) return;
    this.#isFinishing = true;
    void finishServing(this.#services, this.#creator, this.#isInitialized ? this.#job.finalizer : undefined);
  }

  /** Another call, or for a task that listens, word that it is cancelled. */
  get #mayGetMore(): boolean {
    return !this.#isFinishing && (!this.#isBusy || this.#scopes.some(({ hasSignal }) => hasSignal));
  }

  get #isBusy(): boolean {
    return this.#running >= this.#limit;
  }

  #look(): void {
    // A call that is there does not wait for the bell to be armed: serving ends with that.
    if (!this.#isBusy && !this.#isWorking && this.#hasCalls) {
      this.#work();
      return;
    }
    this.#services.kernel.bell.arm();
    if (this.#isBusy) this.#read();
    else if (this.#hasCalls) this.#work();
    this.#finishIfDone();
  }

  get #hasCalls(): boolean {
    return this.#calls.length > 0 || !this.#reader.isEmpty;
  }

  #work(): void {
    if (!this.#isBusy && !this.#isWorking) this.#serve();
    this.#finishIfDone();
  }

  #serve(): void {
    const { bell, slot } = this.#services.kernel;
    this.#isWorking = true;
    this.#isTurnOver = false;
    this.#isYielding = false;
    bell.whileAwake(() => this.#pump());
    // Behind an entry that this worker leaves in the ring, the pool rings for no other: not for a cancellation, either.
    if (this.#isBusy) this.#read();
    this.#isWorking = false;
    if (this.#isYielding) {
      clock.queueMicrotask(() => this.#work());
      return;
    }
    // Entries that came between the last look and the bell's being armed rang while this worker was awake, and found it working.
    const isLeft = this.#isTurnOver || (!this.#isBusy && !this.#reader.isEmpty);
    // The event loop comes first, then the rest.
    if (isLeft) bell.ring(slot);
  }

  /** Runs calls until there are none, or those that run have to be waited for. */
  #pump(): void {
    for (;;) {
      const call = this.#calls[0];
      if (call === undefined) {
        if (this.#read()) continue;
        // Calls that have not ended need the event loop.
        if (this.#running === 0 && !this.#stop.isGiven && this.#awaitMore()) continue;
        return;
      }
      if (this.#mustWait(call)) {
        if (this.#read()) continue;
        return;
      }
      if (clock.now() - Math.max(this.#begun, this.#services.kernel.bell.turnStart) > TURN_MS) {
        this.#isTurnOver = true;
        return;
      }
      this.#calls.shift();
      const posted = call.args.hasTransferables ? this.#transfers.shift() : undefined;
      if (!this.#claim(call.number)) continue;
      // At once, as the call may block this worker.
      if (call.tellsStart) this.#answers.tellStart(call.number);
      if (call.mode === MODE_INITIALIZE) this.#limit = 1;
      const run = this.#run(call, posted);
      if (run !== undefined) {
        this.#running++;
        void run.then(() => {
          this.#running--;
          this.#work();
        });
      }
      if (this.#isBusy) return;
      if (run !== undefined) {
        // The next call may block this worker. A promise that is settled by now is answered first.
        this.#isYielding = true;
        return;
      }
    }
  }

  #mustWait({ args }: ReceivedCall): boolean {
    // Its transferables were posted before the call was written, but arrive by way of the event loop.
    if (args.hasTransferables && !this.#transfers.hasArrived) return true;
    // More answers would be memory that nobody has looked at: the pool rings once it has read some.
    return this.#answers.isFull;
  }

  /** Takes in what the pool has sent; true if there was something. */
  #read(): boolean {
    let hasRead = false;
    for (let frames = this.#reader.read(); frames !== undefined; frames = this.#reader.read()) {
      hasRead = true;
      eachEntry(frames, (entry, arrived) => this.#receive(entry, arrived));
    }
    // A listener of a signal, or a class's `unpack`, is the program's code, which may read on in here: calls are to stay in order.
    for (let next = this.#aborts.shift(); next !== undefined; next = this.#aborts.shift()) {
      const { scope, arrived } = next;
      const reason = consumeThrown(this.#services.kernel, arrived);
      this.#services.current.runTask(scope, this.#concurrency === 1, () => scope.abort(reason));
    }
    return hasRead;
  }

  #receive(entry: Entry, arrived: ArrivedEntry): void {
    // By index: an iterator would cost more than all the rest here.
    const first = entry[0];
    const second = entry[1];
    const third = entry[2];
    if (first === CONTROL) {
      const scope = this.#scopes.find(({ number }) => number === second);
      if (scope === undefined) dropEntry(this.#services.kernel, arrived);
      else this.#aborts.push({ scope, arrived });
    } else if (first === TASK) {
      const parts = consumeEntry(this.#services.kernel, arrived) as TaskNameParts;
      this.#tasks[second] = { ref: nameOfParts(parts), fn: undefined };
    } else {
      this.#calls.push({
        number: first,
        task: this.#tasks[second] as KnownTask,
        mode: modeOf(third),
        place: placeOf(third),
        tellsStart: (third & TELLS_START) !== 0,
        hasCarrier: (third & HAS_CARRIER) !== 0,
        args: arrived,
      });
    }
  }

  /** Takes the call from those that the pool may take back; false if it has done so. */
  #claim(number: number): boolean {
    const { i32 } = this.#services.kernel.region;
    const posted = claimWord(number, CLAIM_POSTED);
    return Atomics.compareExchange(i32, this.#claimOf(number), posted, claimWord(number, CLAIM_STARTED)) === posted;
  }

  #claimOf(number: number): number {
    return this.#link + LINK_CLAIMS + (number % CLAIMS);
  }

  /** A running task asks whether it is to stop: aborts its signal if so, although the event loop has had no turn. */
  #hearOfCancel(scope: TaskScope): void {
    const { number } = scope;
    const { i32 } = this.#services.kernel.region;
    if (Atomics.load(i32, this.#claimOf(number)) !== claimWord(number, CLAIM_CANCELLED)) return;
    this.#read();
    // The ring was full, and the reason waits outside it: the caller gets its own reason all the same.
    if (!scope.isAborted) scope.abort(new DOMException(`${scope.name} was cancelled`, "AbortError"));
  }

  /** Runs a call and answers it; a promise if that takes more than this turn. It never rejects. */
  #run(call: ReceivedCall, posted: readonly unknown[] | undefined): Promise<void> | undefined {
    if (call.mode === MODE_READY) {
      this.#answers.answer(call, RETURNED, 0, undefined);
      return undefined;
    }
    const { name } = call.task.ref;
    const scope = new TaskScope(call.number, name);
    this.#scopes.push(scope);
    if (isTraced) trace("task-begin", name);
    return this.#services.current.runTask(scope, this.#concurrency === 1, () => this.#runAs(scope, call, posted));
  }

  #runAs(scope: TaskScope, call: ReceivedCall, posted: readonly unknown[] | undefined): Promise<void> | undefined {
    const start = clock.now();
    try {
      const { fn } = call.task;
      // The task's module comes first: it may register the classes of its arguments.
      const value =
        fn === undefined
          ? this.#find(call, posted).then((found) => this.#applyTo(posted, found, call, scope))
          : this.#applyTo(posted, fn, call, scope);
      if (isThenable(value))
        return Promise.resolve(value).then(
          (result) => this.#answer(call, scope, start, RETURNED, result),
          (error) => this.#answer(call, scope, start, THREW, error),
        );
      this.#answer(call, scope, start, RETURNED, value);
    } catch (error) {
      this.#answer(call, scope, start, THREW, error);
    }
    return undefined;
  }

  #applyTo(posted: readonly unknown[] | undefined, fn: AnyFunction, call: ReceivedCall, scope: TaskScope): unknown {
    const { tasks } = this.#services;
    const begun = tasks.searchesBegun;
    const args = openArguments(this.#services, call, posted);
    const searches = tasks.searchesSince(begun);
    return searches === undefined
      ? applyTask(this.#services, fn, call, args, scope)
      : searches.then(() => applyTask(this.#services, fn, call, args, scope));
  }

  async #find({ task, args }: ReceivedCall, posted: readonly unknown[] | undefined): Promise<AnyFunction> {
    const { kernel, tasks } = this.#services;
    try {
      task.fn = await tasks.find(task.ref);
      return task.fn;
    } catch (error) {
      // Opened all the same: so the objects that came with the arguments are released.
      openEntry(kernel, args, posted);
      throw error;
    }
  }

  #answer(call: ReceivedCall, scope: TaskScope, start: number, how: number, value: unknown): void {
    if (isTraced) trace("task-end", call.task.ref.name);
    if (this.#scopes.at(-1) === scope) this.#scopes.pop();
    else this.#scopes.splice(this.#scopes.indexOf(scope), 1);
    this.#services.current.leaveTask();
    scope.hasEnded = true;
    // Nobody asks for what an initializer returns; after one that failed nothing runs here any more.
    const isInitializer = call.mode === MODE_INITIALIZE;
    if (isInitializer) {
      this.#isInitialized = how === RETURNED;
      this.#limit = this.#isInitialized ? this.#concurrency : 0;
    }
    const outcome = how === THREW && scope.isStoppedBy(value) ? STOPPED : how;
    const ms = clock.now() - start;
    if (!isInitializer) this.#setPace(ms);
    this.#answers.answer(call, outcome, ms, isInitializer && outcome === RETURNED ? undefined : value);
    this.#locks.end(scope.serial, isInitializer ? undefined : call.task.ref.name);
  }

  /** One call that the system interrupted says little about the next: it counts as a few times the usual at most. */
  #setPace(ms: number): void {
    const took = Math.min(ms, this.#pace * 4 + 0.005);
    this.#pace += (took - this.#pace) / 8;
    const nanoseconds = Math.max(1, Math.min(Math.round(this.#pace * 1e6), MOST_NANOSECONDS));
    Atomics.store(this.#services.kernel.region.i32, this.#link + LINK_PACE, nanoseconds);
  }

  /** Looks for another call, first awake, then dozing; true if there is one. */
  #awaitMore(): boolean {
    if (!this.#services.kernel.adapter.capabilities.parallel) return false;
    const start = clock.now();
    return this.#spinForMore(start + SPIN_MS) || this.#dozeForMore(start + DOZE_MS);
  }

  #spinForMore(deadline: number): boolean {
    if (!this.#maySpin || !this.#backoff.isDue()) return false;
    return this.#backoff.spin(() => !this.#reader.isEmpty, deadline);
  }

  #dozeForMore(deadline: number): boolean {
    return this.#services.kernel.bell.sleepUntil(() => !this.#reader.isEmpty, deadline);
  }
}
