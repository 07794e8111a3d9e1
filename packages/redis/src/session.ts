import type { WaitLimits } from "@heddle/core";
import type { Connection } from "./connection.js";
import { LeaseLostError } from "./errors.js";
import type { Lease } from "./lease.js";
import { type Script, sessionScripts } from "./scripts.js";
import { whenAborted } from "./signals.js";

/** The answer of an operation: a word that says how it went, and what belongs to it. */
export interface Answer {
  readonly how: string;
  readonly rest: readonly Buffer[];
}

/** How a wait has ended. */
export interface Ended extends Answer {
  readonly wait: string;
  /** Why it was given up, if it was: `how` is `cancelled`, or how it had ended before. */
  readonly gaveUp?: "timeout" | "abort";
}

/** The operations of a wait. */
export interface Steps {
  /** Begins it under a name. It may be parked if `mayWait` is "1"; else the answer is `busy`. */
  readonly begin: (wait: string, mayWait: string) => Promise<Answer>;
  /** Gives it up: `cancelled`; or `ended` with how it had ended; anything else for a wait that goes on. */
  readonly cancel: (wait: string, isAbort: boolean) => Promise<Answer>;
  /** Gives back what it was granted before its signal could end it. */
  readonly undo?: (ended: Ended) => Promise<unknown>;
}

/** Names of orders to stop a call begin so; its number follows. */
export const STOP = "x";

/** The longest delay that a timer takes. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** How often the mail is read while something is waited for, in parts of the lease: a message may have been lost. */
const MAIL_PARTS = 3;

/** One program at the server, from the time at which it connects until its lease is lost: all that it holds there, and waits for. */
export class Session {
  readonly id: string;
  /** Aborts with a LeaseLostError once the lease is lost. */
  readonly lost: AbortSignal;
  readonly #namespace: string;
  readonly #connection: Connection;
  readonly #lease: Lease;
  readonly #losing = new AbortController();
  /** Orders to stop that came before anybody listened. */
  readonly #early = new Map<string, Buffer>();
  readonly #untold = new Map<string, () => void>();
  readonly #waits = new Map<string, (text: Buffer) => void>();
  readonly #readMail: NodeJS.Timeout;
  #lastWait = 0;
  #lastOperation = 0;
  /** Answers and mail that have arrived: the server need not keep them any longer. */
  #settled: string[] = [];
  #read: string[] = [];
  #busy = 0;

  constructor(id: string, namespace: string, connection: Connection, lease: Lease) {
    this.id = id;
    this.#namespace = namespace;
    this.#connection = connection;
    this.#lease = lease;
    this.lost = this.#losing.signal;
    lease.onLost(() => this.lose());
    this.#readMail = setInterval(() => void this.readMail(), lease.duration / MAIL_PARTS);
    this.#readMail.unref();
  }

  /** The key that all keys of the namespace begin with: its braces keep them in one slot. */
  get #key(): string {
    return keyOf(this.#namespace);
  }

  get isLost(): boolean {
    if (!this.lost.aborted && this.#lease.isOver) this.lose();
    return this.lost.aborted;
  }

  async listen(): Promise<void> {
    await this.#connection.subscribe({
      channel: `${this.#key}:s:${this.id}:mail`,
      listener: (message) => {
        const space = message.indexOf(" ");
        this.#deliver(message.toString("latin1", 0, space), message.subarray(space + 1));
      },
      onReady: () => void this.readMail(),
    });
  }

  lose(): void {
    if (this.lost.aborted) return;
    clearInterval(this.#readMail);
    this.#losing.abort(new LeaseLostError("The lease of this program has passed: it no longer holds anything there"));
    for (const tell of this.#untold.values()) tell();
  }

  /** Runs an operation once, however often the connection breaks. `lost` if this session's lease has passed. */
  async perform(script: Script, ...args: readonly (string | Uint8Array)[]): Promise<Answer> {
    if (this.isLost) return LOST;
    const operation = script.isRead ? "" : String(++this.#lastOperation);
    const [settled, read] = [this.#settled, this.#read];
    if (!script.isRead) [this.#settled, this.#read] = [[], []];
    const common = script.isRead ? ["", ""] : [settled.join(), read.join()];
    const letGo = this.keepAlive();
    try {
      const all = [this.id, operation, ...common, ...args];
      const [how, ...rest] = await this.#connection.run(script, this.#key, all, () => !this.isLost);
      if (operation !== "") this.#settled.push(operation);
      const answer = answerOf(how as Buffer, rest);
      if (answer.how === "lost") this.lose();
      return answer;
    } catch (error) {
      // While it was tried, the lease has passed: the server takes nothing of this session any longer.
      if (this.isLost) return LOST;
      throw error;
    } finally {
      letGo();
    }
  }

  /**
   * Waits until a wait has ended, or is given up.
   *
   * @returns How it has ended; undefined if the timeout passed first; `lost` if the lease had passed before the wait began.
   * @throws The signal's reason, once what it had been granted is given back; or LeaseLostError.
   */
  async wait(limits: WaitLimits, steps: Steps): Promise<Ended | undefined> {
    const ended = await this.park(limits, steps);
    if (ended.gaveUp === "abort") {
      if (ended.how !== "cancelled") await steps.undo?.(ended);
      throw limits.signal?.reason;
    }
    return ended.how === "cancelled" ? undefined : ended;
  }

  /** As {@link wait}, but tells of a wait that was given up as of one that was not. */
  async park({ timeout, signal }: WaitLimits, { begin, cancel }: Steps): Promise<Ended> {
    const wait = this.newWait();
    const ended = new Promise<Answer>((resolve) => this.hear(wait, resolve));
    try {
      const answer = await begin(wait, timeout > 0 ? "1" : "0");
      if (answer.how === "busy") return { wait, how: "cancelled", rest: [], gaveUp: "timeout" };
      if (answer.how !== "waiting") return { wait, ...answer };
      const gaveUp = await this.#untilEnded(ended, timeout, signal);
      if (gaveUp === undefined) return { wait, ...(await ended) };
      const { how, rest } = await cancel(wait, gaveUp === "abort");
      if (how === "lost") throw this.lost.reason;
      if (how === "cancelled") return { wait, how, rest, gaveUp };
      // It had ended before it could be given up; or it goes on, as that of a party of a barrier whose action runs.
      const [text = NO_BYTES] = rest;
      const isTold = how === "ended" && String(text) !== "lost";
      return { wait, ...(isTold ? answerOf(text) : await this.#unlessLost(ended)), gaveUp };
    } finally {
      this.forget(wait);
    }
  }

  /** A name for a wait, or for whatever else the server is to tell of. */
  newWait(): string {
    return String(++this.#lastWait);
  }

  /** Calls `listener` once the server tells of that name. */
  hear(name: string, listener: (answer: Answer) => void): void {
    const early = this.#early.get(name);
    this.#early.delete(name);
    if (early === undefined) this.#waits.set(name, (text) => listener(answerOf(text)));
    else listener(answerOf(early));
  }

  /** Gives the server's message of that name, or `lost` once the lease is lost. `forget` it in the end. */
  told(name: string): Promise<Answer> {
    return new Promise((resolve) => {
      this.hear(name, resolve);
      this.#untold.set(name, () => resolve(LOST));
      if (this.isLost) resolve(LOST);
    });
  }

  forget(name: string): void {
    this.#waits.delete(name);
    this.#untold.delete(name);
    this.#early.delete(name);
  }

  /** Why the wait is given up before it has ended; undefined if it has ended. */
  async #untilEnded(
    ended: Promise<Answer>,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<Ended["gaveUp"] | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const listening: (() => void)[] = [];
    const letGo = this.keepAlive();
    try {
      return await new Promise((resolve, reject) => {
        void ended.then(() => resolve(undefined));
        if (timeout < Number.POSITIVE_INFINITY)
          timer = setTimeout(() => resolve("timeout"), Math.min(timeout, LONGEST_DELAY));
        listening.push(whenAborted(signal, () => resolve("abort")));
        if (signal?.aborted) resolve("abort");
        listening.push(whenAborted(this.lost, () => reject(this.lost.reason)));
        if (this.isLost) reject(this.lost.reason);
      });
    } finally {
      letGo();
      clearTimeout(timer);
      for (const stop of listening) stop();
    }
  }

  async #unlessLost(ended: Promise<Answer>): Promise<Answer> {
    let stop = (): void => {};
    const lost = new Promise<never>((_, reject) => {
      stop = whenAborted(this.lost, () => reject(this.lost.reason));
    });
    try {
      return await Promise.race([ended, lost]);
    } finally {
      stop();
    }
  }

  /** Settles waits whose messages were lost. */
  async readMail(): Promise<void> {
    if (this.#waits.size === 0 && this.#settled.length === 0 && this.#read.length === 0) return;
    const [settled, read] = [this.#settled, this.#read];
    [this.#settled, this.#read] = [[], []];
    try {
      const args = [this.id, "", settled.join(), read.join()];
      const mail = await this.#connection.run(sessionScripts.mail, this.#key, args, () => !this.isLost);
      if (String(mail[0]) === "lost") this.lose();
      else for (let i = 0; i < mail.length; i += 2) this.#deliver(String(mail[i]), mail[i + 1] as Buffer);
    } catch {
      // The server cannot be reached: it will be read once it can be, or the lease passes.
      this.#settled.push(...settled);
      this.#read.push(...read);
    }
  }

  #deliver(wait: string, text: Buffer): void {
    const resolve = this.#waits.get(wait);
    this.#waits.delete(wait);
    this.#read.push(wait);
    if (resolve !== undefined) resolve(text);
    else if (wait.startsWith(STOP)) this.#keepEarly(wait, text);
  }

  /** A call may be asked to stop in the same turn in which this program hears that it has it. */
  #keepEarly(name: string, text: Buffer): void {
    this.#early.set(name, text);
    const [oldest = ""] = this.#early.keys();
    // The oldest are of calls that had ended before.
    if (this.#early.size > MOST_EARLY) this.#early.delete(oldest);
  }

  /** Keeps the program alive until the returned function is called. */
  keepAlive(): () => void {
    if (this.#busy++ === 0) this.#connection.setKeepsAlive(true);
    return () => {
      if (--this.#busy === 0) this.#connection.setKeepsAlive(false);
    };
  }
}

export const keyOf = (namespace: string): string => `{${namespace}}`;

const LOST: Answer = { how: "lost", rest: [] };

const NO_BYTES = Buffer.alloc(0);
const MOST_EARLY = 1000;
const NEW_LINE = 10;

/** An answer, or the message of how a wait has ended: a line of words, the first of which says how. Bytes may come after the line's end. */
function answerOf(text: Buffer, rest: readonly Buffer[] = []): Answer {
  const end = text.indexOf(NEW_LINE);
  const [how = "", ...parts] = text.toString("utf8", 0, end < 0 ? text.length : end).split(" ");
  const bytes = end < 0 ? [] : [text.subarray(end + 1)];
  return { how, rest: [...parts.map((part) => Buffer.from(part)), ...bytes, ...rest] };
}
