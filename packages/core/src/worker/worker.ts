import { TimeoutError, WorkerCrashedError, WorkerStateError } from "../contracts/errors.js";
import { beginAtOnce, callSite } from "../contracts/frames.js";
import type { Received } from "../contracts/received.js";
import type { Task } from "../contracts/task.js";
import type { WaitOptions } from "../contracts/wait.js";
import type { Worker as WorkerContract, WorkerOptions } from "../contracts/worker.js";
import { typeError } from "../contracts/wrong-use.js";
import { after, checkOptions, checkSignal, checkTimeout, checkType, describe } from "../kernel/arguments.js";
import { clock } from "../kernel/clock.js";
import { LAST_WORKER_NAME } from "../kernel/layout.js";
import { graftStack, refuseToSend } from "../kernel/message/index.js";
import { showAs } from "../kernel/shown.js";
import { whenAborted } from "../kernel/signals.js";
import { limitsOf, syncLimitsOf } from "../kernel/waiting.js";
import { nextOrdinal } from "../kernel/worker-table.js";
import { warnOfOneArray } from "../task/one-array.js";
import type { FromWorker } from "./boot.js";
import { GRACE_MS } from "./cancel-word.js";
import { ChildWorker, type WorkerExit } from "./child-worker.js";
import { explained } from "./explained.js";
import { carrierFor } from "./instrumented.js";
import { checkEnvironment, checkOwnOptions, refuseOptionsOfOthers } from "./own-options.js";
import { openFromWorker, thrownFromWorker } from "./posted.js";
import { checkResourceLimits } from "./resource-limits.js";
import type { Services } from "./services.js";

const WORKER_OPTIONS: readonly (keyof WorkerOptions<never>)[] = [
  "args",
  "name",
  "daemon",
  "signal",
  "grace",
  "stopTimeout",
  "env",
  "resourceLimits",
];

type Outcome<R> = { readonly value: Received<Awaited<R>> } | { readonly error: unknown };

// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export class Worker<A extends readonly unknown[] = any[], R = unknown> implements WorkerContract<A, R> {
  readonly #target: Task<A, R>;
  readonly #name: string;
  readonly #daemon: boolean;
  readonly #services: Services;
  readonly #options: Omit<WorkerOptions<A>, "args">;
  /** Until it has started: then they are the other worker's, and may be garbage here. */
  #given: readonly unknown[] | undefined;
  #startSite: Error | undefined;
  #child: ChildWorker | undefined;
  #outcome: Outcome<R> | undefined;
  #result: Promise<Received<Awaited<R>>> | undefined;
  #settleResult: (() => void) | undefined;
  #holds = false;
  readonly #markUsed: () => void;
  #stopListening = (): void => {};
  /** Ends the wait for the end of its grace, once it was cancelled. */
  #stopGrace: (() => void) | undefined;
  /** When that is over, by the clock. */
  #graceEnd = Number.POSITIVE_INFINITY;
  #killedFor = "";

  constructor(services: Services, target: Task<A, R>, given: WorkerOptions<A> = {}) {
    const { capabilities, ownOptions = {} } = services.adapter;
    if (Object(target).target !== undefined) {
      throw typeError(
        `new ${capabilities.workerName} takes its task first, and then options: (task, { args: [1, 2] })`,
      );
    }
    const ref = services.tasks.mustBeTask(target, `new ${capabilities.workerName}`);
    if (Object(given).kwargs !== undefined) {
      throw typeError(
        `new ${capabilities.workerName} has no option "kwargs": a target has positional arguments alone, { args: [1, { key: "value" }] }`,
      );
    }
    refuseOptionsOfOthers(given, `new ${capabilities.workerName}`, services.adapter);
    checkOptions(given, `new ${capabilities.workerName}`, [...WORKER_OPTIONS, ...Object.keys(ownOptions)]);
    checkOwnOptions(given, ownOptions);
    const { args, ...options } = given;
    if (args !== undefined && !Array.isArray(args)) {
      throw typeError(`The args of a ${capabilities.workerName} are an array, not ${describe(args)}`);
    }
    checkSignal(options.signal);
    checkTimeout(options.grace);
    checkTimeout(options.stopTimeout);
    checkType(options.name, `The name of a ${capabilities.workerName}`, "string");
    checkType(options.daemon, "daemon", "boolean");
    checkEnvironment(options.env);
    checkResourceLimits(options.resourceLimits, `new ${capabilities.workerName}`, services.adapter);
    this.#services = services;
    this.#options = options;
    this.#given = args;
    this.#target = target;
    this.#daemon = options.daemon ?? services.current.info.daemon;
    this.#name =
      options.name ??
      `${capabilities.workerName}-${nextOrdinal(services.kernel.region, LAST_WORKER_NAME)} (${ref.name})`;
    warnOfOneArray(target, args ?? [], () => "{ args: array }");
    this.#markUsed = services.unused.add(`${this.#name} was never started: call start()`);
  }

  /** Called where the class is bound. A static block would keep an unused class in every bundle. */
  static prepare(): void {
    refuseToSend(this.prototype, "a worker cannot be sent: send a Queue or a pipe to talk to it by");
    showAs(
      this.prototype,
      () => "Worker",
      (worker) => {
        const { id, name, daemon, isAlive, exitCode } = worker;
        const className = worker.#services.kernel.adapter.capabilities.workerName;
        const ended = exitCode === undefined ? {} : { exitCode };
        return { className, name, state: { ...(id === undefined ? {} : { id }), daemon, isAlive, ...ended } };
      },
    );
  }

  get target(): Task<A, R> {
    return this.#target;
  }

  get name(): string {
    return this.#name;
  }

  get daemon(): boolean {
    return this.#daemon;
  }

  get id(): number | undefined {
    return this.#child?.id;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isAlive(): boolean {
    return this.#child?.isAlive ?? false;
  }

  get exitCode(): number | undefined {
    return this.#child?.exitCode;
  }

  get result(): Promise<Received<Awaited<R>>> {
    try {
      this.#started("result");
    } catch (error) {
      return Promise.reject(error);
    }
    this.#keepAlive();
    this.#result ??= new Promise((resolve, reject) => {
      this.#settleResult = () => {
        if (this.#outcome === undefined) return;
        if ("value" in this.#outcome) resolve(this.#outcome.value);
        else reject(this.#outcome.error);
      };
      this.#settleResult();
    });
    return this.#result;
  }

  start(): this {
    this.#markUsed();
    if (this.#child !== undefined) throw new WorkerStateError(`${this.name} was started already: make a new one`);
    this.#startSite = callSite();
    const { kernel, tasks } = this.#services;
    const { env, resourceLimits, signal } = this.#options;
    const packet = kernel.codec.pack(this.#given ?? [], "args");
    const { text, blobs, references, transferables } = packet;
    try {
      const ref = tasks.mustBeTask(this.target, "start");
      this.#child = new ChildWorker(this.#services, {
        name: this.name,
        daemon: this.daemon,
        job: {
          kind: "target",
          ref,
          args: { text, blobs, references },
          hasTransferables: transferables !== undefined,
          carrier: carrierFor(ref),
        },
        args: packet,
        env,
        resourceLimits,
        given: this.#options,
        onMessage: (message) => this.#hear(message),
        onEnd: (ending) => this.#end(ending),
      });
    } catch (error) {
      kernel.codec.dispose(packet);
      throw error;
    }
    this.#given = undefined;
    this.#services.active.add(this);
    if (signal?.aborted) this.#onAbort();
    else this.#stopListening = whenAborted(signal, this.#onAbort);
    return this;
  }

  async join(options?: WaitOptions): Promise<boolean> {
    const { timeout, signal } = limitsOf(options);
    const child = this.#started("join");
    const { keepAlive } = this.#services.kernel.adapter;
    keepAlive.hold();
    let stopListening = (): void => {};
    let stopTimer = (): void => {};
    let ignoreSignal = (): void => {};
    try {
      return await new Promise<boolean>((resolve, reject) => {
        stopListening = child.onceEnded(() => resolve(true));
        stopTimer = after(timeout, () => resolve(!child.isAlive));
        ignoreSignal = whenAborted(signal, () => reject(signal?.reason));
      });
    } finally {
      stopListening();
      stopTimer();
      ignoreSignal();
      keepAlive.letGo();
    }
  }

  joinSync(options?: { timeout?: number }): boolean {
    const { timeout } = syncLimitsOf(options);
    const child = this.#started("join");
    this.#mustBeHeard(child);
    const deadline = clock.now() + timeout;
    // It may be killed meanwhile, as it was cancelled before.
    while (this.#graceEnd < deadline) {
      if (child.joinSync(Math.max(0, this.#graceEnd - clock.now()))) return true;
      this.#services.timers.serve();
      if (!this.#services.kernel.adapter.capabilities.isolatedCrashes) this.#mustBeHeard(child);
    }
    return child.joinSync(Math.max(0, deadline - clock.now()));
  }

  /** Throws for a child that was killed, whose end a worker that blocks does not hear of. */
  #mustBeHeard(child: ChildWorker): void {
    if (!child.isKilled || !child.isAlive) return;
    throw new WorkerStateError(
      `${this.name} was terminated${this.#killedFor}: its end is heard of by this worker's event loop, so await join() or terminate()`,
    );
  }

  cancel(reason?: unknown): void {
    const child = this.#started("cancel");
    if (!child.isAlive) return;
    const why = reason ?? beginAtOnce(new DOMException(`${this.name} was cancelled`, "AbortError"), callSite());
    this.#cancel(child, why);
  }

  async terminate(): Promise<void> {
    await this.#started("terminate").kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child?.kill();
  }

  get [Symbol.toStringTag](): string {
    return this.name;
  }

  readonly #onAbort = (): void => {
    const child = this.#started("cancel");
    if (child.isAlive) this.#cancel(child, this.#options.signal?.reason);
  };

  #cancel(child: ChildWorker, reason: unknown): void {
    child.cancel(this.#services.kernel.codec.packReason(reason));
    if (this.#stopGrace !== undefined || this.#outcome !== undefined) return;
    if (child.target.hasBegun) this.#startGrace(child);
    else this.#startGrace(child, { error: reason });
  }

  /** With `unbegun`, the outcome of a target that does not begin in this time. One that does has as long once more. */
  #startGrace(child: ChildWorker, unbegun?: { readonly error: unknown }): void {
    const { grace = GRACE_MS } = this.#options;
    this.#stopGrace = this.#services.timers.start(grace, () => {
      this.#graceEnd = Number.POSITIVE_INFINITY;
      const { target } = child;
      const isRefused = unbegun !== undefined && target.refuse();
      if (target.hasSettled) return;
      if (isRefused) this.#settle(() => unbegun);
      else if (unbegun !== undefined) {
        this.#startGrace(child);
        return;
      }
      this.#killedFor = `, as it did not ${isRefused ? "start" : "stop"} within ${grace} ms after it was cancelled`;
      void child.kill();
    });
    this.#graceEnd = clock.now() + grace;
  }

  #hear(message: FromWorker): void {
    const { kernel } = this.#services;
    this.#endInTime();
    if (message.type === "returned") {
      this.#settle(() => ({ value: openFromWorker(kernel, message.value) as Received<Awaited<R>> }));
    } else if (message.type === "threw") {
      this.#settle(() => ({ error: graftStack(thrownFromWorker(kernel, message.error), this.name, this.#startSite) }));
    }
  }

  /** Its target has settled: its remaining work has so long. */
  #endInTime(): void {
    const { stopTimeout = Number.POSITIVE_INFINITY } = this.#options;
    this.#child?.endWithin(stopTimeout, () => {
      const what = `${this.name} has run its target, but did not end within ${stopTimeout} ms`;
      this.#report(new TimeoutError(`${what}: something in it goes on, such as a timer or a connection`));
    });
  }

  #end(ending: WorkerExit): void {
    this.#services.active.delete(this);
    this.#stopListening();
    // An error after the target had settled is nobody's result: nothing else would report it.
    if (this.#outcome !== undefined && ending.uncaught !== undefined) this.#report(ending.uncaught.error);
    if (ending.left !== undefined) this.#report(ending.left);
    this.#settle(() => ({ error: this.#crash(ending) }));
    // An error keeps alive what the functions on its stack refer to, until somebody reads its stack.
    this.#startSite = undefined;
    // A caller that awaits the end, and only then asks for the result, is in time.
    after(0, () => this.#reportUnlessAwaited());
  }

  #reportUnlessAwaited(): void {
    const isOurDoing = this.#child?.isKilled ?? false;
    if (this.#result !== undefined || isOurDoing || this.#outcome === undefined || "value" in this.#outcome) return;
    this.#report(this.#outcome.error);
  }

  #report(error: unknown): void {
    this.#services.reportUncaught(error, { name: this.name, id: this.#child?.id ?? 0 });
  }

  #settle(outcome: () => Outcome<R>): void {
    if (this.#outcome !== undefined) return;
    try {
      this.#outcome = outcome();
    } catch (error) {
      // The message cannot be revived here: its receiver gets an error, instead of waiting for ever.
      this.#outcome = { error };
    }
    this.#settleResult?.();
    this.#stopGrace?.();
    this.#graceEnd = Number.POSITIVE_INFINITY;
    if (this.#holds) this.#services.kernel.adapter.keepAlive.letGo();
    this.#holds = false;
  }

  /** While somebody awaits the result, this worker has something to wait for, even if it is a daemon's. */
  #keepAlive(): void {
    if (this.#holds || this.#child === undefined || this.#outcome !== undefined) return;
    this.#holds = true;
    this.#services.kernel.adapter.keepAlive.hold();
  }

  #crash({ exitCode, signal, uncaught, unbegun }: WorkerExit): WorkerCrashedError {
    const how = this.#child?.isKilled
      ? `was terminated${this.#killedFor}`
      : uncaught !== undefined
        ? `ended by an uncaught error: ${explained(uncaught.error)}`
        : exitCode === 0
          ? (unbegun ??
            "ended with exit code 0 before its target settled: process.exit was called, or nothing was left that could have settled it")
          : signal !== undefined
            ? `was killed by ${signal}`
            : `ended with exit code ${exitCode}`;
    const error = new WorkerCrashedError(`${this.name} ${how}`, {
      exitCode,
      signal,
      ...(uncaught === undefined ? {} : { cause: uncaught.error }),
    });
    return beginAtOnce(error, this.#startSite);
  }

  #started(what: string): ChildWorker {
    if (this.#child !== undefined) return this.#child;
    // The program is told by this error, and needs no warning in the end.
    this.#markUsed();
    throw new WorkerStateError(`${this.name} was not started: ${what} needs it to be`);
  }
}
