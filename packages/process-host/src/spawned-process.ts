import { constants } from "node:os";
import { Fifo, type SpawnedWorker, type SpawnRequest } from "@heddle/core";
import { clearTimeout, setTimeout } from "@heddle/node-host";
import type { FromProcess, StartupInfo } from "./creator.js";
import type { Watched } from "./doorbells.js";
import { startError } from "./errors.js";
import { ArrivedHandles, putWithoutHandles } from "./handles.js";
import { Inbox, Outbox } from "./mailbox.js";
import { endOf } from "./native/ended.js";
import { POLLIN } from "./native/posix.js";
import type { OwnBell } from "./own-bell.js";
import type { Order, Runtime, Started } from "./runtime.js";
import { type Bell, MESSAGE, type PreparedShare, type System } from "./systems/system.js";

/** The parts that starting processes takes. */
export interface SpawnContext {
  readonly adapter: string;
  readonly runtime: Runtime;
  readonly system: System;
  /** The descriptor of the region's memory. */
  readonly region: number;
  readonly own: OwnBell;
  /** Where processes are that were started here and are alive. */
  readonly children: Set<Watched>;
}

/** How long a process may take to end after it was asked to, before it is made to. */
const GRACE_MS = 1000;

/** Starts a process that shares the region. */
export function spawnProcess(context: SpawnContext, request: SpawnRequest): SpawnedWorker {
  // First: once the process runs, nothing may fail that would give its slot to another one.
  context.own.listen();
  const shared = new Shared(context);
  try {
    return new SpawnedProcess(context, request, shared);
  } catch (error) {
    shared.close(false);
    throw error;
  }
}

function startOrSayWhy(runtime: Runtime, order: Order): Started {
  try {
    return runtime.start(order);
  } catch (error) {
    throw startError(error);
  }
}

/** The things that a process has in common with its creator, as long as both live. */
class Shared {
  readonly toChild: number;
  readonly fromChild: number;
  readonly bell: Bell;
  readonly prepared: PreparedShare;
  readonly #opened: readonly (() => void)[];

  constructor({ runtime, system, region, own }: SpawnContext) {
    const { posix } = runtime;
    const opened: (() => void)[] = [];
    const file = (name: string): number => {
      const fd = system.makeFile(name);
      opened.push(() => void posix.close(fd));
      return fd;
    };
    this.#opened = opened;
    try {
      this.toChild = file("to a process");
      this.fromChild = file("from a process");
      const bell = system.bells.make();
      opened.push(() => bell.close());
      this.bell = bell;
      this.prepared = system.prepareShare({
        region,
        inbox: this.toChild,
        outbox: this.fromChild,
        bell,
        creator: own.bell,
      });
    } catch (error) {
      this.#closeAll();
      throw error;
    }
  }

  close(wasKilled: boolean): void {
    this.#closeAll();
    this.prepared.close(wasKilled);
  }

  #closeAll(): void {
    for (const close of this.#opened) close();
  }
}

/** A process that this one started. */
class SpawnedProcess implements SpawnedWorker, Watched {
  readonly events = POLLIN;
  readonly fd: number;
  readonly #context: SpawnContext;
  readonly #request: SpawnRequest;
  readonly #shared: Shared;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #process: Started;
  readonly #onMessages = (): void => this.#read();
  /** Handles that are to be sent once the process hears of them, and those that have come from it. */
  readonly #handles: unknown[] = [];
  readonly #arrived: ArrivedHandles;
  #hears = false;
  /** The messages that were taken from the inbox and are to be read. */
  readonly #taken = new Fifo<FromProcess>();
  /** Whether it has a listener of its own for SIGTERM, which is to run before it is killed. */
  #handlesSigterm = false;
  #isDead = false;
  #wasKilled = false;
  #hasEnded = false;
  #grace: NodeJS.Timeout | undefined;

  constructor(context: SpawnContext, request: SpawnRequest, shared: Shared) {
    const { adapter, runtime, system, own, children } = context;
    this.#context = context;
    this.#request = request;
    this.#shared = shared;
    this.#outbox = new Outbox(runtime, shared.toChild);
    this.#arrived = new ArrivedHandles(runtime.handles, () => this.#process.channel);
    this.#inbox = new Inbox(runtime, system, shared.fromChild, (sent) => this.#arrived.putInto(Object(sent).message));
    this.#outbox.put(request.boot);
    const { prepared } = shared;
    const inherited = runtime.inheritedAs(prepared.inherited);
    const startup: StartupInfo = { system: system.name, share: prepared.startup, inherited };
    this.#process = startOrSayWhy(runtime, {
      url: request.url,
      adapter,
      startup: JSON.stringify(startup),
      inherited: prepared.inherited,
      env: request.env,
      limits: request.resourceLimits,
      given: request.given,
      onExit: (code, signal) => {
        this.#die(code, signal);
        this.#end();
      },
      onFail: (error) => this.#fail(error),
    });
    runtime.handles?.hear(this.#process.channel, (handle) => {
      this.#arrived.add(handle);
      this.#read();
      if (this.#isDead) this.#end();
    });
    // A wait for handles, here or there, is to end now.
    runtime.handles?.onClose(this.#process.channel, () => {
      if (this.#hasEnded) return;
      this.#read();
      if (this.#isDead) this.#end();
      else shared.bell.waker.wake(MESSAGE);
    });
    this.fd = prepared.started(this.pid);
    if (this.fd >= 0) children.add(this);
    own.inboxReaders.add(this.#onMessages);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  post(message: unknown): void {
    const put = (): void => this.#outbox.put(message);
    this.#handles.push(
      ...putWithoutHandles(this.#context.runtime.handles, this.#process.channel, message, "args", put),
    );
    this.#sendHandles();
    this.#shared.bell.waker.wake(MESSAGE);
  }

  kill(): void {
    if (this.#isDead) return;
    // This process may have blocked since the other told of its listener.
    this.#drainInbox();
    if (this.#handlesSigterm) {
      this.#signal("SIGTERM");
      this.#grace ??= setTimeout(() => this.#killNow(), GRACE_MS);
    } else this.#killNow();
  }

  #killNow(): void {
    this.#signal("SIGKILL");
    this.#shared.prepared.sever();
  }

  #signal(signal: "SIGTERM" | "SIGKILL"): void {
    try {
      this.#process.kill(signal);
    } catch {
      // It has just ended, or has become another user's: then `sever` ends it.
    }
  }

  setKeepsAlive(keeps: boolean): void {
    this.#process.setKeepsAlive(keeps);
  }

  onEnd(): void {
    if (this.pid === undefined) return;
    const { code, signal } = endOf(this.#context.runtime, this.pid);
    this.#die(code, signal);
  }

  #drainInbox(): void {
    for (let next = this.#inbox.receive(); next !== undefined; next = this.#inbox.receive()) {
      const sent = next.message as FromProcess;
      if ("takesLeave" in sent) this.#handlesSigterm = sent.takesLeave;
      else this.#taken.push(sent);
    }
  }

  #read(): void {
    this.#drainInbox();
    for (let sent = this.#taken.shift(); sent !== undefined; sent = this.#taken.shift()) {
      if ("uncaught" in sent) this.#request.onUncaught(sent.uncaught);
      else if ("message" in sent) this.#request.onMessage(sent.message);
      else {
        this.#hears = true;
        this.#sendHandles();
      }
    }
  }

  /** A handle that comes before its receiver listens is lost. */
  #sendHandles(): void {
    if (!this.#hears || this.#handles.length === 0) return;
    this.#context.runtime.handles?.send(this.#process.channel, this.#handles.splice(0), () => {});
  }

  /** It could not be started. */
  #fail(error: Error): void {
    this.#request.onUncaught(startError(error));
    this.#die(1, null);
    this.#end();
  }

  #die(code: number | null, signal: string | null): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#wasKilled = signal !== null;
    this.#context.children.delete(this);
    clearTimeout(this.#grace);
    if (signal === null) this.#request.onDeath(code ?? 1);
    else this.#request.onDeath(-constants.signals[signal as NodeJS.Signals], signal);
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#read();
    // The end of a process may be heard of before the last handles that it has sent.
    if (this.#inbox.isWaiting) return;
    this.#hasEnded = true;
    this.#context.own.inboxReaders.delete(this.#onMessages);
    this.#shared.close(this.#wasKilled);
    this.#request.onEnd();
  }
}
