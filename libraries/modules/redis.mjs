import { createClient } from "redis";
import { serveRedis } from "../servers/redis.mjs";

async function connected(act) {
  const { port, close } = await serveRedis();
  const client = createClient({ RESP: 2, url: `redis://127.0.0.1:${port}` });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.close();
    await close();
  }
}

export const work = () =>
  connected((client) => Promise.all([client.set("key", "value"), client.get("key"), client.get("other")]));

export const fail = () => connected((client) => client.sendCommand(["NOPE"]));
