import type { ResourceLimits } from "./worker.js";

/**
 * Options by their names. Each function is given a value that is not undefined, and returns what the option is, such as `an array of strings`, if
 * the value is something else.
 */
export type OwnOptions = Readonly<Record<string, (value: unknown) => string | undefined>>;

/** Locks, queues and pipes need this part of an adapter alone, in a program that starts no workers. */
export interface KernelAdapter {
  /** The name of the package, as in an import. */
  readonly name: string;
  /** The URL of the adapter's own module, if it is known. */
  readonly url: string | undefined;
  /** The capabilities of this adapter. */
  readonly capabilities: Capabilities;
  /** The runtime that the program runs on. */
  readonly host: KernelHost;
  /** The start of this worker; undefined in the main worker. */
  readonly creator: Pick<Creator, "boot"> | undefined;
  /** Makes the program's region; with a token, maps the region that another worker made. */
  openMemory(token: unknown): Memory;
  /** Opens the bells in `memory`, by which workers sleep and are woken. */
  openDoorbells(memory: Memory): Doorbells;
  /**
   * How an object travels that is a handle of the operating system, such as an open socket; undefined for any other object. Such an object
   * is posted. Omitted by adapters that cannot send handles.
   */
  readonly sendModeOfHandle?: (object: object) => SendModeOfHandle | undefined;
  /** Keeps this worker's event loop alive while it is held. */
  readonly keepAlive: KeepAlive;
}

/**
 * An adapter supplies the parts that differ between runtimes: how workers of one kind share memory, start, end, sleep and are woken. Core
 * validates all arguments and fills in defaults; an adapter does not check them again.
 */
export interface Adapter extends KernelAdapter {
  /** The URL of the adapter's own module, or of the bundle that holds it: the entry of a worker. */
  readonly url: string;
  /** Options of workers and pools that only this adapter has. Default: none. */
  readonly ownOptions?: OwnOptions;
  /** The runtime that the program runs on. */
  readonly host: Host;
  /** The channel to the worker that started this one; undefined in the main worker. */
  readonly creator: Creator | undefined;
  /** Starts a worker whose entry is `url`. Its `creator.boot` is `boot`. */
  spawn(request: SpawnRequest): SpawnedWorker;
  /** Identifies each of several tasks that take turns in this worker, across its `await`s. */
  readonly context: AsyncContext;
}

/** How a handle travels. */
export type SendModeOfHandle =
  | {
      /** "moved": it has to be marked with `transfer`, and cannot be used here any longer. "posted": it can still be used here. */
      readonly as: "posted" | "moved";
    }
  | {
      /** Why it cannot be sent, and what to do instead. */
      readonly unsendable: string;
    };

/** The abilities in which adapters differ. The compatibility table is generated from it; the conformance suite reads it. */
export interface Capabilities {
  /** Whether workers are threads of one process, or processes. */
  readonly kind: "thread" | "process";
  /** The name of the worker class, and of workers by default: "Thread" or "Process". */
  readonly workerName: "Thread" | "Process";
  /** Whether the main worker may block. Where it may not, a `Sync` method that would have to wait there throws MayNotBlockError. */
  readonly mainMayBlock: boolean;
  /** Whether `resourceLimits` are honoured. Elsewhere they are a TypeError; where no worker is {@link parallel}, a warning. */
  readonly resourceLimits: boolean;
  /**
   * Whether a worker can be sent what only the platform's `postMessage` can share or move (a SharedArrayBuffer, a MessagePort, a stream, a
   * Blob, a key). Elsewhere such a value is a SendError. An ArrayBuffer marked with `transfer` is moved on every adapter.
   */
  readonly postsObjects: boolean;
  /** Whether open sockets and servers can be sent to a worker, in arguments and results. Elsewhere they are a SendError. */
  readonly sendsHandles: boolean;
  /**
   * Whether workers run at the same time, each with its own modules, globals and environment. Elsewhere all workers take turns in one
   * thread. There, a call that would block until another worker acts throws a DeadlockError, and `process.exit` or an uncaught error ends
   * all of them.
   */
  readonly parallel: boolean;
  /** Whether a worker that runs out of memory, or crashes in native code, leaves the other workers alone: it is a process of its own. */
  readonly isolatedCrashes: boolean;
  /**
   * Whether a worker ends once its event loop has nothing left to do, even if its target has not settled. Elsewhere it ends once its target
   * has settled and nothing of Heddle's holds it. Its timers end with it, and a worker whose target never settles has to be terminated.
   */
  readonly endsWhenIdle: boolean;
  /**
   * Whether `terminate` stops a worker whatever it does. Elsewhere a busy worker goes on until it awaits something, or waits for something
   * of Heddle's, async or blocking; `terminate` resolves only then.
   */
  readonly stopsBusyWorkers: boolean;
}

/**
 * An adapter's description of itself.
 *
 * @example
 * ```ts
 * import { type AdapterInfo, adapter } from "@heddle/node-threads";
 *
 * const kindOf = ({ name, capabilities }: AdapterInfo): string => `${capabilities.workerName} of ${name}`;
 * process.title = kindOf(adapter);
 * ```
 */
export interface AdapterInfo {
  /** The name of the package, as in an import. */
  readonly name: string;
  /** The specifier that another worker passes to `import()` to get the same exports. */
  readonly url: string;
  /** The capabilities of this adapter. */
  readonly capabilities: Capabilities;
}

/** The functions that the kernel needs of the runtime. */
export interface KernelHost {
  /** How many workers can run at once. */
  availableParallelism(): number;
  /** Makes the runtime collect all garbage before it returns. Finalizers may run in later turns. */
  collectGarbage(): void;
  /**
   * Set if the runtime replaces an error that a module throws by one of its own. It does so when the error's stack was overwritten before it
   * was read.
   * Elsewhere no stack is recorded that Heddle overwrites, as writing a stack costs more than all else about an error.
   */
  readonly losesUnreadErrors?: true;
  /** Set if the runtime, when it prints an uncaught error whose stack was replaced, leaves out frames that have a place and no name. */
  readonly skipsUnnamedFrames?: true;
  /** Prints an error that nobody awaits to stderr. */
  reportError(text: string): void;
  /** Tells of a warning as the runtime does: by the event `warning` of `process`, and on stderr with its `detail`. */
  warn(warning: Error): void;
}

/** The functions that core needs of the runtime. */
export interface Host extends KernelHost {
  /** The process id. */
  readonly pid: number;
  /** Whether the program was started with this module. */
  isEntry(moduleUrl: string): boolean;
  /**
   * The URL of the module whose code called the function `below`. `given` is what `import.meta.url` says there, if anything: a bundler may
   * have replaced it by the path of a source, or removed it. Returns `given` if the runtime cannot tell.
   */
  // biome-ignore lint/complexity/noBannedTypes: a function of any signature.
  runningModule(given: string | undefined, below: Function): string | undefined;
  /**
   * Loads a CommonJS module as `require` does. Hooks of `require`, which may compile TypeScript, do not see `import()`. Omitted by runtimes
   * without `require`.
   */
  requireModule?(url: string): Record<string, unknown>;
  /** The specifier by which `import()` loads the module of that URL. Omitted by runtimes where that is the URL. */
  specifierOf?(url: string): string;
  /**
   * The source text of a function that imports as `import()` does in the module at that URL. If the URL is not known, it imports as in the
   * current folder, or as such a module does. It is for a module without a place of its own (a `data:` URL). Returns undefined if such
   * modules find packages anyway.
   */
  importerOf(moduleUrl: string | undefined): string | undefined;
  /**
   * Calls `begin` before the program's own exit hooks, and `end` after them, as the last thing that this worker does. Calls neither if the
   * worker is killed. The memory that this worker alone has held is others' after `end`.
   */
  onExit(end: (exitCode: number) => void, begin: () => void): void;
  /**
   * Calls `hook` each time that this worker's event loop has nothing left to do, before the worker ends. If the hook gives it something to
   * do, or holds it, the worker goes on.
   */
  onIdle(hook: () => void): void;
  /** Calls `hook` with what the runtime publishes on that diagnostics channel. Left out if the runtime has none. */
  onDiagnostics?(channel: string, hook: (message: unknown) => void): void;
  /** Ends this worker at once, with the exit code that was set. Its exit hooks run. */
  exit(): void;
  /** Sets the exit code of this worker. */
  setExitCode(code: number): void;
}

/** The used part of a server, which is an event emitter as Node has them. It emits `listening`, `error` or `close`. */
export interface ListeningServer {
  /** Adds a listener. */
  on(event: string, listener: () => void): this;
  /** Removes a listener. */
  off(event: string, listener: (error: unknown) => void): this;
  /** Adds a listener before the others. */
  prependListener(event: string, listener: (error: unknown) => void): this;
  /** How many listeners an event has. */
  listenerCount(event: string): number;
}

/** Memory that all workers of a program share. */
export interface Memory {
  /** The memory itself. */
  readonly buffer: ArrayBufferLike;
  /** The most bytes that `grow` can reach. */
  readonly maxBytes: number;
  /**
   * The `byteLength` usable bytes from `byteOffset` on, in a buffer object that belongs to the caller alone, and where they begin in it.
   * Every view of them keeps that object alive. The object may show other bytes too, and may be shared or not.
   */
  window(byteOffset: number, byteLength: number): Window;
  /** Makes at least `bytes` bytes usable, for all workers. It never shrinks. Several workers may call it at once. */
  grow(bytes: number): void;
  /**
   * Makes the system reserve the first `bytes` bytes, which are usable, so that a later write to them cannot fail for lack of memory.
   * Throws if there is none. Omitted where a write never fails.
   */
  readonly setAside?: (bytes: number) => void;
  /** The value by which another worker opens the same memory. It is copied as by `structuredClone`. */
  readonly token: unknown;
  /** Which of the workers that share the memory are alive. */
  readonly liveness: Liveness;
}

/** A buffer object over the region: see {@link Memory.window}. */
export interface Window {
  /** The buffer object. */
  readonly buffer: ArrayBufferLike;
  /** Where the requested bytes begin in the buffer. */
  readonly byteOffset: number;
}

/**
 * Which workers are alive. Anybody may kill a process, and the runtime may kill a thread that runs out of memory, at any instruction.
 * Before the program itself kills a thread, it waits until that thread is in no critical section.
 */
export interface Liveness {
  /** Declares that the worker in `slot`, which calls this, is alive until it has ended, however it ends. */
  claim(slot: number): void;
  /** Whether the worker in `slot`, which has declared itself alive, is dead. False if that cannot be told. */
  hasDied(slot: number): boolean;
  /** Makes sure that the worker in `slot`, whose creator is dead, does not run any more. */
  stop(slot: number): void;
}

/**
 * One bell for each worker: a word of memory that only counts up. A sleeper passes the count that it has read, so that it cannot miss a
 * ring between reading and sleeping.
 */
export interface Doorbells {
  /**
   * Blocks this worker until the bell at `address` no longer shows `seen`, or until `timeout` ms have passed. If a worker that this one
   * started dies meanwhile, its `onDeath` is called, if the adapter can notice that while it blocks.
   */
  sleepSync(address: number, seen: number, timeout: number): void;
  /** Calls `wake` in a later turn, once the bell no longer shows `seen`. It does not keep the event loop alive. */
  sleepAsync(address: number, seen: number, wake: () => void): void;
  /** Wakes all that sleep at `address`. The count was raised before. */
  wake(address: number): void;
  /**
   * Blocks this worker for about `ms` milliseconds, even when bells ring, and calls nothing. With `Infinity` the worker is about to be
   * killed: where a blocked worker cannot be killed, it ends itself at once, without its exit hooks.
   */
  pause(ms: number): void;
}

/** The data that a worker is started with, and the callbacks that report on it. */
export interface SpawnRequest {
  /** The entry module. */
  readonly url: string;
  /** A name for debuggers. */
  readonly name: string;
  /** The first message to the worker, copied as by `structuredClone`. */
  readonly boot: unknown;
  /** Its environment variables; undefined for a copy of this worker's. */
  readonly env: Record<string, string | undefined> | undefined;
  /** Its memory limits, for an adapter with that capability. */
  readonly resourceLimits: ResourceLimits | undefined;
  /** The options that the worker, or its pool, was made with, for options that only this adapter has. */
  readonly given: object;
  /** Called with each message that the worker posts through its `creator`. */
  readonly onMessage: (message: unknown) => void;
  /** Called with an uncaught error that ends the worker, before `onEnd`. */
  readonly onUncaught: (error: unknown) => void;
  /** Called when the worker no longer runs. The exit code is -N if signal N killed it, and `signal` is the name of that signal. */
  readonly onDeath: (exitCode: number, signal?: string) => void;
  /** Called when nothing follows any more: all that the worker posted before its end has arrived. */
  readonly onEnd: () => void;
}

/** A worker, as seen by the worker that started it. */
export interface SpawnedWorker {
  /** Its process id; undefined if the process could not be started, which `onEnd` reports. */
  readonly pid: number | undefined;
  /** Posts a message beside the ring. The objects in `transfer` are moved. */
  post(message: unknown, transfer: readonly object[]): void;
  /**
   * Stops the worker whatever it does; `onDeath` and `onEnd` follow. Core makes sure first that a thread is in no critical section, enters
   * none, and wakes up where Heddle blocks it.
   */
  kill(): void;
  /** Sets whether this worker keeps its creator's event loop alive. At first it does. */
  setKeepsAlive(keeps: boolean): void;
}

/** The channel to the worker that started this one. */
export interface Creator {
  /** The value that {@link SpawnRequest.boot} had. */
  readonly boot: unknown;
  /** If set, this worker awaits it before it loads any module of the program. */
  readonly ready?: Promise<void>;
  /** Posts a message beside the ring. The objects in `transfer` are moved. */
  post(message: unknown, transfer: readonly object[]): void;
  /** Sets the handler of messages from the creator. They do not keep this worker's event loop alive. */
  onMessage(handler: (message: unknown) => void): void;
  /** Calls `hook` when an error that nothing catches is about to end this worker, before its creator is told of it. */
  onUncaught(hook: UncaughtHook): void;
  /**
   * Says that this worker has done its job: it ends once nothing keeps its event loop alive. A pool's worker (`isPools`) does so even where
   * workers do not end by themselves (`endsWhenIdle`), as far as the runtime can tell.
   */
  finish(isPools: boolean): void;
}

/** Keeps the event loop of this worker alive. */
export interface KeepAlive {
  /** Counts up. The event loop stays alive while the count is not 0. */
  hold(): void;
  /** Counts down. */
  letGo(): void;
  /**
   * As {@link Host.onIdle}, where that is known of all that the event loop may have to do. Left out where a worker is ended by a count of
   * what holds it: then no wait is found to be the last thing left.
   */
  readonly onIdle?: (hook: () => void) => void;
  /** Whether the program listens to signals of the system. They keep no event loop alive, and their handlers may end what waits. */
  readonly hearsSignals?: () => boolean;
}

/** How an error came that nothing catches: thrown outside all promises, or as the reason of a promise. */
export type UncaughtOrigin = "uncaughtException" | "unhandledRejection";

/** Called with an error that nothing catches, and how it came. */
export type UncaughtHook = (origin: UncaughtOrigin, error: unknown) => void;

/** A value that follows the flow of control across `await` and callbacks: `AsyncLocalStorage`, where there is one. */
export interface AsyncContext {
  /** Runs `act`, and everything that follows from it, with `value`. */
  run<T>(value: unknown, act: () => T): T;
  /** The value of the present flow; undefined outside any {@link run}. */
  get(): unknown;
  /** Whether {@link get} gives the value of the flow that an error comes from, when {@link Creator.onUncaught} tells of it. */
  tellsOf(origin: UncaughtOrigin): boolean;
  /** Whether each `await` in a worker takes noticeably longer after the first {@link run}. Default: false. */
  readonly slowsAwaits?: boolean;
  /** Sets the value for everything that follows in the present flow. */
  enter(value: unknown): void;
  /** Forgets the values of all flows. It costs nothing until the next {@link run} or {@link enter}. */
  leave(): void;
}
