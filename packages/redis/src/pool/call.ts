import {
  beginAtOnce,
  callSite,
  failureIn,
  graftStack,
  HeddleError,
  packPortable,
  type Site,
  unpackAttemptPortable,
  unpackPortable,
  unpackThrownPortable,
  WorkerCrashedError,
} from "@heddle/core";
import { poolScripts } from "../scripts.js";
import type { Answer, Session } from "../session.js";
import type { Sessions } from "../sessions.js";
import type { Future } from "./future.js";
import type { Payloads } from "./payloads.js";
import type { Work } from "./work.js";

/** A task to run, and how. */
export interface Order extends Omit<Work, "args" | "where"> {
  /** Its queue and its module, as the server names the line of its calls. */
  readonly line: string;
  /** The arguments, packed. */
  readonly args: Uint8Array;
  /** As the server sorts calls: the smallest first. */
  readonly rank: string;
  /** How often it may start again, after what ran it has died; -1 for any number. */
  readonly retries: number;
}

export interface Listeners {
  /** It waits no longer: it has started or ended. */
  readonly onStarted: () => void;
  readonly onSettled: () => void;
}

/** Where the server has it. */
interface Accepted {
  readonly session: Session;
  readonly id: string;
}

const NO_BYTES = new Uint8Array(0);

/** A task that this program has submitted, until it knows how the task has ended. */
export class Call {
  readonly #order: Order;
  readonly #payloads: Payloads;
  readonly #site: Site;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #listeners: Listeners;
  #state: Future<unknown>["state"] = "pending";
  #stopReason: { readonly reason: unknown } | undefined;
  /** Undefined until it is sent. Gives undefined if the server did not take it. */
  #accepted: Promise<Accepted | undefined> | undefined;
  #isPending = true;
  #tellWithdrawn!: (nothing: undefined) => void;
  readonly #withdrawn = new Promise<undefined>((resolve) => {
    this.#tellWithdrawn = resolve;
  });

  constructor(
    order: Order,
    payloads: Payloads,
    site: Site,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    listeners: Listeners,
  ) {
    this.#order = order;
    this.#payloads = payloads;
    this.#site = site;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#listeners = listeners;
  }

  get state(): Future<unknown>["state"] {
    return this.#state;
  }

  get #isSettled(): boolean {
    return this.#state !== "pending" && this.#state !== "running";
  }

  async runIn(sessions: Sessions): Promise<void> {
    try {
      const session = await sessions.current();
      const letGo = session.keepAlive();
      try {
        await this.#submit(session);
      } finally {
        letGo();
      }
    } catch (error) {
      this.#settle("rejected", () =>
        this.#reject(error instanceof HeddleError ? beginAtOnce(error, this.#site) : error),
      );
    }
  }

  async #submit(session: Session): Promise<void> {
    const { line, rank, retries, args, ...work } = this.#order;
    const sent = await this.#payloads.send(session, args);
    const wait = session.newWait();
    try {
      if (this.#isSettled) {
        // It was cancelled meanwhile, and never sent. The server drops pieces of arguments by itself, with their call.
        if (sent.pieces !== "") await this.#payloads.drop(session, sent.where, sent.bytes);
        return;
      }
      const payload = packPortable({ ...work, where: sent.where, args: sent.bytes } satisfies Work, "args");
      const ended = session.told(wait);
      session.hear(`r${wait}`, () => this.#start());
      const submitted = session.perform(poolScripts.submit, wait, line, rank, String(retries), sent.pieces, payload);
      this.#accepted = submitted.then(
        ({ how, rest }) => (how === "lost" ? undefined : { session, id: String(rest[0]) }),
        () => undefined,
      );
      const { how } = await submitted;
      if (how === "lost") throw session.lost.reason;
      const answer = await Promise.race([ended, this.#withdrawn]);
      if (answer !== undefined) await this.#end(session, answer);
    } finally {
      session.forget(wait);
      session.forget(`r${wait}`);
      if (sent.where === "stored") await this.#payloads.drop(session, sent.where, sent.bytes);
    }
  }

  /** Settles as the machine says that it has ended. */
  async #end(session: Session, { how, rest }: Answer): Promise<void> {
    if (how === "lost") throw session.lost.reason;
    const [name, where = "here", bytes = NO_BYTES] = rest;
    if (how === "cancelled" && this.#stopReason !== undefined) {
      const { reason } = this.#stopReason;
      this.#settle("cancelled", () => this.#reject(reason));
    } else if (name === undefined) {
      const error = new WorkerCrashedError(
        `The machine that ran ${this.#order.name} has died, or was not heard of for as long as its lease`,
      );
      this.#settle("rejected", () => this.#reject(beginAtOnce(error, this.#site)));
    } else {
      const value = await this.#valueOf(session, how, String(where), bytes);
      const machine = decodeURIComponent(String(name));
      if (how === "value") this.#settle("fulfilled", () => this.#resolve(this.#withOrigin(value, machine)));
      else this.#settle("rejected", () => this.#reject(graftStack(value, machine, this.#site)));
    }
  }

  /** The stack of the error that has ended an attempt goes on to where it was submitted. */
  #withOrigin(value: unknown, machine: string): unknown {
    if (this.#order.mode !== "attempt") return value;
    const attempt = value as readonly unknown[];
    const failure = failureIn(attempt);
    return failure === undefined ? attempt : attempt.with(-2, graftStack(failure.error, machine, this.#site));
  }

  async #valueOf(session: Session, how: string, where: string, bytes: Uint8Array): Promise<unknown> {
    try {
      // If it was given up meanwhile, nobody wants it.
      if (this.#isSettled) return undefined;
      const packed = await this.#payloads.fetch(session, where, bytes);
      if (how !== "value") return unpackThrownPortable(packed);
      return this.#order.mode === "attempt" ? unpackAttemptPortable(packed) : unpackPortable(packed);
    } finally {
      await this.#payloads.drop(session, where, bytes);
    }
  }

  #start(): void {
    if (this.#state === "pending") this.#state = "running";
    this.#waitsNoLonger();
  }

  #waitsNoLonger(): void {
    if (!this.#isPending) return;
    this.#isPending = false;
    this.#listeners.onStarted();
  }

  #settle(state: Future<unknown>["state"], tell: () => void): void {
    if (this.#isSettled) return;
    this.#state = state;
    tell();
    this.#waitsNoLonger();
    this.#listeners.onSettled();
  }

  /** As {@link Future.cancel}. */
  async cancel(given: unknown): Promise<boolean> {
    if (this.#isSettled) return false;
    const reason =
      given ?? beginAtOnce(new DOMException(`${this.#order.name} was cancelled`, "AbortError") as Error, callSite());
    this.#stopReason ??= { reason };
    if (this.#accepted === undefined) {
      this.#settle("cancelled", () => this.#reject(reason));
      return true;
    }
    const how = await this.#withdraw("0");
    if (how === "cancelled") this.#settle("cancelled", () => this.#reject(reason));
    return how === "cancelled";
  }

  /** Rejects at once, whether it waits or runs. If it runs, it is asked to stop. */
  abort(reason: unknown): void {
    if (this.#isSettled) return;
    this.#settle("cancelled", () => this.#reject(reason));
    void this.#withdraw("1");
  }

  async #withdraw(isDropped: string): Promise<string> {
    try {
      const accepted = await this.#accepted;
      if (accepted === undefined) return "ended";
      const { session, id } = accepted;
      const { how } = await session.perform(poolScripts.cancel, id, isDropped);
      // Nothing more is heard of it.
      if (how === "cancelled" || (how === "stopping" && isDropped === "1")) this.#tellWithdrawn(undefined);
      return how;
    } catch {
      // The server refuses it, or is gone for as long as the lease: the call goes with the session.
      return "lost";
    }
  }
}
