import { once } from "node:events";
import { createServer } from "node:http";

/** Serves on a port of 127.0.0.1 that is free. @param {import("node:http").RequestListener} listener */
export async function serve(listener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
