/** One of the workers that answer on one port. */
import { once } from "node:events";
import { createServer } from "node:http";
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
  /** Takes the name of the worker that begins to listen. */
  readonly listening: Queue<string>;
  readonly stop: Event;
}

export const serve = task(import.meta, async function serve({ port, upstream, listening, stop }: Orders) {
  const server = createServer(async (request, response) => {
    const { status, text } = await answer(Number(request.url?.slice(1)), upstream);
    answered.add(1);
    response.writeHead(status, { worker: current().name }).end(text);
  });
  // In a cluster, all workers that ask for any port get the same one.
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port.value = (server.address() as AddressInfo).port;
  await listening.put(current().name);
  await stop.wait();
  server.close();
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function answer(item: number, upstream: string): Promise<Answer> {
  if (!Number.isInteger(item) || item < 1 || item > ITEMS) return { status: 404, text: "no such item" };
  try {
    const price = (await lookUp(item)) ?? (await ask(upstream, item));
    await jobs.put({ item });
    return { status: 200, text: `${price}` };
  } catch (error) {
    return { status: 502, text: String(error) };
  }
}

async function ask(upstream: string, item: number): Promise<number> {
  const price = await withinLimit(async () => Number(await (await fetch(`${upstream}/${item}`)).text()));
  await keep(item, price);
  return price;
}
