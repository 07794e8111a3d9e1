import { checkInteger, checkOptions, checkType, typeError } from "@heddle/core";
import { Cluster } from "./cluster.js";
import { LONGEST_DELAY } from "./session.js";
import { Sessions } from "./sessions.js";

/** How {@link connect} reaches the server. */
export interface ConnectOptions {
  /** The server, such as `redis://user:password@host:6379/0`; `rediss://` with TLS. */
  readonly url: string;
  /** All programs that share objects have the same. Default: `"heddle"`. */
  readonly namespace?: string | undefined;
  /**
   * For how many milliseconds the server keeps what a program holds, after the program was last heard of. A thread of its own renews it. Default:
   * 10,000. At least 100.
   */
  readonly lease?: number | undefined;
}

const SHORTEST_LEASE = 100;

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
  checkOptions(options, "connect", ["url", "namespace", "lease"]);
  if (typeof options?.url !== "string" || !URL.canParse(options.url)) {
    throw typeError('connect takes the url of a server, such as { url: "redis://localhost:6379" }');
  }
  const { url, namespace = "heddle", lease = 10_000 } = options;
  checkType(namespace, "A namespace", "string");
  if (namespace === "" || /[{}]/.test(namespace)) {
    throw typeError("A namespace is a string that is not empty, without braces");
  }
  checkInteger(lease, "A lease", SHORTEST_LEASE, LONGEST_DELAY);
  const sessions = new Sessions({ url, lease }, namespace);
  await sessions.current();
  return new Cluster(sessions);
}
