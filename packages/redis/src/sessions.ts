import { randomBytes } from "node:crypto";
import { HeddleError, type WaitLimits } from "@heddle/core";
import { Connection } from "./connection.js";
import { Lease } from "./lease.js";
import type { Server } from "./location.js";
import { type Script, sessionScripts } from "./scripts.js";
import { type Answer, type Ended, keyOf, Session, type Steps } from "./session.js";

interface Open {
  readonly session: Session;
  readonly connection: Connection;
  readonly lease: Lease;
}

/** The sessions of one `connect`: one at a time; a new one once the lease of the last was lost. */
export class Sessions {
  readonly #server: Server;
  readonly #namespace: string;
  #open: Promise<Open> | undefined;
  #isClosed = false;
  #lastName = 0;

  constructor(server: Server, namespace: string) {
    this.#server = server;
    this.#namespace = namespace;
  }

  /** A name for an object without one. It tells the session to which the object belongs. */
  async unnamed(): Promise<string> {
    return `~${(await this.current()).id}-${++this.#lastName}`;
  }

  async current(): Promise<Session> {
    if (this.#isClosed) throw closed();
    this.#open ??= this.#begin();
    const { session, connection, lease } = await this.#open;
    if (!session.isLost) return session;
    this.#open = undefined;
    connection.close();
    await lease.stop();
    return await this.current();
  }

  async #begin(): Promise<Open> {
    try {
      return await this.#connect();
    } catch (error) {
      this.#open = undefined;
      throw error;
    }
  }

  async #connect(): Promise<Open> {
    const id = randomBytes(8).toString("hex");
    const connection = await Connection.open(this.#server);
    try {
      const since = Date.now();
      const args = [id, "", "", "", String(this.#server.lease)];
      const isInTime = (): boolean => Date.now() - since < this.#server.lease;
      const [epoch] = await connection.run(sessionScripts.open, keyOf(this.#namespace), args, isInTime);
      const lease = Lease.start(this.#server, this.#namespace, id, String(epoch), since);
      const session = new Session(id, this.#namespace, connection, lease);
      await session.listen();
      const beat = [...args, String(epoch)];
      await lease.begin(async () => {
        const answer = await connection.run(sessionScripts.beat, keyOf(this.#namespace), beat, () => !lease.isOver);
        return String(answer[0]) === "alive";
      });
      connection.setKeepsAlive(false);
      return { session, connection, lease };
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** As {@link Session.wait}. If the lease had passed before the wait began, it is a wait of a new session. */
  async wait(
    limits: WaitLimits,
    stepsOf: (session: Session) => Steps,
  ): Promise<{ readonly session: Session; readonly ended: Ended | undefined }> {
    for (;;) {
      const session = await this.current();
      const ended = await session.wait(limits, stepsOf(session));
      if (ended?.how !== "lost") return { session, ended };
    }
  }

  /** Performs an operation that belongs to no session: if the lease is lost before it is done, a new session does it. */
  async perform(script: Script, ...args: readonly (string | Uint8Array)[]): Promise<Answer> {
    for (;;) {
      const answer = await (await this.current()).perform(script, ...args);
      if (answer.how !== "lost") return answer;
    }
  }

  /** Ends the session, as if its lease had passed. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#open === undefined) return;
    const { session, connection, lease } = await this.#open;
    await lease.stop();
    try {
      const args = [session.id, "", "", ""];
      if (!session.isLost)
        await connection.run(sessionScripts.close, keyOf(this.#namespace), args, () => !session.isLost);
    } finally {
      session.lose();
      connection.close();
    }
  }
}

const closed = (): HeddleError => new HeddleError("HEDDLE_CLOSED", "This connection was closed: connect again");
