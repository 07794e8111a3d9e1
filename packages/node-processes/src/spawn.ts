import type { ChildProcess, ForkOptions } from "node:child_process";
import { closeSync } from "node:fs";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import type { ResourceLimits, SpawnedWorker, SpawnRequest } from "@heddle/core";
import { anonymousFile } from "./anonymous-file.js";
import type { FromProcess } from "./creator.js";
import { BORN, LINE } from "./descriptors.js";
import type { Watched } from "./doorbells.js";
import { type Channel, type Handle, Handles, sendHandles, takeHandles } from "./handles.js";
import { Inbox, Outbox } from "./mailbox.js";
import { endOf } from "./posix.js";

/** How a process is started: by child_process, or as a worker of a cluster. */
export type Fork = (modulePath: string, args: readonly string[], options: ForkOptions) => ChildProcess;

export interface Origin {
  readonly adapter: string;
  readonly fork: Fork;
  /** The descriptor of the region's memory. */
  readonly region: number;
  /** Where processes are that were started here and are alive. */
  readonly children: Set<Watched>;
}

/** How long a process may take to end after it was asked to, before it is made to. */
const GRACE_MS = 1000;

/** Starts a process that shares the region. */
export function spawnProcess({ adapter, fork, region, children }: Origin, request: SpawnRequest): SpawnedWorker {
  const toChild = anonymousFile("to a process");
  const fromChild = anonymousFile("from a process");
  const outbox = new Outbox(toChild);
  const closeBoxes = (): void => {
    closeSync(toChild);
    closeSync(fromChild);
  };
  try {
    outbox.put(request.boot);
    const process = fork(fileURLToPath(request.url), globalThis.process.argv.slice(2), {
      env: { ...(request.env ?? globalThis.process.env), [BORN]: `${adapter} ${globalThis.process.pid}` },
      execArgv: argumentsFor(request.resourceLimits),
      stdio: ["ignore", "inherit", "inherit", "ipc", region, toChild, fromChild, "pipe"],
    });
    return new Child(process, request, outbox, fromChild, children, closeBoxes);
  } catch (error) {
    closeBoxes();
    throw error;
  }
}

/** Node's own arguments. Those of this process as they are, unless there is something to add: `fork` knows what to leave out. */
function argumentsFor(limits: ResourceLimits | undefined): string[] {
  if (limits === undefined) return process.execArgv;
  const { maxOldGenerationSizeMb: old, maxYoungGenerationSizeMb: young, stackSizeMb: stack } = limits;
  return [
    ...process.execArgv,
    ...(old === undefined ? [] : [`--max-old-space-size=${Math.ceil(old)}`]),
    // The young generation is three of these.
    ...(young === undefined ? [] : [`--max-semi-space-size=${Math.ceil(young / 3)}`]),
    ...(stack === undefined ? [] : [`--stack-size=${Math.floor(stack * 1024)}`]),
  ];
}

/** A process that this one started. */
class Child implements SpawnedWorker, Watched {
  readonly pid: number | undefined;
  readonly fd: number;
  readonly #process: ChildProcess;
  readonly #request: SpawnRequest;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #line: Socket;
  readonly #children: Set<Watched>;
  readonly #closeBoxes: () => void;
  /** Handles that are to be sent once the process listens. */
  readonly #handles: Handle[] = [];
  #isListening = false;
  #isDead = false;
  #hasEnded = false;
  #grace: NodeJS.Timeout | undefined;

  constructor(
    process: ChildProcess,
    request: SpawnRequest,
    outbox: Outbox,
    fromChild: number,
    children: Set<Watched>,
    closeBoxes: () => void,
  ) {
    this.pid = process.pid;
    this.#process = process;
    this.#request = request;
    this.#outbox = outbox;
    const handles = new Handles(process as Channel, () => this.#read());
    this.#inbox = new Inbox(fromChild, (message) => handles.putInto(Object(message).message));
    this.#children = children;
    this.#closeBoxes = closeBoxes;
    this.#line = (process.stdio as readonly unknown[])[LINE] as Socket;
    this.fd = descriptorOf(this.#line);
    if (this.fd >= 0) children.add(this);
    this.#line.on("data", () => {
      this.#isListening = true;
      this.#sendHandles();
      this.#read();
    });
    // A process that is killed may leave the line broken; its end is heard of by itself.
    this.#line.on("error", () => {});
    process.channel?.unref();
    process.on("error", (error) => this.#fail(error));
    process.on("exit", (code, signal) => this.#die(code, signal));
    process.on("close", () => this.#end());
  }

  post(message: unknown): void {
    this.#handles.push(...takeHandles(message));
    this.#outbox.put(message);
    this.#sendHandles();
    this.#line.write("!");
  }

  kill(): void {
    if (this.#isDead) return;
    this.#process.kill("SIGTERM");
    this.#grace ??= setTimeout(() => this.#process.kill("SIGKILL"), GRACE_MS);
  }

  setKeepsAlive(keeps: boolean): void {
    const how = keeps ? "ref" : "unref";
    this.#process[how]();
    this.#line[how]();
  }

  onHangUp(): void {
    if (this.pid === undefined) return;
    const { code, signal } = endOf(this.pid);
    this.#die(code, signal);
  }

  /** Node drops a handle that comes before its receiver listens. */
  #sendHandles(): void {
    if (this.#isListening) sendHandles(this.#process as Channel, this.#handles.splice(0));
  }

  #read(): void {
    for (let next = this.#inbox.take(); next !== undefined; next = this.#inbox.take()) {
      const sent = next.message as FromProcess;
      if ("uncaught" in sent) this.#request.onUncaught(sent.uncaught);
      else this.#request.onMessage(sent.message);
    }
  }

  /** It could not be started; anything else that goes wrong with it ends it. */
  #fail(error: Error): void {
    if (this.pid !== undefined) return;
    this.#request.onUncaught(error);
    this.#die(1, null);
    this.#end();
  }

  #die(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#children.delete(this);
    clearTimeout(this.#grace);
    if (signal === null) this.#request.onDeath(code ?? 1);
    else this.#request.onDeath(-constants.signals[signal], signal);
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#read();
    this.#closeBoxes();
    this.#request.onEnd();
  }
}

/** The descriptor of a socket that Node has made; -1 if there is none, as the process could not be started. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as { _handle?: { fd?: number } | null };
  return handle?.fd ?? -1;
}
