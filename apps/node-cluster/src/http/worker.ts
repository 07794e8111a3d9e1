/** One of the workers that answer on one port. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { current, type Event, type Queue, task, Value } from "@heddle/node-processes/cluster";
import { keep, lookUp } from "./cache.js";
import { ITEMS, jobs } from "./jobs.js";
import { withinLimit } from "./limit.js";

/** Requests answered, by whichever worker. */
export const answered = Value.named("answered", "u32");

export interface Orders {
  /** Where they all listen; 0 until the first does. */
  readonly port: Value<"u32">;
  readonly upstream: string;
  /** Takes the name of whoever begins to listen. */
  readonly listening: Queue<string>;
  readonly stop: Event;
}

export const serve = task(import.meta, async function serve({ port, upstream, listening, stop }: Orders) {
  const server = createServer((request, response) => {
    answer(request, response, upstream).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  // In a cluster, whoever asks for any port gets the same one.
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port.value = (server.address() as AddressInfo).port;
  await listening.put(current().name);
  await stop.wait();
  server.close();
});

async function answer(request: IncomingMessage, response: ServerResponse, upstream: string): Promise<void> {
  const item = Number(request.url?.slice(1));
  if (!(item >= 1 && item <= ITEMS)) {
    response.writeHead(404).end();
    return;
  }
  const price = (await lookUp(item)) ?? (await ask(upstream, item));
  await jobs.put({ item });
  response.setHeader("worker", current().name);
  answered.add(1);
  response.end(`${price}`);
}

async function ask(upstream: string, item: number): Promise<number> {
  const price = await withinLimit(async () => Number(await (await fetch(`${upstream}/${item}`)).text()));
  await keep(item, price);
  return price;
}
