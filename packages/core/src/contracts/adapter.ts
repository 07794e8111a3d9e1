import type { ResourceLimits } from "./worker.js";

/**
 * What an adapter supplies: how workers of one kind share memory, start, end, sleep and are woken. Core has validated and
 * defaulted everything before it gets here; an adapter never checks its arguments again.
 */
export interface Adapter {
  /** The package's name, as in an import. */
  readonly name: string;
  /** The adapter's own module (or the bundle that holds it): a worker's entry. */
  readonly url: string;
  /** What it can do that others cannot, and the other way round. */
  readonly capabilities: Capabilities;
  /** Names of options of workers and pools that are this adapter's own. Default: none. */
  readonly ownOptions?: readonly string[];
  /** What the program runs on. */
  readonly host: Host;
  /** The channel to the worker that started this one; undefined in the main worker. */
  readonly creator: Creator | undefined;
  /** Makes the program's region, or with a token maps the one that another worker made. */
  openMemory(token: unknown): Memory;
  /** How a worker of this loom sleeps and is woken, over the bells in `memory`. */
  openDoorbells(memory: Memory): Doorbells;
  /** Starts a worker whose entry is `url`; its `creator.boot` will be `boot`. */
  spawn(request: SpawnRequest): SpawnedWorker;
  /**
   * How an object travels that is a handle of the operating system, such as an open socket. Undefined for anything else. Such an object
   * is posted. Left out by looms that send none.
   */
  readonly fateOfHandle?: (object: object) => FateOfHandle | undefined;
  /** Keeps this worker's event loop alive while held. */
  readonly keepAlive: KeepAlive;
  /** Follows each of several tasks that take turns in this worker through its `await`s. */
  readonly context: AsyncContext;
}

/** How a handle travels. */
export type FateOfHandle =
  | {
      /** What is moved has to be marked with `transfer`; what is posted may be used here, too. */
      readonly as: "posted" | "moved";
    }
  | {
      /** Why it cannot be sent, and what to do. */
      readonly unsendable: string;
    };

/** What differs between looms, beyond how. Generates the compatibility table; the conformance suite reads it. */
export interface Capabilities {
  /** What its workers are: threads of one process, or processes. */
  readonly kind: "thread" | "process";
  /** What the worker class and default names are called: "Thread" or "Process". */
  readonly workerName: "Thread" | "Process";
  /** The main worker may block. Where it may not, a `Sync` call there that would have to wait throws MayNotBlockError. */
  readonly mainMayBlock: boolean;
  /** `resourceLimits` are honoured; elsewhere they are ignored. */
  readonly resourceLimits: boolean;
  /**
   * What the platform's `postMessage` alone can share or move (a SharedArrayBuffer, a MessagePort, a stream, a Blob, a key)
   * can be sent to a worker. Elsewhere it is refused with a SendError; an ArrayBuffer marked with `transfer` is moved everywhere.
   */
  readonly postsObjects: boolean;
  /** Open sockets and servers can be sent to a worker, in its arguments or results. Elsewhere they are refused with a SendError. */
  readonly sendsHandles: boolean;
  /**
   * Workers run at the same time, each with modules, globals and an environment of its own. Elsewhere all are in one thread and take turns:
   * a call that would block until another worker does something throws a DeadlockError, and `process.exit` or an error that nothing
   * catches ends all of them.
   */
  readonly parallel: boolean;
  /** A worker that runs out of memory, or crashes natively, takes nobody with it: it is a process of its own. */
  readonly isolatedCrashes: boolean;
  /**
   * A worker ends once its event loop has nothing left to do, whether or not its target has settled. Elsewhere it ends once its
   * target has settled and nothing of Heddle's holds it; timers and the like that it left behind end with it, and a worker
   * whose target never settles has to be terminated.
   */
  readonly endsWhenIdle: boolean;
  /**
   * A worker that is terminated is stopped wherever it is. Elsewhere one that is busy goes on until it awaits something, or
   * waits for something of Heddle's, sync or async: `terminate` resolves only then.
   */
  readonly stopsBusyWorkers: boolean;
}

/** What an adapter tells of itself. */
export interface AdapterInfo {
  /** The package's name, as in an import. */
  readonly name: string;
  /** What another worker passes to `import()` to get the same surface. */
  readonly url: string;
  /** What it can do that others cannot, and the other way round. */
  readonly capabilities: Capabilities;
}

/** What core asks of the runtime that a program runs on. */
export interface Host {
  /** Operating-system process id. */
  readonly pid: number;
  /** How many workers can run at once. */
  availableParallelism(): number;
  /** Whether the module is the one that the program was started with. */
  isEntry(moduleUrl: string): boolean;
  /**
   * The URL of the module whose code called the function `below`, where `import.meta.url` says `given` there, or nothing: a bundler may
   * have put a source's path in its place, or taken it away. `given`, if the runtime cannot tell.
   */
  // biome-ignore lint/complexity/noBannedTypes: a function of any signature.
  runningModule(given: string | undefined, below: Function): string | undefined;
  /**
   * Loads a module of CommonJS as `require` does: what runtimes without it leave out. Hooks of `require`, by which TypeScript may be
   * read, see no `import()`.
   */
  requireModule?(url: string): Record<string, unknown>;
  /**
   * Source text of a function that imports as `import()` does in the module at that URL (where that is not known, in the current folder), for a
   * module of text alone (a `data:` URL), which has no place from which packages could be found. Undefined where such modules find them all the same.
   */
  importerOf(moduleUrl: string | undefined): string | undefined;
  /** Calls `hook` as the last thing this worker does, if it gets to do a last thing: not when it is killed. */
  onExit(hook: (exitCode: number) => void): void;
  /**
   * Calls `hook` each time that this worker's event loop has nothing left to do, before the worker ends for that. If the hook gives
   * it something to do, or holds it, it goes on.
   */
  onIdle(hook: () => void): void;
  /** Has the runtime collect its garbage, all of it, before this returns. What is done about it in later turns may come later. */
  collectGarbage(): void;
  /**
   * The runtime takes an error that a module throws for one of its own if the error's stack was never written out before it was replaced, and puts
   * another error in its place. Elsewhere no stack is recorded that Heddle replaces: to write one out takes longer than all else about an error.
   */
  readonly losesUnreadErrors?: true;
  /** Ends this worker at once, by way of its exit hooks, with the exit code that was set. */
  exit(): void;
  /** The exit code this worker will end with, if nothing goes wrong after. */
  setExitCode(code: number): void;
  /** Prints to stderr what nobody awaits. */
  reportError(text: string): void;
}

/** Memory that all workers of a program share. */
export interface Memory {
  /** The memory itself. */
  readonly buffer: ArrayBufferLike;
  /** Bytes that `grow` can reach at most. */
  readonly maxBytes: number;
  /**
   * The `byteLength` bytes from `byteOffset` on, which are usable, in a buffer object that nobody else has, and where they begin in it: so
   * that whoever has a view of them has that object. Alike, it may show other bytes as well, and be shared or not.
   */
  window(byteOffset: number, byteLength: number): Window;
  /** Makes at least `bytes` usable, for every worker; never shrinks. Safe to call from several workers at once. */
  grow(bytes: number): void;
  /**
   * Has the system set aside the first `bytes` bytes, which are usable: whoever writes there does not find that there is no memory
   * left. Throws if there is none. Left out where writing never fails.
   */
  readonly setAside?: (bytes: number) => void;
  /** What another worker opens the same memory with; copied as by structured clone. */
  readonly token: unknown;
  /** Who of those that share the memory is alive. */
  readonly lives: Lives;
}

/** See {@link Memory.window}. */
export interface Window {
  /** A buffer object over the region's memory. */
  readonly buffer: ArrayBufferLike;
  /** Where the bytes that were asked for begin in the buffer. */
  readonly byteOffset: number;
}

/**
 * Whether workers live, where something may kill them that this program does not foresee: anybody a process, the runtime a thread that
 * runs out of memory. When the program itself kills a thread, it waits until that is in no critical section.
 */
export interface Lives {
  /** Says that the worker in `slot`, which calls this, lives: until it has ended, however it ends. */
  claim(slot: number): void;
  /** Whether the worker in `slot`, which has once claimed that it lives, is no more. False where that cannot be told. */
  hasDied(slot: number): boolean;
  /** Makes sure that the worker in `slot`, whose creator has died, does not run any more. */
  stop(slot: number): void;
}

/**
 * A bell for each worker: a word of memory that only ever counts up. A sleeper names the count it has seen, so that a
 * ring between looking and sleeping is never slept through. The four words at its door (`doorOf`) are the loom's own.
 */
export interface Doorbells {
  /**
   * Sleeps, blocking this worker, until the bell at `address` no longer shows `seen`, or `timeout` ms have passed. Should a
   * worker that this one has started die meanwhile, its `onDeath` is called, if the loom can hear of it.
   */
  sleepSync(address: number, seen: number, timeout: number): void;
  /** Calls `wake` in a later turn, once the bell no longer shows `seen`. Does not keep the event loop alive. */
  sleepAsync(address: number, seen: number, wake: () => void): void;
  /** Wakes everybody who sleeps at `address`; the count has been raised already. */
  wake(address: number): void;
  /**
   * Blocks this worker for about `ms`, whoever rings; calls nothing. For ever (`Infinity`) if it is about to be killed: where
   * a worker that blocks cannot be killed, it ends itself instead, at once and without its exit hooks.
   */
  pause(ms: number): void;
}

/** What a worker is started with, and who hears of it. */
export interface SpawnRequest {
  /** The module that it begins with. */
  readonly url: string;
  /** What debuggers and the like may call it. */
  readonly name: string;
  /** Copied as by structured clone. */
  readonly boot: unknown;
  /** Its environment variables; undefined for a copy of this worker's. */
  readonly env: Record<string, string | undefined> | undefined;
  /** Its memory limits, for an adapter that has the capability. */
  readonly resourceLimits: ResourceLimits | undefined;
  /** What the worker, or its pool, was made with, as it was given: for options that only this adapter has. */
  readonly given: object;
  /** Something posted by the worker through its `creator`. */
  readonly onMessage: (message: unknown) => void;
  /** An error that ended the worker and was not caught in it. Comes before `onEnd`. */
  readonly onUncaught: (error: unknown) => void;
  /** The worker does not run any more. Exit code -N when signal N killed it, and that signal's name. */
  readonly onDeath: (exitCode: number, signal?: string) => void;
  /** Nothing comes after: what it posted before its death has been heard. */
  readonly onEnd: () => void;
}

/** A worker, as the one that started it holds it. */
export interface SpawnedWorker {
  /** Its process; undefined if that could not be started, of which `onEnd` tells. */
  readonly pid: number | undefined;
  /** Posts beside the ring, moving what is in `transfer`. */
  post(message: unknown, transfer: readonly object[]): void;
  /**
   * Stops it wherever it is; `onDeath` and `onEnd` follow. Core sees to it that a thread is in no critical section, enters none,
   * and wakes from where Heddle blocks it.
   */
  kill(): void;
  /** Whether this worker keeps its creator's event loop alive. At first it does. */
  setKeepsAlive(keeps: boolean): void;
}

/** The way back to the worker that started this one. */
export interface Creator {
  /** What {@link SpawnRequest.boot} held. */
  readonly boot: unknown;
  /** What this worker waits for before it loads any module of the program, if anything. */
  readonly ready?: Promise<void>;
  /** Posts beside the ring, moving what is in `transfer`. */
  post(message: unknown, transfer: readonly object[]): void;
  /** Messages from the creator; they do not keep this worker's event loop alive. */
  onMessage(handler: (message: unknown) => void): void;
  /**
   * This worker's job is done: it is to end once nothing keeps its event loop alive. A pool's worker (`isPools`) does so even where
   * workers do not end by themselves (`endsWhenIdle`), as far as the runtime tells.
   */
  finish(isPools: boolean): void;
}

/** Something that this worker's event loop waits for. */
export interface KeepAlive {
  /** Counts up: the event loop stays alive while the count is not 0. */
  hold(): void;
  /** Counts down. */
  letGo(): void;
}

/** A value that goes with the flow of control, across `await` and callbacks; `AsyncLocalStorage` where there is one. */
export interface AsyncContext {
  /** Runs `act`, and all that follows from it, with `value`. */
  run<T>(value: unknown, act: () => T): T;
  /** The value that this flow runs with, undefined outside any {@link run}. */
  get(): unknown;
  /** Has what follows from here on, in this flow, run with `value`. */
  enter(value: unknown): void;
  /** Forgets the values of all flows. Costs nothing again until the next {@link run} or {@link enter}. */
  leave(): void;
}
