import { HeddleError } from "@heddle/core";
import { createClient, ErrorReply, RESP_TYPES } from "redis";
import type { Script } from "./scripts.js";

/** How the server is reached. It is sent to the thread that renews the lease: data alone. */
export interface Server {
  /** Such as `redis://user:password@host:6379/0`; `rediss://` with TLS. */
  readonly url: string;
  /** The lease, in milliseconds: a connection on which nothing comes for as long is taken for broken. */
  readonly lease: number;
}

/** Answers of the server that mean "not now". */
const FOR_A_WHILE = /^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|NOREPLICAS|UNBLOCKED)/;
const LONGEST_PAUSE = 250;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A connection to the server that is made again when it breaks. */
export class Connection {
  readonly #server: Server;
  readonly #client: ReturnType<typeof open>;
  #hasConnected = false;
  #isClosed = false;

  private constructor(server: Server) {
    this.#server = server;
    this.#client = open(server, () => this.#hasConnected);
  }

  /** Rejects if the server cannot be reached, or refuses the user. */
  static async open(server: Server): Promise<Connection> {
    const connection = new Connection(server);
    try {
      await connection.#client.connect();
      connection.#hasConnected = true;
    } catch (error) {
      connection.close();
      throw unreachable(server, error);
    }
    return connection;
  }

  /**
   * Runs a script. If the connection breaks before the answer has come, the script runs again: it has to be one that may. `mayGoOn` says
   * whether that still makes sense.
   */
  async run(
    script: Script,
    key: string,
    args: readonly (string | Uint8Array)[],
    mayGoOn: () => boolean,
  ): Promise<Buffer[]> {
    const rest = [
      "1",
      key,
      ...args.map((each) =>
        typeof each === "string" ? each : Buffer.from(each.buffer, each.byteOffset, each.byteLength),
      ),
    ];
    for (let pause = 5; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        return await this.#send(script, rest);
      } catch (error) {
        if (this.#isClosed || !mayGoOn()) throw unreachable(this.#server, error);
        if (error instanceof ErrorReply && !FOR_A_WHILE.test(error.message)) throw refused(error);
      }
      await sleep(pause);
    }
  }

  async #send(script: Script, rest: readonly (string | Buffer)[]): Promise<Buffer[]> {
    try {
      return await this.#client.sendCommand<Buffer[]>(["EVALSHA", script.hash, ...rest], BYTES);
    } catch (error) {
      if (!(error instanceof ErrorReply && error.message.startsWith("NOSCRIPT"))) throw error;
      return await this.#client.sendCommand<Buffer[]>(["EVAL", script.text, ...rest], BYTES);
    }
  }

  /** Calls `listener` with each message of a channel; and `onReady` whenever messages may have been missed. */
  async subscribe(channel: string, listener: (message: Buffer) => void, onReady: () => void): Promise<void> {
    await this.#client.sSubscribe(channel, listener, true);
    this.#client.on("ready", onReady);
  }

  /** Whether the program goes on while nothing else happens. */
  setKeepsAlive(keepsAlive: boolean): void {
    if (keepsAlive) this.#client.ref();
    else this.#client.unref();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#client.isOpen) this.#client.destroy();
  }
}

/** Answers as bytes: items of queues are any bytes. */
const BYTES = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };

/** The first connection is made once: a wrong address is told of at once. */
function open({ url, lease }: Server, hasConnected: () => boolean) {
  const client = createClient({
    url,
    RESP: 3,
    pingInterval: Math.max(1, Math.floor(lease / 3)),
    // While there is no connection, `run` tries again.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: lease,
      socketTimeout: lease,
      reconnectStrategy: (retries: number, cause: Error) =>
        hasConnected() ? Math.min(10 * 2 ** Math.min(retries, 5), LONGEST_PAUSE) : cause,
    },
  });
  // Each command rejects with it, too.
  client.on("error", () => {});
  return client;
}

const unreachable = (server: Server, cause: unknown): HeddleError =>
  new HeddleError("HEDDLE_SERVER_UNREACHABLE", `${placeOf(server)} cannot be reached: ${textOf(cause)}`, { cause });

const refused = (cause: Error): HeddleError =>
  new HeddleError("HEDDLE_SERVER_REFUSED", `The server has refused an operation: ${cause.message}`, { cause });

const textOf = (error: unknown): string =>
  error instanceof Error && error.message !== "" ? error.message : String(Object(error).code);

/** The server's address without the password. */
function placeOf({ url }: Server): string {
  const { host } = new URL(url);
  return `The server at ${host}`;
}
