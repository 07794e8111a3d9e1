import type {
  Adapter,
  Capabilities,
  Creator,
  Doorbells,
  Host,
  Memory,
  SpawnedWorker,
  SpawnRequest,
} from "../contracts/adapter.js";
import { DeadlockError, WorkerStateError } from "../contracts/errors.js";
import { Fifo } from "../kernel/fifo.js";
import { structuredClone } from "../kernel/web.js";
import { TaskRegistry } from "../task/registry.js";
import { growableMemory } from "../threads/growable-memory.js";
import { TaskScope } from "../worker/current.js";
import type { Services } from "../worker/services.js";
import { Bindings } from "./bindings.js";
import { callback } from "./callbacks.js";
import { workers } from "./workers.js";

/** The functions that the inline backend takes from the runtime. */
export interface InlineBase extends Pick<Adapter, "name" | "url" | "ownOptions" | "host" | "keepAlive" | "context"> {
  /** Calls `act` in a later turn of the event loop. */
  later(act: () => void): void;
}

const CAPABILITIES: Capabilities = /* @__PURE__ */ Object.freeze({
  kind: "thread",
  workerName: "Thread",
  mainMayBlock: true,
  resourceLimits: false,
  postsObjects: true,
  sendsHandles: false,
  parallel: false,
  isolatedCrashes: false,
  endsWhenIdle: false,
  stopsBusyWorkers: false,
});

/** The worker that runs, and its part that goes with the flow of control. */
export interface Flow {
  readonly worker: InlineWorker;
  readonly value: unknown;
}

/** The common state of the workers of one thread. */
export class InlineProgram {
  readonly base: InlineBase;
  readonly tasks: TaskRegistry;
  /** The workers that sleep in their event loop, by the address of their bell. */
  readonly asleep = new Map<number, () => void>();
  readonly #acts = new Fifo<() => void>();
  /** The options without effect that were told of. */
  readonly #told = new Set<string>();

  constructor(base: InlineBase) {
    this.base = base;
    this.tasks = new TaskRegistry(base.host);
  }

  /** Calls `act` in a later turn, after all that was given before. */
  soon(act: () => void): void {
    this.#acts.push(act);
    if (this.#acts.size === 1) this.base.later(this.#next);
  }

  /** Warns once of each option that needs a worker of its own. */
  tellOfUnused({ env, resourceLimits, given }: SpawnRequest): void {
    const { name, ownOptions = {}, host } = this.base;
    const own = Object.keys(ownOptions).map((option) => [option, Reflect.get(given, option)] as const);
    for (const [option, value] of [["env", env], ["resourceLimits", resourceLimits], ...own] as const) {
      if (value === undefined || this.#told.has(option)) continue;
      this.#told.add(option);
      host.reportError(`Warning: ${option} has no effect with ${name}, as all workers run in this thread`);
    }
  }

  readonly #next = (): void => {
    const act = this.#acts.shift();
    // Before: one that throws holds up no other.
    if (this.#acts.size > 0) this.base.later(this.#next);
    act?.();
  };
}

/** One of the workers that take turns in a thread. */
export class InlineWorker {
  readonly #program: InlineProgram;
  readonly #parent: InlineWorker | undefined;
  readonly #request: SpawnRequest | undefined;
  readonly #children = new Set<InlineWorker>();
  readonly #exitHooks: ((exitCode: number) => void)[] = [];
  readonly #idleHooks: (() => void)[] = [];
  readonly #inbox: unknown[] = [];
  #handler: ((message: unknown) => void) | undefined;
  #services: Services | undefined;
  #bindings: Bindings<Adapter> | undefined;
  #bell = -1;
  #exitCode = 0;
  #isDead = false;
  #keepsParent = false;
  /** Until its job is done, one for that. */
  #holds = 1;
  /** Stands for what runs in a worker that is no pool's. */
  readonly #scope = new TaskScope(0, "");

  /** The main worker, or one that `parent` starts. */
  constructor(program: InlineProgram, parent?: InlineWorker, request?: SpawnRequest) {
    this.#program = program;
    this.#parent = parent;
    this.#request = request;
  }

  get bindings(): Bindings<Adapter> {
    if (this.#bindings === undefined) throw new WorkerStateError("This worker has not begun");
    return this.#bindings;
  }

  start(): void {
    if (this.#isDead) return;
    this.#enter(() => {
      this.#bindings = new Bindings(this.#adapter(), undefined, this.#program.tasks);
      this.#services = workers(this.#bindings).services;
      // Others may send it one.
      callback(this.#bindings);
    });
  }

  #adapter(): Adapter {
    const { name, url, ownOptions, host, keepAlive } = this.#program.base;
    const isMain = this.#request === undefined;
    return {
      name,
      url,
      ...(ownOptions === undefined ? {} : { ownOptions }),
      capabilities: CAPABILITIES,
      host: isMain ? host : this.#host(host),
      creator: this.#request && this.#creator(this.#request),
      openMemory: growableMemory,
      openDoorbells: (memory) => this.#doorbells(memory),
      spawn: (request) => this.#spawn(request),
      keepAlive: isMain ? keepAlive : { hold: () => void this.#holds++, letGo: () => this.#letGo() },
      context: {
        run: (value, act) => this.#enter(act, value),
        get: () => this.#value(),
        tellsOf: () => false,
        enter: (value) => this.#program.base.context.enter({ worker: this, value } satisfies Flow),
        // Flows tell who runs, for as long as there is anybody.
        leave: () => {},
      },
    };
  }

  /** Runs `act`, and all that follows from it, as this worker. */
  #enter<T>(act: () => T, value?: unknown): T {
    return this.#program.base.context.run({ worker: this, value } satisfies Flow, act);
  }

  #enterIfAlive(act: () => void): void {
    if (!this.#isDead) this.#enter(act);
  }

  /** Which task runs. An object of one worker's, used in another's turn (a variable of a module that both share), sees the other's. */
  #value(): unknown {
    const flow = this.#program.base.context.get() as Flow | undefined;
    if (flow === undefined || flow.worker === this) return flow?.value;
    const { worker } = flow;
    return worker.#services?.current.task ?? worker.#scope;
  }

  #host(base: Host): Host {
    return {
      ...base,
      onExit: (end, begin) => void this.#exitHooks.push(begin, end),
      onIdle: (hook) => void this.#idleHooks.push(hook),
      exit: () => this.#end(),
      setExitCode: (code) => {
        this.#exitCode = code;
      },
    };
  }

  #creator({ boot, onMessage }: SpawnRequest): Creator {
    return {
      boot,
      post: (message, transfer) => {
        const copy = copied(message, transfer);
        this.#tellParent(() => onMessage(copy));
      },
      onMessage: (handler) => {
        this.#handler = handler;
        for (const message of this.#inbox.splice(0)) this.#program.soon(() => this.#receive(message));
      },
      // It would end the whole program.
      onUncaught: () => {},
      finish: () => this.#letGo(),
    };
  }

  #receive(message: unknown): void {
    if (this.#handler === undefined) this.#inbox.push(message);
    else this.#enterIfAlive(() => this.#handler?.(message));
  }

  #spawn(request: SpawnRequest): SpawnedWorker {
    const program = this.#program;
    program.tellOfUnused(request);
    const child = new InlineWorker(program, this, request);
    this.#children.add(child);
    program.soon(() => child.start());
    return {
      pid: program.base.host.pid,
      post(message, transfer) {
        const copy = copied(message, transfer);
        program.soon(() => child.#receive(copy));
      },
      kill: () => child.#die(1),
      setKeepsAlive: (keeps) => child.#setKeepsParent(keeps),
    };
  }

  #setKeepsParent(keeps: boolean): void {
    const now = keeps && !this.#isDead;
    if (now === this.#keepsParent) return;
    this.#keepsParent = now;
    const { keepAlive } = this.#program.base;
    if (now) keepAlive.hold();
    else keepAlive.letGo();
  }

  #letGo(): void {
    // In a later turn: code that waited for this goes on first, and may hold again.
    if (--this.#holds === 0) this.#program.soon(() => this.#endIfIdle());
  }

  #endIfIdle(): void {
    if (this.#holds > 0 || this.#isDead) return;
    this.#enter(() => {
      for (const hook of this.#idleHooks) hook();
    });
    if (this.#holds === 0) this.#end();
  }

  #end(): void {
    if (this.#isDead) return;
    this.#enter(() => {
      for (const hook of this.#exitHooks) hook(this.#exitCode);
    });
    this.#die(this.#exitCode);
  }

  /** Code of its tasks may go on: nothing of Heddle's that it does is seen by anybody. */
  #die(exitCode: number): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#program.asleep.delete(this.#bell);
    for (const child of this.#children) child.#die(1);
    const kernel = this.#services?.kernel;
    kernel?.region.leave(kernel.slot);
    this.#setKeepsParent(false);
    if (this.#parent !== undefined) this.#parent.#children.delete(this);
    this.#tellParent(() => {
      this.#request?.onDeath(exitCode);
      this.#request?.onEnd();
    });
  }

  #tellParent(act: () => void): void {
    const parent = this.#parent;
    if (parent !== undefined) this.#program.soon(() => parent.#enterIfAlive(act));
  }

  #doorbells(memory: Memory): Doorbells {
    const program = this.#program;
    const words = new Int32Array(memory.buffer, 0, memory.buffer.byteLength / 4);
    const nobodysBell = new Int32Array(new SharedArrayBuffer(4));
    const mustLive = (): void => {
      if (this.#isDead) throw new WorkerStateError("This worker has ended: it waits for nothing any more");
    };
    return {
      sleepSync: (address, seen, timeout) => {
        mustLive();
        if (Atomics.load(words, address) !== seen) return;
        if (timeout === Number.POSITIVE_INFINITY) throw blocksForEver();
        Atomics.wait(nobodysBell, 0, 0, timeout);
      },
      sleepAsync: (address, seen, wake) => {
        if (this.#isDead) return;
        const awaken = (): void => this.#enterIfAlive(wake);
        this.#bell = address;
        if (Atomics.load(words, address) === seen) program.asleep.set(address, awaken);
        else program.soon(awaken);
      },
      wake(address) {
        const awaken = program.asleep.get(address);
        if (awaken === undefined) return;
        program.asleep.delete(address);
        program.soon(awaken);
      },
      pause: (ms) => {
        mustLive();
        if (ms === Number.POSITIVE_INFINITY) throw blocksForEver();
        Atomics.wait(nobodysBell, 0, 0, ms);
      },
    };
  }
}

const copied = (message: unknown, transfer: readonly object[]): unknown =>
  structuredClone(message, { transfer: [...transfer] as ArrayBuffer[] });

const blocksForEver = (): DeadlockError =>
  new DeadlockError(
    "This would block for ever: without workers of their own (heddle/inline), all tasks take turns in one thread, so nobody could end the wait. " +
      "Await the async form of this call, or test what blocks with real workers",
    [],
  );
