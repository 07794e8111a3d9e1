import { HeddleError } from "@heddle/core";
import { createClient, ErrorReply, RESP_TYPES } from "redis";
import { type Address, isLocated, locate, type Server, socketOf } from "./location.js";
import type { Script } from "./scripts.js";

/** Answers of the server that mean "not now". With ASK, a slot moves to another node: its keys are not all there before it has. */
const FOR_A_WHILE = /^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|ASK|MOVED|READONLY|NOREPLICAS|UNBLOCKED)/;
/** Answers that mean "not here". */
const ELSEWHERE = /^(MOVED|READONLY|MASTERDOWN)/;
const LONGEST_PAUSE = 250;

interface Subscription {
  readonly channel: string;
  readonly listener: (message: Buffer) => void;
  /** Messages may have been missed. */
  readonly onReady: () => void;
}

type Client = ReturnType<typeof clientOf>;

/** A connection to the server that is made again when it breaks. If the server's place may change, the connection looks for it again each time. */
export class Connection {
  readonly #server: Server;
  readonly #subscriptions: Subscription[] = [];
  #client: Client | undefined;
  #opening: Promise<Client> | undefined;
  #hasConnected = false;
  #isRestoring = false;
  #keepsAlive = true;
  #isClosed = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Rejects if the server cannot be reached, or refuses the user. */
  static async open(server: Server): Promise<Connection> {
    const connection = new Connection(server);
    try {
      await connection.#usable();
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
      let client: Client | undefined;
      try {
        client = this.#client ?? (await this.#usable());
        return await send(client, script, rest);
      } catch (error) {
        if (this.#isClosed || !mayGoOn()) throw unreachable(this.#server, error);
        if (error instanceof ErrorReply && !FOR_A_WHILE.test(error.message)) throw refused(error);
        if (client !== undefined && this.#isElsewhere(error)) this.#discard(client);
      }
      await sleep(pause);
    }
  }

  /** Calls the listener with each message of a channel. */
  async subscribe(subscription: Subscription): Promise<void> {
    this.#subscriptions.push(subscription);
    const { channel, listener } = subscription;
    await this.#client?.sSubscribe(channel, listener, true);
  }

  /** Whether the program goes on while nothing else happens. */
  setKeepsAlive(keepsAlive: boolean): void {
    this.#keepsAlive = keepsAlive;
    if (keepsAlive) this.#client?.ref();
    else this.#client?.unref();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#client?.isOpen) this.#client.destroy();
  }

  #usable(): Promise<Client> {
    if (this.#client !== undefined) return Promise.resolve(this.#client);
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<Client> {
    const client = clientOf(this.#server, await locate(this.#server), () => this.#hasConnected);
    try {
      await client.connect();
      for (const { channel, listener } of this.#subscriptions) await client.sSubscribe(channel, listener, true);
      if (this.#isClosed) throw new Error("It was closed meanwhile");
    } catch (error) {
      if (client.isOpen) client.destroy();
      throw error;
    }
    client.on("ready", () => this.#tellReady());
    if (isLocated(this.#server)) {
      client.on("terminated", () => this.#discard(client));
      client.on("sharded-channel-moved", () => this.#discard(client));
    }
    this.#client = client;
    this.setKeepsAlive(this.#keepsAlive);
    if (this.#hasConnected) this.#tellReady();
    return client;
  }

  #tellReady(): void {
    for (const { onReady } of this.#subscriptions) onReady();
  }

  /** Whether the server may be somewhere else by now: its connection broke, or it says so. */
  #isElsewhere(error: unknown): boolean {
    return isLocated(this.#server) && !(error instanceof ErrorReply && !ELSEWHERE.test(error.message));
  }

  #discard(client: Client): void {
    if (this.#client === client) this.#client = undefined;
    if (client.isOpen) client.destroy();
    if (this.#subscriptions.length > 0 && !this.#isRestoring) void this.#restore();
  }

  /** Connects again, so that messages come while the program does nothing but wait for them. */
  async #restore(): Promise<void> {
    this.#isRestoring = true;
    for (let pause = 5; !this.#isClosed && this.#client === undefined; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        await this.#usable();
      } catch {
        await sleep(pause, this.#keepsAlive);
      }
    }
    this.#isRestoring = false;
  }
}

function sleep(milliseconds: number, keepsAlive = true): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    if (!keepsAlive) timer.unref();
  });
}

async function send(client: Client, script: Script, rest: readonly (string | Buffer)[]): Promise<Buffer[]> {
  try {
    return await client.sendCommand<Buffer[]>(["EVALSHA", script.hash, ...rest], BYTES);
  } catch (error) {
    if (!(error instanceof ErrorReply && error.message.startsWith("NOSCRIPT"))) throw error;
    return await client.sendCommand<Buffer[]>(["EVAL", script.text, ...rest], BYTES);
  }
}

/** Answers as bytes: items of queues are any bytes. */
const BYTES = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };

/**
 * A client of one address. The first connection is made once: a wrong address is told of at once. If the server's place may change, no client
 * connects again.
 */
function clientOf(server: Server, address: Address, hasConnected: () => boolean) {
  const client = createClient({
    ...address,
    RESP: 3,
    pingInterval: Math.max(1, Math.floor(server.lease / 3)),
    // While there is no connection, `run` tries again.
    disableOfflineQueue: true,
    socket: {
      ...socketOf(server, String(address.url)),
      reconnectStrategy: (retries: number, cause: Error) =>
        hasConnected() && !isLocated(server) ? Math.min(10 * 2 ** Math.min(retries, 5), LONGEST_PAUSE) : cause,
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
const placeOf = ({ urls }: Server): string => `The server at ${urls.map((url) => new URL(url).host).join(", ")}`;
