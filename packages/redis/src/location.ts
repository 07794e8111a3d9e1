import { createClient, type RedisClientOptions } from "redis";

/**
 * How the sentinels of a server are asked for it.
 *
 * @example
 * ```ts
 * import { connect, type SentinelOptions } from "@heddle/redis";
 *
 * const sentinel: SentinelOptions = { name: "mymaster", username: "watcher", password: "secret" };
 * await using cluster = await connect({ url: ["redis://one:26379", "redis://two:26379"], sentinel });
 * ```
 */
export interface SentinelOptions {
  /** The name that the sentinels have for the server. */
  readonly name: string;
  /** The user of the sentinels themselves, if they ask for one. Those in `url` are the server's. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * Options of TLS, for a `rediss:` URL: as of Node's `tls.connect`.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { connect, type TlsOptions } from "@heddle/redis";
 *
 * const tls: TlsOptions = { ca: readFileSync("ca.pem", "utf8") };
 * await using cluster = await connect({ url: "rediss://redis.example:6379", tls });
 * ```
 */
export interface TlsOptions {
  /** The certificates of authorities that are trusted, as PEM. Default: those that the runtime trusts. */
  readonly ca?: string | undefined;
  /** The client's certificate, as PEM, if the server asks for one. */
  readonly cert?: string | undefined;
  /** The key of `cert`. */
  readonly key?: string | undefined;
  /** The name that the server's certificate is for. Default: the host of the URL. */
  readonly servername?: string | undefined;
}

/** How the server is reached. It is sent to the thread that renews the lease: data alone. */
export interface Server {
  /** Such as `redis://user:password@host:6379/0`; `rediss://` with TLS. Of Cluster and Sentinel, any nodes. */
  readonly urls: readonly string[];
  /** The lease, in milliseconds: a connection on which nothing comes for as long is taken for broken. */
  readonly lease: number;
  /** The key whose slot is looked for among the nodes of Redis Cluster. */
  readonly clusterKey?: string | undefined;
  readonly sentinel?: SentinelOptions | undefined;
  readonly tls?: TlsOptions | undefined;
}

/** The address of a node, and what a client needs beside it. */
export type Address = Pick<RedisClientOptions, "url" | "username" | "password">;

/** Whether the server's place may change, so that it has to be looked for before each connection. */
export const isLocated = ({ clusterKey, sentinel }: Server): boolean =>
  clusterKey !== undefined || sentinel !== undefined;

/** The socket of a client, with TLS if the URL says so. */
export function socketOf({ lease, tls }: Server, url: string) {
  const common = { connectTimeout: lease, socketTimeout: lease };
  return url.startsWith("rediss:") && tls !== undefined ? { ...common, tls: true as const, ...given(tls) } : common;
}

/** Where the server is now. */
export async function locate(server: Server): Promise<Address> {
  const [first = ""] = server.urls;
  if (!isLocated(server)) return { url: first };
  const reasons: unknown[] = [];
  for (const url of server.urls) {
    try {
      const found = await (server.sentinel === undefined ? ownerOf(server, url) : mainOf(server, server.sentinel, url));
      if (found !== undefined) return { url: at(first, ...found) };
      reasons.push(new Error(`${new URL(url).host} does not know where it is`));
    } catch (error) {
      reasons.push(error);
    }
  }
  throw reasons.at(-1);
}

type Place = readonly [host: string, port: number | string];

/** The node of Redis Cluster that has the slot, as one of its nodes sees it. */
async function ownerOf(server: Server, url: string): Promise<Place | undefined> {
  return await asked(server, { url }, async (ask) => {
    const slot = Number(await ask("CLUSTER", "KEYSLOT", server.clusterKey as string));
    const ranges = (await ask("CLUSTER", "SLOTS")) as [from: number, to: number, owner: [string | null, number]][];
    const found = ranges.find(([from, to]) => from <= slot && slot <= to);
    if (found === undefined) return undefined;
    const [host, port] = found[2];
    // A node that does not know its own address leaves it out.
    return [host === null || host === "" || host === "?" ? new URL(url).hostname : host, port];
  });
}

/** The server that the sentinels have made the main one. */
async function mainOf(server: Server, { name, username, password }: SentinelOptions, url: string) {
  const address = { url: withoutUser(url), ...given({ username, password }) };
  return await asked(server, address, async (ask) => {
    const found = (await ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name)) as Place | null;
    return found ?? undefined;
  });
}

async function asked<T>(
  server: Server,
  address: Address,
  act: (ask: (...words: string[]) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const socket = { ...socketOf(server, String(address.url)), reconnectStrategy: false as const };
  const client = createClient({ ...address, RESP: 3, socket });
  client.on("error", () => {});
  try {
    await client.connect();
    return await act((...words) => client.sendCommand(words));
  } finally {
    if (client.isOpen) client.destroy();
  }
}

/** The same URL, at another place. */
function at(url: string, host: string, port: number | string): string {
  const made = new URL(url);
  made.hostname = host.includes(":") ? `[${host}]` : host;
  made.port = String(port);
  return made.href;
}

function withoutUser(url: string): string {
  const made = new URL(url);
  made.username = "";
  made.password = "";
  made.pathname = "";
  return made.href;
}

/** Without the members that are undefined. */
function given<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const all = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all) as { [K in keyof T]: Exclude<T[K], undefined> };
}
