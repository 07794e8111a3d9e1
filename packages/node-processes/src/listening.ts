import cluster from "node:cluster";
import { type EventEmitter, errorMonitor } from "node:events";

/** By what a server gets its port from the cluster's primary. */
interface Listens {
  _getServer(server: EventEmitter, ...rest: unknown[]): unknown;
}

/**
 * Has a cluster's worker end when it has nothing left to do, as any process does. A cluster would keep it for ever. Its channel to the
 * primary holds the event loop, on behalf of the servers that listen through it, which do not hold it. Here it does only while there are
 * such servers. https://github.com/nodejs/node/issues/36710
 */
export function liveOnlyToListen(): void {
  if (!cluster.isWorker) return;
  const { channel } = process;
  const listens = cluster as unknown as Listens;
  const getServer = listens._getServer;
  const servers = new Set<EventEmitter>();
  const letGo = (server: EventEmitter): void => {
    if (servers.delete(server) && servers.size === 0) channel?.unref();
  };
  listens._getServer = (server, ...rest) => {
    servers.add(server);
    channel?.ref();
    for (const end of ["close", errorMonitor]) server.once(end, () => letGo(server));
    return getServer.call(cluster, server, ...rest);
  };
  channel?.unref();
}
