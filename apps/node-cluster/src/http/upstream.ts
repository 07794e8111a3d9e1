/** The slow service that the workers ask for what is not in their cache. It remembers how many asked at the same time. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const TAKES_MS = 2;

export class Upstream implements Disposable {
  readonly url: string;
  readonly #server: Server;
  #now = 0;
  #most = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => {
      this.#most = Math.max(this.#most, ++this.#now);
      response.on("close", () => this.#now--);
      void delay(TAKES_MS).then(() => response.end(priceOf(Number(request.url?.slice(1)))));
    });
  }

  static async start(): Promise<Upstream> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Upstream(server);
  }

  get mostAtOnce(): number {
    return this.#most;
  }

  [Symbol.dispose](): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const priceOf = (item: number): string => (item * 1.25).toFixed(2);
