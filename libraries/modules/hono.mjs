import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

export async function work() {
  const app = new Hono().get("/:name", (context) => context.json({ hello: context.req.param("name") }));
  const response = await app.request("/Ada");
  return [response.status, await response.json()];
}

export function fail() {
  throw new HTTPException(403, { message: "not yours" });
}
