import { packThrownPortable, unpackPortable, WorkerCrashedError } from "@heddle/core";
import type { Future } from "heddle";
import type { Target } from "../connect.js";
import { poolScripts } from "../scripts.js";
import { type Answer, type Session, STOP } from "../session.js";
import { Sessions } from "../sessions.js";
import { whenAborted } from "../signals.js";
import type { Machine } from "./machine.js";
import type { Sent } from "./payloads.js";
import type { Done, Work } from "./work.js";

/** The parts of a machine. */
export interface Parts {
  readonly name: string;
  /** The URLs of its modules here, by their names on every machine. */
  readonly urls: ReadonlyMap<string, string>;
  readonly queues: readonly string[];
  readonly places: number;
  /** Runs a task in one of its workers. */
  readonly run: (work: Work, url: string, args: Uint8Array) => Future<Done>;
  readonly end: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

/** A call that the server has given to a place of this machine. */
interface Given {
  readonly id: string;
  readonly work: Work;
}

/** How a call has ended here, as the server is told. */
interface Report {
  readonly how: Done["how"] | "cancelled" | "crashed";
  readonly sent?: Sent;
}

/** The shortest and the longest pause before a server that cannot be reached is tried again. */
const PAUSE = 50;
const LONGEST_PAUSE = 1000;

/**
 * A machine: so many places, each of which takes a call, runs it, and takes the next. All of them are one session. If its lease is lost, the calls that
 * run are stopped, as they run elsewhere or have failed. The places go on in a new session.
 */
export class Serving implements Machine {
  readonly name: string;
  readonly places: number;
  readonly modules: readonly string[];
  readonly #target: Target;
  readonly #parts: Parts;
  readonly #sessions: Sessions;
  readonly #registrations = new WeakMap<Session, Promise<void>>();
  readonly #stopping = new AbortController();
  /** Ends the waits of places. */
  readonly #leaving = new Map<string, () => void>();
  #ended: Promise<unknown> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  #letGo = (): void => {};

  constructor(target: Target, parts: Parts) {
    this.name = parts.name;
    this.places = parts.places;
    this.modules = [...parts.urls.keys()];
    this.#target = target;
    this.#parts = parts;
    this.#sessions = new Sessions(target.server, target.namespace);
  }

  async begin(): Promise<void> {
    try {
      await this.#session();
    } catch (error) {
      await this.terminate();
      throw error;
    }
    // The program lives for as long as it serves, between two sessions, too.
    const alive = setInterval(() => {}, 2 ** 30);
    this.#letGo = () => clearInterval(alive);
    this.#ended = Promise.all(Array.from({ length: this.places }, () => this.#serve()));
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop(this.#parts.end);
    return this.#stopped;
  }

  async terminate(): Promise<void> {
    this.#stopping.abort();
    // First, so that the server takes what runs for what a machine that died had started.
    await this.#sessions.close();
    await this.#parts.kill();
    await this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(end: () => Promise<void>): Promise<void> {
    this.#stopping.abort();
    for (const leave of this.#leaving.values()) leave();
    await this.#ended;
    await end();
    await this.#sessions.close();
    this.#letGo();
  }

  /** A place: it takes calls and runs them until the machine stops. */
  async #serve(): Promise<void> {
    for (let pause = PAUSE; !this.#isStopping; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        const session = await this.#session();
        pause = PAUSE;
        for (let given = await this.#take(session); given !== undefined; )
          given = await this.#runAndTake(session, given);
      } catch {
        // The server cannot be reached, or does not take it now.
        await this.#sleep(pause);
      }
    }
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stopListening();
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      const stopListening = whenAborted(this.#stopping.signal, end);
    });
  }

  /** The session, in which the server knows of the machine. */
  async #session(): Promise<Session> {
    const session = await this.#sessions.current();
    let registration = this.#registrations.get(session);
    if (registration === undefined) {
      registration = this.#register(session);
      this.#registrations.set(session, registration);
    }
    await registration;
    return session;
  }

  async #register(session: Session): Promise<void> {
    const lines = this.#parts.queues.flatMap((queue) => this.modules.map((module) => `${queue} ${module}`));
    await session.perform(poolScripts.serve, String(this.places), ...lines);
  }

  /** The next call, once there is one; undefined once the machine stops, or has to begin a new session. */
  #take(session: Session): Promise<Given | undefined> {
    const wait = session.newWait();
    return this.#await(session, wait, () => session.perform(poolScripts.take, wait));
  }

  /** Runs a call, tells of its end, and takes the next in the same step. */
  async #runAndTake(session: Session, { id, work }: Given): Promise<Given | undefined> {
    const { how, sent } = await this.#run(session, id, work);
    const told = sent === undefined ? how : `${how} ${encodeURIComponent(this.name)} ${sent.where}`;
    const text = Buffer.concat([Buffer.from(`${told}\n`), sent?.bytes ?? new Uint8Array(0)]);
    const wait = session.newWait();
    const mayWait = this.#isStopping ? "0" : "1";
    return await this.#await(session, wait, () =>
      session.perform(poolScripts.done, id, how, text, sent?.pieces ?? "", wait, mayWait),
    );
  }

  async #await(session: Session, wait: string, begin: () => Promise<Answer>): Promise<Given | undefined> {
    const told = session.told(wait);
    try {
      const answer = await begin();
      if (answer.how !== "waiting") return givenBy(answer);
      const stopped = new Promise<undefined>((resolve) => {
        this.#leaving.set(wait, () => resolve(undefined));
        if (this.#isStopping) resolve(undefined);
      });
      if ((await Promise.race([told, stopped])) === undefined) {
        await session.perform(poolScripts.leave, wait);
        return undefined;
      }
      // It is promised: from here on it counts as started.
      return givenBy(await session.perform(poolScripts.claim, wait));
    } finally {
      this.#leaving.delete(wait);
      session.forget(wait);
    }
  }

  async #run(session: Session, id: string, work: Work): Promise<Report> {
    const { payloads } = this.#target;
    const stop = `${STOP}${id}`;
    let future: Future<Done> | undefined;
    let stopListening = (): void => {};
    const cancel = (): void => void future?.cancel();
    try {
      const args = await payloads.fetch(session, work.where, work.args);
      future = this.#parts.run(work, this.#parts.urls.get(work.module) as string, args);
      session.hear(stop, cancel);
      stopListening = whenAborted(session.lost, cancel);
      const { how, bytes } = await future;
      return { how, sent: await payloads.send(session, bytes) };
    } catch (error) {
      if (future?.state === "cancelled") return { how: "cancelled" };
      const how = error instanceof WorkerCrashedError ? "crashed" : "error";
      return { how, sent: { where: "here", bytes: packThrownPortable(error), pieces: "" } };
    } finally {
      session.forget(stop);
      stopListening();
    }
  }
}

function givenBy({ how, rest }: Answer): Given | undefined {
  if (how !== "call") return undefined;
  const [id, payload] = rest;
  return { id: String(id), work: unpackPortable(payload as Buffer) as Work };
}
