import { Redis } from "ioredis";
import { serveRedis } from "../servers/redis.mjs";

async function connected(act) {
  const { port, close } = await serveRedis();
  const client = new Redis(port, "127.0.0.1");
  try {
    return await act(client);
  } finally {
    await client.quit();
    await close();
  }
}

export const work = () => connected((client) => client.pipeline().set("key", "value").get("key").exec());

export const fail = () => connected((client) => client.call("NOPE"));
