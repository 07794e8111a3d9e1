import { checkInteger, checkOptions, checkType, typeError } from "@heddle/core";
import { Cluster } from "./cluster.js";
import type { SentinelOptions, Server, TlsOptions } from "./location.js";
import { checkStore, Payloads, type ValueStore } from "./pool/payloads.js";
import { keyOf, LONGEST_DELAY } from "./session.js";
import { Sessions } from "./sessions.js";

/**
 * How {@link connect} reaches the server.
 *
 * @example
 * ```ts
 * import { type ConnectOptions, connect } from "@heddle/redis";
 *
 * const options: ConnectOptions = { url: "redis://localhost:6379", namespace: "shop", lease: 5000 };
 * await using cluster = await connect(options);
 * ```
 */
export interface ConnectOptions {
  /**
   * The server, such as `redis://user:password@host:6379/0`; `rediss://` with TLS. With `cluster` or `sentinel`: some of the
   * nodes. One of them at least has to be reachable. The user and the password of the first are the server's.
   */
  readonly url: string | readonly string[];
  /** Whether the nodes are those of Redis Cluster. A namespace lies in one slot. Default: false. */
  readonly cluster?: boolean | undefined;
  /** The name that sentinels have for the server, if the nodes are sentinels. */
  readonly sentinel?: string | SentinelOptions | undefined;
  /** Certificates and the like, for `rediss://`. Default: those of the runtime. */
  readonly tls?: TlsOptions | undefined;
  /** All programs that share objects have the same. Default: `"heddle"`. */
  readonly namespace?: string | undefined;
  /**
   * For how many milliseconds the server keeps what a program holds, after the program was last heard of. A thread of its own renews it. Default:
   * 10,000. At least 100.
   */
  readonly lease?: number | undefined;
  /**
   * The version of the tasks that pools send, and that a machine runs. A task runs only on machines of its own version. Default: the version in the
   * package.json of the task's package. Give one, such as that of a commit, if yours does not change with each release.
   */
  readonly release?: string | undefined;
  /** A store for large arguments and results of tasks. Programs and machines are given the same. Default: the server itself. */
  readonly store?: ValueStore | undefined;
}

const SHORTEST_LEASE = 100;
const CONNECT_OPTIONS = ["url", "cluster", "sentinel", "tls", "namespace", "lease", "release", "store"];

/**
 * Connects to a Redis or Valkey server, version 7 or later, and begins a session there.
 *
 * @returns The classes of the objects that live at the server.
 * @throws HeddleError with the code `HEDDLE_SERVER_UNREACHABLE` if the server cannot be reached, and `HEDDLE_SERVER_REFUSED` if it refuses.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop", lease: 5000 });
 * console.log(await cluster.Lock.named("stock").run(() => "mine for now")); // mine for now
 * ```
 */
export async function connect(options: ConnectOptions): Promise<Cluster> {
  const target = checkConnectOptions(options, "connect");
  const sessions = new Sessions(target.server, target.namespace);
  await sessions.current();
  return new Cluster(sessions, target);
}

/** Where the objects of a program are, and what its pools need. */
export interface Target {
  readonly server: Server;
  readonly namespace: string;
  readonly release: string | undefined;
  readonly payloads: Payloads;
}

/** The options of a connection, with their defaults. Throws TypeError and RangeError. */
export function checkConnectOptions(options: ConnectOptions, what: string, more: readonly string[] = []): Target {
  checkOptions(options, what, [...CONNECT_OPTIONS, ...more]);
  const { url, cluster = false, sentinel, tls } = options;
  const { namespace = "heddle", lease = 10_000, release, store } = options;
  const urls = typeof url === "string" ? [url] : url;
  if (!Array.isArray(urls) || urls.length === 0 || !urls.every((each) => URL.canParse(each))) {
    throw typeError(`${what} takes the url of a server, such as { url: "redis://localhost:6379" }`);
  }
  checkType(cluster, "cluster", "boolean");
  if (cluster && sentinel !== undefined) throw typeError("The nodes are those of a cluster, or sentinels: not both");
  if (urls.length > 1 && !cluster && sentinel === undefined) {
    throw typeError("Several URLs are nodes of a cluster, or sentinels: say { cluster: true } or { sentinel: name }");
  }
  checkType(namespace, "A namespace", "string");
  if (namespace === "" || /[{}]/.test(namespace)) {
    throw typeError("A namespace is a string that is not empty, without braces");
  }
  checkInteger(lease, "A lease", SHORTEST_LEASE, LONGEST_DELAY);
  checkType(release, "A release", "string");
  const server: Server = {
    urls,
    lease,
    clusterKey: cluster ? keyOf(namespace) : undefined,
    sentinel: typeof sentinel === "string" ? { name: sentinel } : sentinel,
    tls,
  };
  return { server, namespace, release, payloads: new Payloads(checkStore(store)) };
}
